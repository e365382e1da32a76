// Azure DevOps' REST routes outside of a repository (`…/_apis/…`): policies, hooks, pipelines, permissions, work items.

import { run } from './ci-run.ts';
import { plain, push, some, text } from './effect.ts';
import { config, guards, hookFacts, named, within } from './guard-routes.ts';
import { repositoryAt, unknownRepository } from './repository.ts';
import { route, routes } from './rest-route.ts';
import type { Effect } from './effect.ts';
import type { Route, RouteCall } from './rest-route.ts';

export const AZURE_SITE_ROUTES: readonly Route[] = [
  route('POST', 'git/repositories', createRepository),
  ...routes('PATCH DELETE', ['git/recyclebin/repositories/*'], ({ method }) => [
    method === 'DELETE' ? plain('repo.delete') : config('settings', 'PATCH'),
  ]),
  route('POST', 'build/builds', ({ fields }) => [
    run(fields['sourceBranch'], { workflow: within(fields['definition'], 'id'), inputs: fields['templateParameters'] }),
  ]),
  ...routes('PATCH DELETE', ['build/builds', 'build/builds/*', 'build/builds/*/stages/*'], () => [plain('repo.run')]),
  route('POST', 'pipelines/*/runs', ({ fields, rest }) => [
    run(within(fields['resources'], 'repositories', 'self', 'refName'), {
      workflow: rest[1],
      inputs: fields['templateParameters'] ?? fields['variables'],
    }),
  ]),
  ...routes('POST PATCH', ['release/releases', 'release/releases/**'], () => [plain('repo.run')]),
  ...routes('PATCH', ['pipelines/approvals', 'pipelines/approvals/*', 'release/approvals/*', 'release/gates/*'], () => [
    plain('repo.approve', { gate: 'deployment' }),
  ]),
  ...guards('protection', ['policy/configurations', 'policy/configurations/*', 'pipelines/checks/**']),
  ...guards(
    'hook',
    ['hooks/subscriptions', 'hooks/subscriptions/**', 'hooks/subscriptionsquery', 'hooks/testnotifications'],
    ({ fields }) => hookFacts(within(fields['consumerInputs'], 'url')),
  ),
  ...guards('actions', [
    'build/definitions',
    'build/definitions/**',
    'pipelines',
    'pipelines/pipelinepermissions/**',
    'release/definitions',
    'release/definitions/**',
    'build/generalsettings',
  ]),
  ...guards('variable', ['distributedtask/variablegroups', 'distributedtask/variablegroups/*'], ({ fields }) =>
    named(fields['name']),
  ),
  ...guards(
    'secret',
    ['serviceendpoint/endpoints', 'serviceendpoint/endpoints/*', 'distributedtask/securefiles', 'distributedtask/securefiles/*'],
    ({ fields }) => ({ ...named(fields['name']), ...hookFacts(fields['url']) }),
  ),
  ...guards('environment', [
    'distributedtask/environments',
    'distributedtask/environments/**',
    'pipelines/environments',
    'pipelines/environments/**',
  ]),
  ...guards('runner', [
    'distributedtask/pools',
    'distributedtask/pools/**',
    'distributedtask/queues',
    'distributedtask/queues/**',
  ]),
  ...guards('collaborator', [
    'accesscontrolentries/*',
    'accesscontrollists/*',
    'permissions/**',
    'graph/**',
    'securityroles/**',
    'userentitlements',
    'userentitlements/*',
    'groupentitlements',
    'groupentitlements/**',
  ]),
  ...guards('key', ['tokens/**', 'tokenadmin/**']),
  route('POST', 'projects', ({ fields, host }) => [
    {
      ...plain('repo.create', some({ visibility: text(fields['visibility'])?.toLowerCase() })),
      at: unknownRepository(host, 'new'),
    },
  ]),
  route('DELETE', 'projects/*', () => [plain('repo.delete')]),
  route('PATCH', 'projects/*', ({ fields }) => {
    const visibility = text(fields['visibility'])?.toLowerCase();
    return [visibility === undefined ? config('settings', 'PATCH') : config('visibility', 'PATCH', { visibility })];
  }),
  ...routes('POST PATCH DELETE', ['wit/workitems/*/comments', 'wit/workitems/*/comments/**'], () => [plain('repo.comment')]),
  ...routes('POST PATCH DELETE', ['wit/workitems', 'wit/workitems/*'], () => [plain('repo.issue')]),
  route('POST', 'wit/attachments', () => [plain('repo.upload')]),
  // A page is a file on the wiki's default branch.
  ...routes(
    'PUT PATCH DELETE POST',
    ['wiki/wikis/*/pages', 'wiki/wikis/*/pages/*', 'wiki/wikis/*/pagemoves', 'wiki/wikis/*/attachments'],
    () => [push(null, 'update', { defaultBranch: true })],
  ),
  ...guards('settings', ['wiki/wikis', 'wiki/wikis/*']),
];

/** Named by the project in the path; a project in the body is an id. */
function createRepository({ fields, host, repository }: RouteCall): readonly Effect[] {
  const name = text(fields['name']);
  const owner = repository.parents[0]?.id.slice(host.length + 1);
  const told = name !== undefined && owner !== undefined && owner.includes('/');
  return [{ ...plain('repo.create'), at: told ? repositoryAt(host, [owner, '_git', name]) : unknownRepository(host, 'new') }];
}
