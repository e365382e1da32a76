// GitHub's REST routes below a repository. What is not here is an unknown write.

import { readRefText } from '../../classify/git-ref.ts';
import type { ReadableRef } from '../../classify/git-ref.ts';
import { isJsonArray, isJsonObject } from '../../classify/strict-json.ts';
import { UNKNOWN_WRITE, branchOf, flag, merge, plain, pullRequest, push, refOnly, some, text } from './effect.ts';
import type { Effect } from './effect.ts';
import { contentSize, readFiles } from './file-changes.ts';
import { GITHUB_GUARDS } from './github-guards.ts';
import { run } from './ci-run.ts';
import { created } from './new-repository.ts';
import { branchRef } from './repository.ts';
import { route, routeOf as routeIn, routes } from './rest-route.ts';
import type { Route, RouteCall } from './rest-route.ts';
import { changeOf, visibilityOf } from './guard-routes.ts';

/** GitHub takes POST wherever it documents PATCH. */
export const GITHUB_ROUTES: readonly Route[] = [
  route('PUT POST DELETE', 'contents/**', writeContents),
  route('POST', 'git/refs', ({ fields }) => [push(refText(fields['ref']), 'create', {}, some({ sha: text(fields['sha']) }))]),
  route('PATCH POST PUT', 'git/refs/**', moveRef),
  route('DELETE', 'git/refs/**', ({ rest }) => [push(refAt(rest), 'delete')]),
  route('POST', 'merges', ({ fields }) => [
    mergeInto(fields['base'], some({ source: text(fields['head']), message: text(fields['commit_message']) })),
  ]),
  route('POST', 'merge-upstream', ({ fields }) => [mergeInto(fields['branch'])]),
  route('POST', 'branches/**/rename', renameBranch),
  ...routes('PUT POST', ['pulls/*/merge', 'pulls/*/merge-async'], mergePull),
  route('PUT POST', 'pulls/*/update-branch', ({ fields }) => [merge(null, some({ sha: text(fields['expected_head_sha']) }))]),
  route('POST', 'pulls', openPull),
  route('PATCH POST PUT', 'pulls/*', updatePull),
  route('ANY', 'pulls/*/requested_reviewers', () => [pullRequest('update', null)]),
  route('POST PUT', 'pulls/*/reviews', review),
  route('POST PUT', 'pulls/*/reviews/*/events', review),
  route('PUT POST', 'pulls/*/reviews/*/dismissals', () => [plain('repo.approve', { gate: 'review' })]),
  ...routes('POST PUT PATCH', ['statuses/*', 'check-runs', 'check-runs/*', 'check-suites', 'check-suites/**'], () => [
    plain('repo.approve', { gate: 'status' }),
  ]),
  ...routes(
    'POST PUT',
    ['actions/runs/*/pending_deployments', 'actions/runs/*/deployment_protection_rule', 'deployments/*/statuses'],
    () => [plain('repo.approve', { gate: 'deployment' })],
  ),
  route('POST', 'actions/runs/*/approve', () => [plain('repo.approve', { gate: 'run' })]),
  route('POST', 'releases/generate-notes', () => [UNKNOWN_WRITE]),
  route('POST PATCH', 'releases', release),
  route('POST', 'releases/*/assets', ({ query }) => [plain('repo.upload', some({ paths: listed(query.getAll('name')) }))]),
  route('POST PATCH', 'releases/*', release),
  ...routes('DELETE PATCH POST', ['releases/*', 'releases/assets/*'], ({ method }) => [
    plain('repo.release', { change: changeOf(method) }),
  ]),
  route('POST', 'actions/workflows/*/dispatches', ({ fields, rest }) => [
    run(fields['ref'], { workflow: rest[2], inputs: fields['inputs'] }),
  ]),
  route('POST', 'dispatches', ({ fields }) => [
    run(undefined, { workflow: fields['event_type'], inputs: fields['client_payload'] }),
  ]),
  route('POST', 'deployments', ({ fields }) => [run(fields['ref'], { workflow: fields['task'], inputs: fields['payload'] })]),
  ...routes('POST', ['actions/runs/*/rerun', 'actions/runs/*/rerun-failed-jobs', 'actions/jobs/*/rerun'], () => [
    plain('repo.run'),
  ]),
  ...routes('POST', ['actions/runs/*/cancel', 'actions/runs/*/force-cancel'], () => [plain('repo.run', { change: 'delete' })]),
  ...routes('POST', ['git/blobs', 'git/trees', 'git/commits', 'git/tags'], stage),
  route('POST', 'forks', fork),
  route('POST', 'generate', ({ fields, host }) => [
    created(host, fields['owner'], fields['name'], visibilityOf(fields) ?? 'public'),
  ]),
  route('DELETE', '', () => [plain('repo.delete')]),
  ...GITHUB_GUARDS,
  ...routes(
    'ANY',
    [
      'issues/*/comments',
      'issues/comments/*',
      'issues/comments/*/pin',
      'pulls/*/comments',
      'pulls/*/comments/*/replies',
      'pulls/comments/*',
      'commits/*/comments',
      'comments/*',
    ],
    ({ method }) => [plain('repo.comment', some({ change: method === 'DELETE' ? 'delete' : undefined }))],
  ),
  ...routes(
    'ANY',
    [
      'issues/*/reactions',
      'issues/*/reactions/*',
      'issues/comments/*/reactions',
      'issues/comments/*/reactions/*',
      'pulls/comments/*/reactions',
      'pulls/comments/*/reactions/*',
      'comments/*/reactions',
      'comments/*/reactions/*',
      'releases/*/reactions',
      'releases/*/reactions/*',
    ],
    () => [plain('repo.comment')],
  ),
  ...routes('PUT DELETE', ['pulls/*/reviews/*'], () => [plain('repo.comment')]),
  ...routes('ANY', ['issues', 'issues/*'], ({ fields }) => [plain('repo.issue', some({ title: text(fields['title']) }))]),
  ...routes(
    'ANY',
    [
      'issues/*/labels',
      'issues/*/labels/**',
      'issues/*/assignees',
      'issues/*/lock',
      'issues/*/sub_issues',
      'issues/*/sub_issue',
      'issues/*/sub_issues/priority',
      'labels',
      'labels/**',
      'milestones',
      'milestones/*',
    ],
    () => [plain('repo.issue')],
  ),
];

/** The route of a call, or null: then it is an unknown write. */
export function routeOf(method: string, rest: readonly string[]): Route | null {
  return routeIn(GITHUB_ROUTES, method, rest);
}

/** An absent branch is the default branch; an empty or null one might be. */
function writeContents({ fields, rest, method }: RouteCall): readonly Effect[] {
  const { branch } = fields;
  const ref = branchOf(branch);
  const files = readFiles([{ path: rest.slice(1).join('/'), bytes: contentSize(fields['content'], true) }]);
  const facts = { ...files.facts, ...some({ message: text(fields['message']), sha: text(fields['sha']) }) };
  const effect = push(ref, 'update', { defaultBranch: ref === null }, facts);
  return [
    { ...effect, sure: (branch === undefined || ref?.sure === true) && files.sure && (method !== 'DELETE' || branch !== null) },
  ];
}

/** Without `force` GitHub itself refuses whatever is no fast-forward. */
function moveRef({ fields, rest }: RouteCall): readonly Effect[] {
  const { force } = fields;
  const effect = push(
    refAt(rest),
    'update',
    { force: force !== undefined && force !== false },
    some({ sha: text(fields['sha']) }),
  );
  return [{ ...effect, sure: effect.sure && (force === undefined || typeof force === 'boolean') }];
}

function refAt(rest: readonly string[]): ReadableRef {
  return readRefText(`refs/${rest.slice(2).join('/')}`);
}

function refText(value: RouteCall['document'] | undefined): ReadableRef | null {
  return typeof value === 'string' ? readRefText(value) : null;
}

function mergeInto(base: RouteCall['document'] | undefined, facts: Effect['facts'] = {}): Effect {
  const ref = branchOf(base);
  return merge(ref, facts, ref?.sure ?? false);
}

/** Which branch takes the merge is the pull request's to know and not in the call, so `ref` stays absent. */
function mergePull({ fields }: RouteCall): readonly Effect[] {
  const { merge_method: method, sha, commit_title: title, commit_message: message } = fields;
  return [merge(null, some({ mergeMethod: text(method), sha: text(sha), title: text(title), message: text(message) }))];
}

/** The old name goes, the new one comes; protection rules move along. */
function renameBranch({ fields, rest }: RouteCall): readonly Effect[] {
  const old = branchRef(rest.slice(1, -1).join('/'));
  return [push(old, 'delete'), push(branchOf(fields['new_name']), 'create')];
}

function openPull({ fields }: RouteCall): readonly Effect[] {
  const { base, head, title, draft, body, head_repo: from } = fields;
  const crossRepo = text(from) !== undefined || (typeof head === 'string' && head.includes(':'));
  const facts = some({ source: text(head), title: text(title), draft: flag(draft), message: text(body), crossRepo });
  return [pullRequest('create', branchOf(base), facts)];
}

function updatePull({ fields }: RouteCall): readonly Effect[] {
  const { base, title, state, body } = fields;
  const facts = some({ title: text(title), state: text(state), message: text(body) });
  return [{ ...pullRequest('update', branchOf(base), facts), sure: base === undefined || branchOf(base)?.sure === true }];
}

/** An approval may be all that a protected branch was waiting for. */
function review({ fields }: RouteCall): readonly Effect[] {
  const { event } = fields;
  const harmless = event === undefined || event === 'COMMENT' || event === 'REQUEST_CHANGES' || event === 'PENDING';
  return [harmless ? plain('repo.comment') : plain('repo.approve', { gate: 'review' })];
}

/** Publishing a release creates its tag when there is none. */
function release({ fields, rest }: RouteCall): readonly Effect[] {
  const tag = fields['tag_name'];
  const facts = some({ title: text(fields['name']), draft: flag(fields['draft']) });
  if (tag === undefined && rest.length > 1) return [plain('repo.release', { change: 'update', ...facts })];
  const ref = typeof tag === 'string' ? readRefText(`refs/tags/${tag}`) : null;
  const tagPush = push(ref, 'create', {}, some({ source: text(fields['target_commitish']) }));
  return [
    tagPush,
    plain('repo.release', { change: rest.length > 1 ? 'update' : 'create', ...refOnly(ref), ...facts }, tagPush.sure),
  ];
}

/** Objects that no ref shows yet; whoever knows their id can read them where the repository is public. */
function stage({ fields }: RouteCall): readonly Effect[] {
  const { tree, content, encoding, message } = fields;
  if (isJsonArray(tree)) {
    const files = readFiles(
      tree.map((entry) => ({
        path: isJsonObject(entry) ? entry['path'] : undefined,
        bytes: isJsonObject(entry) ? contentSize(entry['content'], false) : undefined,
      })),
    );
    return [plain('repo.stage', files.facts, files.sure)];
  }
  const contentBytes = contentSize(content, encoding === 'base64');
  return [plain('repo.stage', some({ contentBytes, message: text(message) }))];
}

function fork({ fields, host, repository }: RouteCall): readonly Effect[] {
  const { organization, name } = fields;
  const repo = text(name) ?? repository.resource.id.split('/').at(-1);
  return [created(host, organization, repo, undefined)];
}

function listed(values: readonly string[]): readonly string[] | undefined {
  return values.length === 0 ? undefined : values.slice(0, 10);
}
