// Gitea's and Forgejo's REST routes that change who may do what: below a repository, and for owners, users and the server.

import { branchOf, plain, refOnly, some, text } from './effect.ts';
import { grantFacts, guards, hookFacts, named, repositorySettings, visibilityOf, within } from './guard-routes.ts';
import { created } from './new-repository.ts';
import { route, routes } from './rest-route.ts';
import type { Route } from './rest-route.ts';

/** Below `repos/{owner}/{repo}`. */
export const GITEA_GUARDS: readonly Route[] = [
  route('PATCH POST PUT', '', repositorySettings),
  ...guards('transfer', ['transfer', 'transfer/accept', 'transfer/reject'], ({ fields }) =>
    some({ grantee: text(fields['new_owner']) }),
  ),
  ...guards(
    'protection',
    ['branch_protections', 'branch_protections/**', 'tag_protections', 'tag_protections/*'],
    ({ fields, rest }) =>
      refOnly(
        rest[0] === 'branch_protections'
          ? branchOf(rest.length > 1 ? rest.slice(1).join('/') : (fields['rule_name'] ?? fields['branch_name']))
          : null,
      ),
  ),
  ...guards('collaborator', ['collaborators/*', 'teams/*'], ({ fields, rest }) =>
    grantFacts(fields, rest[1], fields['permission']),
  ),
  ...guards('key', ['keys', 'keys/*'], ({ fields }) => ({
    ...named(fields['title']),
    ...grantFacts(fields, undefined, undefined),
  })),
  ...guards('hook', ['hooks', 'hooks/**'], ({ fields }) => hookFacts(within(fields['config'], 'url'))),
  ...guards('secret', ['actions/secrets/*'], ({ rest }) => named(rest[2])),
  ...guards('variable', ['actions/variables/*'], ({ rest }) => named(rest[2])),
  ...guards('actions', ['actions/workflows/*/enable', 'actions/workflows/*/disable', 'hooks/git/*']),
  ...guards('runner', ['actions/runners/**']),
  ...guards('mirror', ['push_mirrors', 'push_mirrors/*', 'push_mirrors-sync'], ({ fields }) =>
    hookFacts(fields['remote_address']),
  ),
  ...guards('settings', ['avatar', 'topics', 'topics/*', 'flags', 'flags/*']),
];

/** Outside of any repository. */
export const GITEA_SITE_ROUTES: readonly Route[] = [
  route('POST', 'user/repos', ({ fields, host }) => [created(host, undefined, fields['name'], visibilityOf(fields) ?? 'public')]),
  ...routes('POST', ['orgs/*/repos', 'org/*/repos', 'admin/users/*/repos'], ({ fields, host, rest }) => [
    created(host, rest.at(-2), fields['name'], visibilityOf(fields) ?? 'public'),
  ]),
  route('POST', 'repos/migrate', ({ fields, host }) => [
    created(host, fields['repo_owner'], fields['repo_name'], visibilityOf(fields) ?? 'public'),
  ]),
  route('DELETE', 'orgs/*', () => [plain('repo.delete')]),
  ...guards(
    'hook',
    ['orgs/*/hooks', 'orgs/*/hooks/*', 'user/hooks', 'user/hooks/*', 'admin/hooks', 'admin/hooks/*'],
    ({ fields }) => hookFacts(within(fields['config'], 'url')),
  ),
  ...guards('secret', ['orgs/*/actions/secrets/*', 'user/actions/secrets/*'], ({ rest }) => named(rest.at(-1))),
  ...guards('variable', ['orgs/*/actions/variables/*', 'user/actions/variables/*'], ({ rest }) => named(rest.at(-1))),
  ...guards('collaborator', ['orgs/*/members/*', 'orgs/*/teams', 'teams/**', 'orgs/*/public_members/*'], ({ rest }) =>
    grantFacts({}, rest.at(-1), undefined),
  ),
  ...guards('account', [
    'user/keys',
    'user/keys/*',
    'user/gpg_keys',
    'user/gpg_keys/*',
    'user/emails',
    'user/settings',
    'user/applications/**',
    'users/*/tokens',
    'users/*/tokens/*',
    'user/gpg_key_verify',
  ]),
  ...guards('settings', ['orgs', 'orgs/*', 'admin/**']),
];
