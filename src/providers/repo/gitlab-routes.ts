// GitLab's REST routes below a project (`/api/v4/projects/:id`). What is not here is an unknown write.

import { readRefText } from '../../classify/git-ref.ts';
import { isJsonArray, isJsonObject } from '../../classify/strict-json.ts';
import type { Json } from '../../classify/strict-json.ts';
import { run } from './ci-run.ts';
import { branchOf, flag, merge, plain, pullRequest, push, refOnly, some, text } from './effect.ts';
import type { Effect } from './effect.ts';
import { contentSize, readFiles } from './file-changes.ts';
import { GITLAB_GUARDS } from './gitlab-guards.ts';
import { snippet } from './gitlab-snippet.ts';
import { GITLAB_TALK_ROUTES } from './gitlab-talk-routes.ts';
import { quickActions } from './gitlab-quick-actions.ts';
import { changeOf, visibilityOf } from './guard-routes.ts';
import { created } from './new-repository.ts';
import { branchRef, repositoryAt, unknownRepository } from './repository.ts';
import type { Repository } from './repository.ts';
import { route, routes } from './rest-route.ts';
import type { Route, RouteCall } from './rest-route.ts';

export const GITLAB_ROUTES: readonly Route[] = [
  route('POST', 'repository/commits', commit),
  route('POST PUT DELETE', 'repository/files/**', writeFile),
  route('POST', 'repository/branches', ({ fields }) => [
    push(branchOf(fields['branch']), 'create', {}, some({ source: text(fields['ref']) })),
  ]),
  route('DELETE', 'repository/branches/**', ({ rest }) => [push(branchRef(rest.slice(2).join('/')), 'delete')]),
  route('DELETE', 'repository/merged_branches', () => [{ ...push(null, 'delete'), sure: true }]),
  route('POST', 'repository/tags', ({ fields }) => [
    push(tagOf(fields['tag_name']), 'create', {}, some({ source: text(fields['ref']), message: text(fields['message']) })),
  ]),
  route('DELETE', 'repository/tags/**', ({ rest }) => [push(tagOf(rest.slice(2).join('/')), 'delete')]),
  ...routes('POST', ['repository/commits/*/cherry_pick', 'repository/commits/*/revert'], ({ fields, rest }) => [
    push(branchOf(fields['branch']), 'update', {}, some({ source: text(rest[2]), message: text(fields['message']) })),
  ]),
  route('PUT', 'repository/submodules/**', moveSubmodule),
  route('POST', 'repository/changelog', changelog),
  route('POST', 'merge_requests', openMerge),
  route('PUT', 'merge_requests/*', updateMerge),
  route('DELETE', 'merge_requests/*', () => [pullRequest('update', null, { state: 'deleted' })]),
  route('PUT', 'merge_requests/*/merge', acceptMerge),
  route('POST', 'merge_trains/merge_requests/*', ({ fields }) => [
    merge(null, some({ autoMerge: true, sha: text(fields['sha']) })),
  ]),
  route('POST', 'merge_requests/*/cancel_merge_when_pipeline_succeeds', () => [pullRequest('update', null)]),
  // The source branch is written anew on top of the target.
  route('PUT', 'merge_requests/*/rebase', () => [{ ...push(null, 'update', { fastForward: 'no' }), sure: true }]),
  ...routes(
    'POST',
    ['merge_requests/*/approve', 'merge_requests/*/status_check_responses', 'merge_requests/*/reset_approvals'],
    () => [plain('repo.approve', { gate: 'review' })],
  ),
  route('POST', 'merge_requests/*/unapprove', () => [pullRequest('update', null)]),
  route('POST', 'statuses/*', () => [plain('repo.approve', { gate: 'status' })]),
  route('POST', 'deployments/*/approval', () => [plain('repo.approve', { gate: 'deployment' })]),
  ...routes('POST', ['pipeline', 'trigger/pipeline'], ({ fields }) => [
    run(fields['ref'], { inputs: fields['variables'] ?? fields['inputs'] }),
  ]),
  route('POST', 'merge_requests/*/pipelines', () => [plain('repo.run')]),
  ...routes(
    'POST PUT',
    ['pipelines/*/retry', 'jobs/*/play', 'jobs/*/retry', 'pipeline_schedules/*/play', 'deployments', 'deployments/*'],
    ({ fields }) => [run(fields['ref'])],
  ),
  ...routes('POST', ['pipelines/*/cancel', 'jobs/*/cancel', 'jobs/*/erase'], () => [plain('repo.run', { change: 'delete' })]),
  ...routes('DELETE', ['pipelines/*', 'deployments/*', 'jobs/*/artifacts', 'artifacts'], () => [
    plain('repo.run', { change: 'delete' }),
  ]),
  route('POST', 'releases', release),
  ...routes('ANY', ['releases/**'], ({ method, fields }) => [
    plain('repo.release', { change: changeOf(method), ...some({ title: text(fields['name']) }) }),
  ]),
  ...routes('POST PUT', ['uploads', 'packages/generic/**', 'wikis/attachments', 'secure_files'], () => [plain('repo.upload')]),
  ...routes('POST PUT DELETE', ['wikis', 'wikis/**'], wiki),
  ...routes('POST PUT DELETE', ['snippets', 'snippets/*'], ({ method, fields }) => [snippet(method, fields)]),
  route('POST', 'fork', fork),
  ...routes('POST PUT DELETE', ['fork/*', 'fork'], () => [plain('repo.config', { setting: 'settings', change: 'update' })]),
  route('DELETE', '', () => [plain('repo.delete')]),
  route('POST', 'restore', () => [plain('repo.config', { setting: 'archive', change: 'update' })]),
  ...GITLAB_GUARDS,
  ...GITLAB_TALK_ROUTES,
];

/**
 * `start_*` makes a new branch, and fails when it is there, unless `force` says that it be overwritten. INVARIANT: a forced commit may lose
 * what the branch held.
 */
function commit({ fields }: RouteCall): readonly Effect[] {
  const { branch, start_branch: from, start_sha: sha, start_project: project, actions, commit_message: message } = fields;
  const force = flag(fields['force']);
  const started = [from, sha, project].some((one) => one !== undefined && one !== null);
  const files = readFiles(isJsonArray(actions) ? actions.flatMap(pathsOf) : []);
  const facts = {
    ...files.facts,
    ...some({
      message: text(message),
      source: text(sha) ?? text(from),
      crossRepo: started && project !== undefined ? true : undefined,
    }),
  };
  const change = started && force !== true && from !== branch ? 'create' : 'update';
  const effect = push(branchOf(branch), change, force === undefined ? {} : { force }, facts);
  const empty = actions === undefined || (isJsonArray(actions) && actions.length === 0);
  return [{ ...effect, sure: effect.sure && (files.sure || empty) }];
}

/** A move names two paths. */
function pathsOf(action: Json): ReadonlyArray<{ path: Json | undefined; bytes?: number | undefined }> {
  if (!isJsonObject(action)) return [{ path: undefined }];
  const { file_path: path, previous_path: previous, content, encoding } = action;
  const one = { path, bytes: contentSize(content, encoding === 'base64') };
  return previous === undefined || previous === null ? [one] : [one, { path: previous }];
}

function writeFile({ fields, rest }: RouteCall): readonly Effect[] {
  const { branch, start_branch: from, content, encoding, commit_message: message, last_commit_id: sha } = fields;
  const files = readFiles([{ path: rest.slice(2).join('/'), bytes: contentSize(content, encoding === 'base64') }]);
  const change = from === undefined || from === branch ? 'update' : 'create';
  const effect = push(
    branchOf(branch),
    change,
    {},
    { ...files.facts, ...some({ message: text(message), source: text(from), sha: text(sha) }) },
  );
  return [{ ...effect, sure: effect.sure && files.sure }];
}

function moveSubmodule({ fields, rest }: RouteCall): readonly Effect[] {
  const files = readFiles([{ path: rest.slice(2).join('/') }]);
  const facts = { ...files.facts, ...some({ sha: text(fields['commit_sha']), message: text(fields['commit_message']) }) };
  const effect = push(branchOf(fields['branch']), 'update', {}, facts);
  return [{ ...effect, sure: effect.sure && files.sure }];
}

/** Without a branch it goes to the default branch. */
function changelog({ fields }: RouteCall): readonly Effect[] {
  const { branch, file, message } = fields;
  const files = readFiles([{ path: file ?? 'CHANGELOG.md' }]);
  const ref = branchOf(branch);
  const effect = push(
    ref,
    'update',
    { defaultBranch: branch === undefined },
    { ...files.facts, ...some({ message: text(message) }) },
  );
  return [{ ...effect, sure: effect.sure && files.sure }];
}

function tagOf(name: Json | undefined): ReturnType<typeof readRefText> | null {
  return typeof name === 'string' ? readRefText(`refs/tags/${name}`) : null;
}

/** Opened in the target project, which the call may name by its number. */
function openMerge({ fields, host }: RouteCall): readonly Effect[] {
  const { target_branch: target, source_branch: source, title, description, target_project_id: elsewhere } = fields;
  const facts = some({
    source: text(source),
    title: text(title),
    message: text(description),
    draft: typeof title === 'string' && /^\s*(?:draft|wip)\b/i.test(title) ? true : undefined,
    removesSource: flag(fields['remove_source_branch']),
    crossRepo: elsewhere !== undefined && elsewhere !== null,
  });
  const effect = pullRequest('create', branchOf(target), facts);
  const at = facts['crossRepo'] === true ? { at: targetAt(host, elsewhere) } : {};
  return [{ ...effect, ...at }, ...quickActions(description)];
}

function targetAt(host: string, id: Json | undefined): Repository {
  return unknownRepository(host, typeof id === 'number' || typeof id === 'string' ? `id-${id}` : 'none');
}

function updateMerge({ fields }: RouteCall): readonly Effect[] {
  const { target_branch: target, title, description, state_event: state } = fields;
  const facts = some({
    title: text(title),
    message: text(description),
    state: text(state),
    removesSource: flag(fields['remove_source_branch']),
  });
  const effect = pullRequest('update', branchOf(target), facts);
  return [{ ...effect, sure: target === undefined || branchOf(target)?.sure === true }, ...quickActions(description)];
}

/** Which branch takes it is the merge request's to know. */
function acceptMerge({ fields }: RouteCall): readonly Effect[] {
  const { squash, sha, merge_commit_message: message, squash_commit_message: squashed } = fields;
  const facts = some({
    mergeMethod: flag(squash) === true ? 'squash' : undefined,
    sha: text(sha),
    message: text(message) ?? text(squashed),
    autoMerge: flag(fields['auto_merge']) ?? flag(fields['merge_when_pipeline_succeeds']),
    removesSource: flag(fields['should_remove_source_branch']),
  });
  return [merge(null, facts)];
}

/** A release makes its tag when there is none. */
function release({ fields }: RouteCall): readonly Effect[] {
  const ref = tagOf(fields['tag_name']);
  const tagPush = push(ref, 'create', {}, some({ source: text(fields['ref']), message: text(fields['tag_message']) }));
  return [
    tagPush,
    plain('repo.release', { change: 'create', ...refOnly(ref), ...some({ title: text(fields['name']) }) }, tagPush.sure),
  ];
}

/** A wiki is a repository of its own, and a page a file on its default branch: the same id as git has for it. */
function wiki({ fields, host, repository }: RouteCall): readonly Effect[] {
  const id = repository.resource.id.slice(host.length + 1);
  const at = repository.known ? repositoryAt(host, [`${id}.wiki`]) : repository;
  return [
    {
      ...push(null, 'update', { defaultBranch: true }, some({ title: text(fields['title']), message: text(fields['message']) })),
      at,
    },
  ];
}

function fork({ fields, host, repository }: RouteCall): readonly Effect[] {
  const { namespace_path: space, namespace, path, name } = fields;
  const owner = text(space) ?? text(namespace);
  const own = repository.known ? repository.resource.id.split('/').at(-1) : undefined;
  return [created(host, owner, text(path) ?? (name === undefined ? own : undefined), visibilityOf(fields))];
}
