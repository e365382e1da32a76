// Bitbucket Cloud's REST routes below `/2.0/repositories/{workspace}/{repository}`. Commits (`src`) are read by bitbucket-source.ts.

import { readRefText } from '../../classify/git-ref.ts';
import { isJsonArray } from '../../classify/strict-json.ts';
import type { Json } from '../../classify/strict-json.ts';
import { run } from './ci-run.ts';
import { branchOf, flag, merge, plain, pullRequest, push, refOnly, some, text } from './effect.ts';
import type { Effect } from './effect.ts';
import { changedSettings, changeOf, config, grantFacts, guards, hookFacts, named, within } from './guard-routes.ts';
import { created } from './new-repository.ts';
import { branchRef, unknownRepository } from './repository.ts';
import { route, routes } from './rest-route.ts';
import type { Route, RouteCall } from './rest-route.ts';

export const BITBUCKET_ROUTES: readonly Route[] = [
  route('POST', 'refs/branches', ({ fields }) => [push(branchOf(fields['name']), 'create', {}, targetOf(fields))]),
  route('DELETE', 'refs/branches/**', ({ rest }) => [push(branchRef(rest.slice(2).join('/')), 'delete')]),
  route('POST', 'refs/tags', ({ fields }) => [push(tagOf(fields['name']), 'create', {}, targetOf(fields))]),
  route('DELETE', 'refs/tags/**', ({ rest }) => [push(tagOf(rest.slice(2).join('/')), 'delete')]),
  route('POST', 'pullrequests', openPull),
  route('PUT', 'pullrequests/*', updatePull),
  route('POST', 'pullrequests/*/merge', ({ fields }) => [
    merge(
      null,
      some({
        mergeMethod: text(fields['merge_strategy']),
        message: text(fields['message']),
        removesSource: flag(fields['close_source_branch']),
      }),
    ),
  ]),
  route('POST', 'pullrequests/*/approve', () => [plain('repo.approve', { gate: 'review' })]),
  ...routes('POST DELETE', ['pullrequests/*/decline', 'pullrequests/*/approve', 'pullrequests/*/request-changes'], ({ rest }) => [
    pullRequest('update', null, some({ state: rest.at(-1)?.toLowerCase() === 'decline' ? 'declined' : undefined })),
  ]),
  ...routes('POST PUT', ['commit/*/statuses/build', 'commit/*/statuses/build/*', 'commit/*/reports/**'], () => [
    plain('repo.approve', { gate: 'status' }),
  ]),
  ...routes('POST DELETE', ['commit/*/approve'], () => [plain('repo.approve', { gate: 'review' })]),
  ...routes(
    'ANY',
    [
      'pullrequests/*/comments',
      'pullrequests/*/comments/**',
      'pullrequests/*/tasks',
      'pullrequests/*/tasks/*',
      'commit/*/comments',
      'commit/*/comments/**',
      'issues/*/comments',
      'issues/*/comments/*',
    ],
    () => [plain('repo.comment')],
  ),
  ...routes('ANY', ['issues', 'issues/*', 'issues/*/**', 'components', 'milestones', 'versions'], ({ fields }) => [
    plain('repo.issue', some({ title: text(fields['title']) })),
  ]),
  ...routes('POST', ['pipelines'], ({ fields }) => [
    run(within(fields['target'], 'ref_name'), {
      workflow: within(fields['target'], 'selector', 'pattern'),
      inputs: fields['variables'],
    }),
  ]),
  ...routes('POST', ['pipelines/*/stoppipeline'], () => [plain('repo.run', { change: 'delete' })]),
  route('POST', 'downloads', () => [plain('repo.upload')]),
  route('DELETE', 'downloads/**', ({ rest }) => [plain('repo.release', { change: 'delete', ...some({ title: rest.at(-1) }) })]),
  route('POST', 'forks', ({ fields, host, repository }) => [
    created(
      host,
      within(fields['workspace'], 'slug'),
      text(fields['name']) ?? (repository.known ? repository.resource.id.split('/').at(-1) : undefined),
      visibility(fields['is_private']),
    ),
  ]),
  route('POST', '', ({ fields, repository }) => [
    { ...plain('repo.create', some({ visibility: visibility(fields['is_private']) ?? 'public' })), at: repository },
  ]),
  route('PUT', '', ({ fields }) => settings(fields)),
  route('DELETE', '', () => [plain('repo.delete')]),
  ...guards(
    'protection',
    ['branch-restrictions', 'branch-restrictions/*', 'branching-model/settings', 'default-reviewers/*', 'override-settings'],
    ({ fields }) => refOnly(branchOf(fields['pattern'])),
  ),
  ...guards('key', ['deploy-keys', 'deploy-keys/*', 'pipelines_config/ssh/**', 'access-tokens/**'], ({ fields }) =>
    named(fields['label']),
  ),
  ...guards('hook', ['hooks', 'hooks/*'], ({ fields }) => hookFacts(fields['url'])),
  ...guards(
    'variable',
    [
      'pipelines_config/variables',
      'pipelines_config/variables/*',
      'deployments_config/environments/*/variables',
      'deployments_config/environments/*/variables/*',
    ],
    ({ fields }) => named(fields['key']),
  ),
  ...guards('schedule', ['pipelines_config/schedules', 'pipelines_config/schedules/**']),
  ...guards('actions', ['pipelines_config', 'pipelines_config/**']),
  ...guards('environment', ['environments', 'environments/**', 'deployments', 'deployments/**']),
  ...guards('collaborator', ['permissions-config/users/*', 'permissions-config/groups/*'], ({ fields, rest }) =>
    grantFacts(fields, rest[2], fields['permission']),
  ),
  ...guards('settings', ['properties/**', 'pipelines-config/**', 'caches/**']),
];

/** Outside of any repository. */
export const BITBUCKET_SITE_ROUTES: readonly Route[] = [
  ...routes('POST PUT DELETE', ['snippets', 'snippets/*', 'snippets/*/*', 'snippets/*/*/*'], ({ method, fields }) => [
    plain('repo.gist', {
      change: changeOf(method),
      ...some({ title: text(fields['title']), visibility: visibility(fields['is_private']) }),
    }),
  ]),
  ...routes('ANY', ['snippets/*/*/comments', 'snippets/*/*/comments/*'], () => [plain('repo.comment')]),
  ...guards('hook', ['workspaces/*/hooks', 'workspaces/*/hooks/*'], ({ fields }) => hookFacts(fields['url'])),
  ...guards(
    'variable',
    [
      'workspaces/*/pipelines-config/variables',
      'workspaces/*/pipelines-config/variables/*',
      'teams/*/pipelines_config/variables/**',
    ],
    ({ fields }) => named(fields['key']),
  ),
  ...guards('collaborator', [
    'workspaces/*/projects/*/permissions-config/**',
    'workspaces/*/members/**',
    'workspaces/*/permissions/**',
  ]),
  ...guards('protection', [
    'workspaces/*/projects/*/default-reviewers/*',
    'workspaces/*/projects/*/branching-model/settings',
    'workspaces/*/projects/*/branch-restrictions/**',
  ]),
  ...guards('settings', ['workspaces/*', 'workspaces/*/projects', 'workspaces/*/projects/*']),
  ...guards('account', ['users/*/ssh-keys', 'users/*/ssh-keys/*', 'users/*/gpg-keys', 'users/*/gpg-keys/*', 'user', 'user/**']),
];

function tagOf(name: Json | undefined): ReturnType<typeof branchOf> {
  return typeof name === 'string' ? readRefText(`refs/tags/${name}`) : null;
}

function targetOf(fields: RouteCall['fields']): Effect['facts'] & object {
  return some({ source: text(within(fields['target'], 'hash')), message: text(fields['message']) });
}

/** Without a destination it is the main branch. */
function openPull({ fields }: RouteCall): readonly Effect[] {
  const { source, destination, title, description, draft } = fields;
  const name = within(destination, 'branch', 'name');
  const facts = some({
    source: text(within(source, 'branch', 'name')),
    title: text(title),
    message: text(description),
    draft: flag(draft),
    crossRepo: within(source, 'repository') !== undefined,
    removesSource: flag(fields['close_source_branch']),
  });
  const ref = branchOf(name);
  const effect = pullRequest('create', ref, facts);
  const isDefault = destination === undefined || destination === null;
  return [{ ...effect, moves: { ...effect.moves, defaultBranch: isDefault }, sure: isDefault || ref?.sure === true }];
}

function updatePull({ fields }: RouteCall): readonly Effect[] {
  const { destination, title, description } = fields;
  const ref = branchOf(within(destination, 'branch', 'name'));
  const effect = pullRequest(
    'update',
    ref,
    some({ title: text(title), message: text(description), draft: flag(fields['draft']) }),
  );
  return [{ ...effect, sure: destination === undefined || ref?.sure === true }];
}

function settings(fields: RouteCall['fields']): readonly Effect[] {
  const seen = visibility(fields['is_private']);
  const branch = within(fields['mainbranch'], 'name');
  return changedSettings([
    seen !== undefined && config('visibility', 'PUT', { visibility: seen }),
    branch !== undefined && config('default-branch', 'PUT', named(branch)),
  ]);
}

function visibility(isPrivate: Json | undefined): string | undefined {
  if (isPrivate === undefined || isPrivate === null || isJsonArray(isPrivate)) return undefined;
  return isPrivate === true || isPrivate === 'true' ? 'private' : 'public';
}

/** `{uuid}` in braces names a workspace or repository as well. */
export function isUuid(name: string): boolean {
  return /^(?:\{.*\}|%7b.*%7d)$/i.test(name);
}

export function unnamed(host: string, name: string): ReturnType<typeof unknownRepository> {
  return unknownRepository(host, `id-${name.replace(/[{}]/g, '')}`);
}
