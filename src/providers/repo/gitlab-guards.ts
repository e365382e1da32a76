// GitLab's REST routes that change who may do what: below a project, and for groups, users and the whole server.

import { branchOf, plain, refOnly, some, text } from './effect.ts';
import type { Effect } from './effect.ts';
import { changedSettings, config, grantFacts, guards, hookFacts, named, visibilityOf, within } from './guard-routes.ts';
import { snippet } from './gitlab-snippet.ts';
import { created } from './new-repository.ts';
import { route, routes } from './rest-route.ts';
import type { Route, RouteCall } from './rest-route.ts';

/** What projects and groups have in common, below either. */
const SHARED: readonly Route[] = [
  ...guards(
    'protection',
    [
      'protected_branches',
      'protected_tags',
      'protected_environments',
      'approvals',
      'approval_rules',
      'approval_rules/*',
      'push_rule',
      'external_status_checks',
      'external_status_checks/*',
      'merge_requests/*/approvals',
      'merge_requests/*/approval_rules',
      'merge_requests/*/approval_rules/*',
      'approval_settings',
      'merge_request_approval_settings',
    ],
    ({ fields }) => refOnly(branchOf(fields['name'])),
  ),
  ...guards(
    'protection',
    ['protected_branches/**', 'repository/branches/**/protect', 'repository/branches/**/unprotect'],
    ({ rest }) => refOnly(branchOf((rest[0] === 'protected_branches' ? rest.slice(1) : rest.slice(2, -1)).join('/'))),
  ),
  ...guards('protection', ['protected_tags/**', 'protected_environments/**']),
  ...guards('hook', ['hooks', 'hooks/**'], ({ fields }) => hookFacts(fields['url'])),
  ...guards('hook', ['integrations/*', 'services/*'], ({ fields, rest }) => ({
    ...named(rest[1]),
    ...hookFacts(fields['webhook'] ?? fields['url'] ?? fields['external_wiki_url'] ?? fields['project_url']),
  })),
  ...guards(
    'key',
    [
      'deploy_keys',
      'deploy_keys/**',
      'deploy_tokens',
      'deploy_tokens/*',
      'access_tokens',
      'access_tokens/**',
      'cluster_agents',
      'cluster_agents/**',
    ],
    ({ fields }) => ({
      ...named(fields['title'] ?? fields['name']),
      ...grantFacts(fields, undefined, fields['access_level']),
    }),
  ),
  ...guards(
    'collaborator',
    [
      'members',
      'members/**',
      'invitations',
      'invitations/*',
      'share',
      'share/*',
      'import_project_members/*',
      'access_requests',
      'access_requests/**',
      'members_requests/**',
    ],
    ({ fields, rest }) =>
      grantFacts(
        fields,
        fields['user_id'] ?? fields['username'] ?? fields['email'] ?? fields['group_id'] ?? rest[1],
        fields['access_level'] ?? fields['group_access'],
      ),
  ),
  ...guards('variable', ['variables', 'variables/*'], ({ fields, rest }) => named(rest[1] ?? fields['key'])),
  ...guards('runner', ['runners', 'runners/**']),
  ...guards('transfer', ['transfer'], ({ fields }) => grantFacts({}, fields['namespace'] ?? fields['group_id'], undefined)),
];

/** Below `projects/:id`. */
export const GITLAB_GUARDS: readonly Route[] = [
  route('PUT POST', '', projectSettings),
  ...SHARED,
  ...guards('key', ['triggers', 'triggers/**', 'job_token_scope', 'job_token_scope/**']),
  ...guards('schedule', ['pipeline_schedules', 'pipeline_schedules/**'], ({ fields }) => refOnly(branchOf(fields['ref']))),
  ...guards('environment', ['environments', 'environments/**', 'freeze_periods', 'freeze_periods/*', 'resource_groups/**']),
  ...guards('mirror', ['remote_mirrors', 'remote_mirrors/**', 'mirror/pull', 'export', 'export_relations'], ({ fields }) =>
    hookFacts(fields['url'] ?? within(fields['upload'], 'url')),
  ),
  ...guards('pages', ['pages', 'pages/**']),
  ...guards('archive', ['archive', 'unarchive']),
  ...guards('settings', [
    'housekeeping',
    'avatar',
    'feature_flags',
    'feature_flags/*',
    'feature_flags_user_lists',
    'feature_flags_user_lists/*',
    'error_tracking/**',
    'secure_files/*',
    'badges',
    'badges/*',
    'registry/**',
    'packages/*',
    'packages/*/package_files/*',
    'uploads/**',
  ]),
];

function projectSettings({ fields }: RouteCall): readonly Effect[] {
  const visibility = visibilityOf(fields);
  const { default_branch: branch, import_url: mirror } = fields;
  return changedSettings([
    visibility !== undefined && config('visibility', 'PUT', { visibility }),
    branch !== undefined && config('default-branch', 'PUT', named(branch)),
    mirror !== undefined && config('mirror', 'PUT', hookFacts(mirror)),
  ]);
}

/** Below `groups/:id`. */
export const GITLAB_GROUP_ROUTES: readonly Route[] = [
  route('DELETE', '', () => [plain('repo.delete')]),
  route('PUT POST', '', projectSettings),
  ...SHARED,
  ...routes(
    'ANY',
    ['epics', 'epics/**', 'labels', 'labels/**', 'milestones', 'milestones/**', 'boards', 'boards/**'],
    ({ fields }) => [plain('repo.issue', some({ title: text(fields['title']) }))],
  ),
  ...guards('settings', [
    'restore',
    'archive',
    'unarchive',
    'avatar',
    'export',
    'export_relations',
    'badges',
    'badges/*',
    'ldap_group_links/**',
    'saml_group_links/**',
    'uploads/**',
  ]),
];

/** Outside of any project and group. */
export const GITLAB_SITE_ROUTES: readonly Route[] = [
  ...routes('POST', ['projects', 'projects/user/*'], ({ fields, host }) => [
    created(host, undefined, fields['path'] ?? fields['name'], visibilityOf(fields) ?? 'private'),
  ]),
  ...routes(
    'POST',
    [
      'projects/import',
      'projects/remote-import',
      'projects/remote-import-s3',
      'import/*',
      'bulk_imports',
      'groups',
      'groups/import',
    ],
    ({ fields, host }) => [created(host, undefined, fields['path'], visibilityOf(fields))],
  ),
  ...routes('POST PUT DELETE', ['snippets', 'snippets/*'], ({ method, fields }) => [snippet(method, fields)]),
  ...guards('account', [
    'user',
    'user/**',
    'users',
    'users/**',
    'personal_access_tokens/**',
    'applications',
    'applications/**',
    'impersonation_tokens/**',
  ]),
  ...guards('settings', ['application/**', 'admin/**', 'license', 'license/**', 'features/**', 'system/**', 'appearance']),
  ...guards('hook', ['hooks', 'hooks/*'], ({ fields }) => hookFacts(fields['url'])),
  ...guards('runner', ['runners', 'runners/**']),
  ...guards('key', ['keys/**', 'deploy_keys', 'deploy_tokens']),
];
