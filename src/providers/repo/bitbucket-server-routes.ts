// Bitbucket Data Center's REST routes below `projects/{project}/repos/{repository}`, whatever plug-in serves them.

import { readRefText } from '../../classify/git-ref.ts';
import type { ReadableRef } from '../../classify/git-ref.ts';
import type { Json } from '../../classify/strict-json.ts';
import { branchOf, flag, merge, plain, pullRequest, push, refOnly, some, text } from './effect.ts';
import type { Effect } from './effect.ts';
import { readFiles } from './file-changes.ts';
import { changedSettings, config, grantFacts, guards, hookFacts, named, within } from './guard-routes.ts';
import { branchRef } from './repository.ts';
import { route, routes } from './rest-route.ts';
import type { Route, RouteCall } from './rest-route.ts';

export const BITBUCKET_SERVER_ROUTES: readonly Route[] = [
  route('PUT', 'browse/**', writeFile),
  route('POST', 'branches', ({ fields }) => [
    push(refOf(fields['name']), 'create', {}, some({ source: text(fields['startPoint']), message: text(fields['message']) })),
  ]),
  route('DELETE', 'branches', ({ fields }) => [push(refOf(fields['name']), 'delete')]),
  ...routes('PUT POST', ['branches/default', 'default-branch'], ({ fields }) => [
    config('default-branch', 'PUT', some({ settingName: text(fields['id']) })),
  ]),
  route('POST', 'tags', ({ fields }) => [
    push(tagOf(fields['name']), 'create', {}, some({ source: text(fields['startPoint']), message: text(fields['message']) })),
  ]),
  route('DELETE', 'tags/**', ({ rest }) => [push(tagOf(rest.slice(1).join('/')), 'delete')]),
  route('POST', 'pull-requests', openPull),
  route('PUT', 'pull-requests/*', updatePull),
  route('DELETE', 'pull-requests/*', () => [pullRequest('update', null, { state: 'deleted' })]),
  route('POST', 'pull-requests/*/merge', ({ fields }) => [
    merge(null, some({ mergeMethod: text(fields['strategyId']), message: text(fields['message']) })),
  ]),
  route('POST', 'pull-requests/*/auto-merge', () => [merge(null, { autoMerge: true })]),
  route('POST', 'pull-requests/*/rebase', () => [{ ...push(null, 'update', { fastForward: 'no' }), sure: true }]),
  ...routes('POST DELETE', ['pull-requests/*/decline', 'pull-requests/*/reopen'], ({ rest }) => [
    pullRequest('update', null, some({ state: rest[2] })),
  ]),
  route('POST', 'pull-requests/*/approve', () => [plain('repo.approve', { gate: 'review' })]),
  route('DELETE', 'pull-requests/*/approve', () => [pullRequest('update', null)]),
  ...routes(
    'PUT POST',
    ['pull-requests/*/participants', 'pull-requests/*/participants/*', 'pull-requests/*/review'],
    participant,
  ),
  ...routes(
    'ANY',
    [
      'pull-requests/*/comments',
      'pull-requests/*/comments/**',
      'pull-requests/*/blocker-comments',
      'pull-requests/*/blocker-comments/**',
      'commits/*/comments',
      'commits/*/comments/**',
    ],
    () => [plain('repo.comment')],
  ),
  ...routes('POST PUT', ['commits/*/builds', 'commits/*/deployments'], () => [plain('repo.approve', { gate: 'status' })]),
  route('PUT', 'commits/*/reports/*', () => [plain('repo.approve', { gate: 'status' })]),
  route('POST', 'attachments', () => [plain('repo.upload')]),
  route('POST', '', ({ fields }) => [plain('repo.create', some({ title: text(fields['name']) }))]),
  route('PUT', '', ({ fields }) => settings(fields)),
  route('DELETE', '', () => [plain('repo.delete')]),
  ...guards(
    'protection',
    [
      'restrictions',
      'restrictions/*',
      'branchmodel/configuration',
      'settings/pull-requests',
      'settings/pull-requests/**',
      'settings/auto-merge',
      'conditions',
      'conditions/*',
      'condition',
      'condition/*',
    ],
    ({ fields }) => refOnly(matched(fields['matcher'])),
  ),
  ...guards('hook', ['webhooks', 'webhooks/**', 'settings/hooks/**'], ({ fields }) => hookFacts(fields['url'])),
  ...guards('collaborator', ['permissions/users', 'permissions/groups', 'permissions/**'], ({ fields }) =>
    grantFacts(fields, fields['name'], fields['permission']),
  ),
  ...guards('key', ['ssh', 'ssh/*', 'ssh/*/permission/*', 'access-tokens', 'access-tokens/*', 'gpg-keys'], ({ fields }) => ({
    ...named(fields['name'] ?? within(fields['key'], 'label')),
    ...grantFacts({}, undefined, fields['permission']),
  })),
  ...guards('secret', ['secret-scanning/**']),
  ...guards('mirror', ['synchronize', 'mirror/**']),
];

/** Names here may be short or full. */
function refOf(name: Json | undefined): ReadableRef | null {
  return typeof name === 'string' && name.startsWith('refs/') ? readRefText(name) : branchOf(name);
}

function tagOf(name: Json | undefined): ReadableRef | null {
  return typeof name === 'string' ? readRefText(name.startsWith('refs/tags/') ? name : `refs/tags/${name}`) : null;
}

function matched(matcher: Json | undefined): ReadableRef | null {
  const id = text(within(matcher, 'id'));
  return id === undefined ? null : id.startsWith('refs/') ? readRefText(id) : branchRef(id);
}

/** A form: `branch`, `content`, `message`, `sourceCommitId`, and `sourceBranch` for a branch that is made by it. */
function writeFile({ fields, rest }: RouteCall): readonly Effect[] {
  const { branch, content, message, sourceBranch: from, sourceCommitId: sha } = fields;
  const size = typeof content === 'string' ? Buffer.byteLength(content) : undefined;
  const files = readFiles([{ path: rest.slice(1).join('/'), bytes: size }]);
  const ref = refOf(branch);
  const change = text(from) === undefined || from === branch ? 'update' : 'create';
  const effect = push(
    ref,
    change,
    { defaultBranch: branch === undefined },
    { ...files.facts, ...some({ message: text(message), source: text(from), sha: text(sha) }) },
  );
  return [{ ...effect, sure: effect.sure && files.sure }];
}

function openPull({ fields }: RouteCall): readonly Effect[] {
  const { title, description, fromRef, toRef, draft } = fields;
  const from = within(fromRef, 'repository', 'project', 'key');
  const to = within(toRef, 'repository', 'project', 'key');
  const facts = some({
    source: text(within(fromRef, 'id')),
    title: text(title),
    message: text(description),
    draft: flag(draft),
    crossRepo: from === undefined ? undefined : from !== to,
  });
  return [pullRequest('create', refOf(within(toRef, 'id')), facts)];
}

function updatePull({ fields }: RouteCall): readonly Effect[] {
  const { title, description, toRef } = fields;
  const ref = refOf(within(toRef, 'id'));
  const effect = pullRequest(
    'update',
    ref,
    some({ title: text(title), message: text(description), draft: flag(fields['draft']) }),
  );
  return [{ ...effect, sure: toRef === undefined || ref?.sure === true }];
}

/** `status: APPROVED` approves; a reviewer that is only added does not. */
function participant({ fields, method }: RouteCall): readonly Effect[] {
  const status = fields['status'] ?? fields['participantStatus'];
  if (status === undefined || status === 'UNAPPROVED' || status === 'NEEDS_WORK')
    return [method === 'PUT' ? plain('repo.comment') : pullRequest('update', null)];
  return [plain('repo.approve', { gate: 'review' })];
}

function settings(fields: RouteCall['fields']): readonly Effect[] {
  const { public: open, project, defaultBranch } = fields;
  return changedSettings([
    open !== undefined && config('visibility', 'PUT', { visibility: open === false ? 'private' : 'public' }),
    project !== undefined && config('transfer', 'PUT', some({ grantee: text(within(project, 'key')) })),
    defaultBranch !== undefined && config('default-branch', 'PUT', named(defaultBranch)),
  ]);
}

/** Below a project or the whole server. */
export const BITBUCKET_SERVER_SITE_ROUTES: readonly Route[] = [
  route('POST', 'projects', () => [plain('repo.create')]),
  ...routes('POST', ['projects/*/repos'], ({ fields }) => [plain('repo.create', some({ title: text(fields['name']) }))]),
  route('DELETE', 'projects/*', () => [plain('repo.delete')]),
  ...guards('settings', ['projects/*', 'admin/**']),
  ...guards('collaborator', ['projects/*/permissions/**']),
  ...guards('hook', ['projects/*/webhooks', 'projects/*/webhooks/*', 'projects/*/settings/hooks/**'], ({ fields }) =>
    hookFacts(fields['url']),
  ),
  ...guards('protection', [
    'projects/*/restrictions',
    'projects/*/restrictions/*',
    'projects/*/conditions/**',
    'projects/*/settings/**',
  ]),
  ...guards('key', ['projects/*/ssh', 'projects/*/ssh/**', 'keys', 'keys/*']),
  // The old way to report a build.
  route('POST', 'commits/*', () => [plain('repo.approve', { gate: 'status' })]),
];
