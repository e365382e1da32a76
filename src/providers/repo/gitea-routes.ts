// Gitea's and Forgejo's REST routes below `/api/v1/repos/{owner}/{repo}`. What is not here is an unknown write.

import { readRefText } from '../../classify/git-ref.ts';
import type { ReadableRef } from '../../classify/git-ref.ts';
import { isJsonArray, isJsonObject } from '../../classify/strict-json.ts';
import type { Json, JsonObject } from '../../classify/strict-json.ts';
import { run } from './ci-run.ts';
import { branchOf, flag, merge, plain, pullRequest, push, refOnly, some, text } from './effect.ts';
import type { Effect } from './effect.ts';
import { contentSize, readFiles } from './file-changes.ts';
import { GITEA_GUARDS } from './gitea-guards.ts';
import { changeOf, visibilityOf } from './guard-routes.ts';
import { created } from './new-repository.ts';
import { branchRef, repositoryAt } from './repository.ts';
import { route, routes } from './rest-route.ts';
import type { Route, RouteCall } from './rest-route.ts';

export const GITEA_ROUTES: readonly Route[] = [
  route('POST', 'contents', writeMany),
  route('POST PUT DELETE', 'contents/**', writeFile),
  route('POST', 'diffpatch', applyPatch),
  route('POST', 'branches', ({ fields }) => [
    push(
      branchOf(fields['new_branch_name']),
      'create',
      {},
      some({ source: text(fields['old_ref_name']) ?? text(fields['old_branch_name']) }),
    ),
  ]),
  // A branch gets another name, or another commit.
  route('PATCH', 'branches/**', ({ fields, rest }) => [
    push(branchRef(rest.slice(1).join('/')), 'delete'),
    push(branchOf(fields['name']), 'create'),
  ]),
  route('PUT', 'branches/**', ({ fields, rest }) => [
    push(
      branchRef(rest.slice(1).join('/')),
      'update',
      { fastForward: flag(fields['force']) === true ? 'no' : 'unknown' },
      some({ sha: text(fields['new_commit_id']) }),
    ),
  ]),
  route('DELETE', 'branches/**', ({ rest }) => [push(branchRef(rest.slice(1).join('/')), 'delete')]),
  route('POST', 'tags', ({ fields }) => [
    push(tagOf(fields['tag_name']), 'create', {}, some({ source: text(fields['target']), message: text(fields['message']) })),
  ]),
  route('DELETE', 'tags/**', ({ rest }) => [push(tagOf(rest.slice(1).join('/')), 'delete')]),
  ...routes('POST', ['merge-upstream', 'sync_fork'], ({ fields }) => [
    merge(branchOf(fields['branch']), {}, branchOf(fields['branch'])?.sure === true),
  ]),
  ...routes('POST', ['sync_fork/**'], ({ rest }) => [merge(branchRef(rest.slice(1).join('/')))]),
  route('POST', 'mirror-sync', () => [{ ...push(null, 'update', { fastForward: 'unknown' }), sure: true }]),
  route('POST', 'pulls', openPull),
  route('PATCH', 'pulls/*', updatePull),
  route('POST', 'pulls/*/merge', mergePull),
  route('DELETE', 'pulls/*/merge', () => [pullRequest('update', null)]),
  route('POST', 'pulls/*/update', ({ query }) => [
    query.get('style') === 'rebase' ? { ...push(null, 'update', { fastForward: 'no' }), sure: true } : merge(null),
  ]),
  ...routes('POST', ['pulls/*/reviews', 'pulls/*/reviews/*'], review),
  ...routes('POST', ['pulls/*/reviews/*/dismissals', 'pulls/*/reviews/*/undismissals'], () => [
    plain('repo.approve', { gate: 'review' }),
  ]),
  ...routes('DELETE', ['pulls/*/reviews/*', 'pulls/*/reviews/*/comments/*'], () => [plain('repo.comment')]),
  ...routes('POST DELETE', ['pulls/*/requested_reviewers'], () => [pullRequest('update', null)]),
  route('POST', 'statuses/*', () => [plain('repo.approve', { gate: 'status' })]),
  route('POST', 'actions/workflows/*/dispatches', ({ fields, rest }) => [
    run(fields['ref'], { workflow: rest[2], inputs: fields['inputs'] }),
  ]),
  ...routes('POST', ['actions/runs/*/rerun', 'actions/runs/*/jobs/*/rerun', 'actions/runs/*/cancel'], () => [plain('repo.run')]),
  route('POST', 'releases', release),
  route('PATCH', 'releases/*', release),
  route('DELETE', 'releases/tags/**', ({ method }) => [plain('repo.release', { change: changeOf(method) })]),
  ...routes('PATCH DELETE', ['releases/*', 'releases/*/assets/*'], ({ method }) => [
    plain('repo.release', { change: changeOf(method) }),
  ]),
  ...routes('POST', ['releases/*/assets', 'issues/*/assets', 'issues/comments/*/assets'], ({ query }) => [
    plain('repo.upload', some({ paths: query.has('name') ? query.getAll('name').slice(0, 10) : undefined })),
  ]),
  ...routes('POST PATCH DELETE', ['wiki/new', 'wiki/page/**'], wiki),
  route('POST', 'forks', ({ fields, host, repository }) => [
    created(host, fields['organization'], fields['name'] ?? repository.resource.id.split('/').at(-1), undefined),
  ]),
  route('POST', 'generate', ({ fields, host }) => [
    created(host, fields['owner'], fields['name'], visibilityOf(fields) ?? 'public'),
  ]),
  route('DELETE', '', () => [plain('repo.delete')]),
  ...GITEA_GUARDS,
  ...routes(
    'ANY',
    [
      'issues/*/comments',
      'issues/*/comments/*',
      'issues/comments/*',
      'issues/*/reactions',
      'issues/comments/*/reactions',
      'pulls/*/reviews/*/comments',
    ],
    () => [plain('repo.comment')],
  ),
  ...routes('ANY', ['issues', 'issues/*', 'issues/*/**', 'labels', 'labels/*', 'milestones', 'milestones/*'], ({ fields }) => [
    plain('repo.issue', some({ title: text(fields['title']) })),
  ]),
];

/** `branch` is where it starts, the default branch when absent; `new_branch` is made of it and takes the commit instead. */
function target(fields: JsonObject, facts: Effect['facts'] & object, sure: boolean): Effect {
  const { branch, new_branch: made, message, sha } = fields;
  const more = { ...facts, ...some({ message: text(message), sha: text(sha) }) };
  const fresh = made !== undefined && made !== null && made !== '' && made !== branch;
  // Forgejo and newer Gitea overwrite a `new_branch` that is there when told to.
  const force = flag(fields['force_push']) ?? flag(fields['force_overwrite_new_branch']) ?? flag(fields['force']);
  const ref = branchOf(fresh ? made : branch);
  const isDefault = !fresh && (branch === undefined || branch === '');
  const moves = { defaultBranch: isDefault, ...(force === undefined ? {} : { force }) };
  const effect = push(
    ref,
    fresh && force !== true ? 'create' : 'update',
    moves,
    fresh ? { ...more, ...some({ source: text(branch) }) } : more,
  );
  return { ...effect, sure: effect.sure && sure };
}

function writeFile({ fields, rest }: RouteCall): readonly Effect[] {
  const from = fields['from_path'];
  const one = { path: rest.slice(1).join('/'), bytes: contentSize(fields['content'], true) };
  const files = readFiles(from === undefined || from === null || from === '' ? [one] : [one, { path: from }]);
  return [target(fields, files.facts, files.sure)];
}

function writeMany({ fields }: RouteCall): readonly Effect[] {
  const list = fields['files'];
  const files = readFiles(isJsonArray(list) ? list.flatMap(pathsOf) : []);
  return [target(fields, files.facts, files.sure)];
}

function pathsOf(file: Json): ReadonlyArray<{ path: Json | undefined; bytes?: number | undefined }> {
  if (!isJsonObject(file)) return [{ path: undefined }];
  const { path, from_path: from, content } = file;
  const one = { path, bytes: contentSize(content, true) };
  return from === undefined || from === null || from === '' ? [one] : [one, { path: from }];
}

/** The files are in the patch, which is not read: any of them may be obeyed. */
function applyPatch({ fields }: RouteCall): readonly Effect[] {
  return [target(fields, { guardFiles: true }, typeof fields['content'] === 'string')];
}

function tagOf(name: Json | undefined): ReadableRef | null {
  return typeof name === 'string' ? readRefText(`refs/tags/${name}`) : null;
}

function openPull({ fields }: RouteCall): readonly Effect[] {
  const { base, head, title, body } = fields;
  const facts = some({
    source: text(head),
    title: text(title),
    message: text(body),
    crossRepo: typeof head === 'string' && head.includes(':'),
  });
  return [pullRequest('create', branchOf(base), facts)];
}

function updatePull({ fields }: RouteCall): readonly Effect[] {
  const { base, title, state, body } = fields;
  const ref = branchOf(base);
  const effect = pullRequest('update', ref, some({ title: text(title), state: text(state), message: text(body) }));
  return [{ ...effect, sure: base === undefined || ref?.sure === true }];
}

/** `Do` says how; `manually-merged` only marks it. `force_merge` passes over the protection. */
function mergePull({ fields }: RouteCall): readonly Effect[] {
  const facts = some({
    mergeMethod: text(fields['Do'] ?? fields['do']),
    sha: text(fields['head_commit_id']) ?? text(fields['MergeCommitID']),
    title: text(fields['MergeTitleField']) ?? text(fields['merge_title_field']),
    message: text(fields['MergeMessageField']) ?? text(fields['merge_message_field']),
    bypass: flag(fields['force_merge']),
    autoMerge: flag(fields['merge_when_checks_succeed']),
    removesSource: flag(fields['delete_branch_after_merge']),
  });
  return [merge(null, facts)];
}

/** `event` is a word: APPROVED, COMMENT, REQUEST_CHANGES, PENDING. */
function review({ fields }: RouteCall): readonly Effect[] {
  const { event } = fields;
  const harmless =
    event === undefined || event === '' || (typeof event === 'string' && /^(?:COMMENT|REQUEST_CHANGES|PENDING)$/.test(event));
  return [harmless ? plain('repo.comment') : plain('repo.approve', { gate: 'review' })];
}

/** A release makes its tag when there is none. */
function release({ fields, method }: RouteCall): readonly Effect[] {
  const { tag_name: tag, target_commitish: source, name } = fields;
  const facts = { change: changeOf(method), ...some({ title: text(name), draft: flag(fields['draft']) }) };
  if (tag === undefined && method === 'PATCH') return [plain('repo.release', facts)];
  const ref = tagOf(tag);
  const tagPush = push(ref, 'create', {}, some({ source: text(source) }));
  return [tagPush, plain('repo.release', { ...refOnly(ref), ...facts }, tagPush.sure)];
}

/** A wiki is a repository of its own: the same id as git has for it. */
function wiki({ fields, host, repository }: RouteCall): readonly Effect[] {
  const id = repository.resource.id.slice(host.length + 1);
  const at = repositoryAt(host, [`${id}.wiki`]);
  return [
    {
      ...push(null, 'update', { defaultBranch: true }, some({ title: text(fields['title']), message: text(fields['message']) })),
      at,
    },
  ];
}
