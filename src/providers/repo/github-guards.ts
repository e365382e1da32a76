// GitHub's REST routes that change who may do what: below a repository, and for owners and users.

import { branchRef } from './repository.ts';
import { plain, refOnly, some, text } from './effect.ts';
import type { Effect } from './effect.ts';
import { grantFacts, guards, hookFacts, named, repositorySettings, within } from './guard-routes.ts';
import { route } from './rest-route.ts';
import type { Route, RouteCall } from './rest-route.ts';

/** Below `repos/{owner}/{repo}`. */
export const GITHUB_GUARDS: readonly Route[] = [
  route('POST PUT PATCH', '', repositorySettings),
  ...guards('transfer', ['transfer'], ({ fields }) => some({ grantee: text(fields['new_owner']) })),
  ...guards('protection', ['branches/**/protection', 'branches/**/protection/**'], ({ rest }) => protectedRef(rest)),
  ...guards('protection', ['tags/protection', 'tags/protection/**', 'rulesets', 'rulesets/**']),
  ...guards('collaborator', ['collaborators/*', 'invitations/*'], ({ fields, rest }) =>
    grantFacts(fields, rest[0] === 'collaborators' ? rest[1] : undefined, fields['permission'] ?? fields['permissions']),
  ),
  ...guards('key', ['keys', 'keys/*'], ({ fields }) => ({
    ...named(fields['title']),
    ...grantFacts(fields, undefined, undefined),
  })),
  ...guards('hook', ['hooks', 'hooks/**'], ({ fields }) => hookFacts(within(fields['config'], 'url') ?? fields['url'])),
  ...guards(
    'secret',
    ['actions/secrets/**', 'dependabot/secrets/**', 'codespaces/secrets/**', 'environments/*/secrets/**'],
    lastWord,
  ),
  ...guards(
    'variable',
    ['actions/variables', 'actions/variables/**', 'environments/*/variables', 'environments/*/variables/**'],
    ({ fields, rest }) => named(rest.at(-1) === 'variables' ? fields['name'] : rest.at(-1)),
  ),
  ...guards('environment', ['environments/**']),
  ...guards('actions', [
    'actions/permissions',
    'actions/permissions/**',
    'actions/workflows/*/enable',
    'actions/workflows/*/disable',
  ]),
  ...guards('runner', ['actions/runners/**']),
  ...guards('pages', ['pages', 'pages/**']),
  ...guards('settings', [
    'autolinks',
    'autolinks/*',
    'vulnerability-alerts',
    'automated-security-fixes',
    'private-vulnerability-reporting',
    'interaction-limits',
    'code-scanning/default-setup',
    'properties/values',
    'immutable-releases',
    'topics',
    'import',
    'lfs',
  ]),
];

function lastWord({ rest }: RouteCall): Effect['facts'] & object {
  return named(rest.at(-1));
}

/** The rule of one branch. Its name may hold slashes, so the word `protection` that ends it is the last one but for what follows. */
function protectedRef(rest: readonly string[]): Effect['facts'] & object {
  const end = rest.findLastIndex((word) => word.toLowerCase() === 'protection');
  return refOnly(branchRef(rest.slice(1, end).join('/')));
}

/** Outside of any repository: owners, users, gists. */
export const OWNER_GUARDS: readonly Route[] = [
  ...guards('account', [
    'user',
    'user/keys',
    'user/keys/*',
    'user/gpg_keys',
    'user/gpg_keys/*',
    'user/ssh_signing_keys',
    'user/ssh_signing_keys/*',
    'user/emails',
    'user/email/visibility',
    'user/codespaces/secrets/**',
    'user/installations/**',
  ]),
  ...guards('hook', ['orgs/*/hooks', 'orgs/*/hooks/**'], ({ fields }) =>
    hookFacts(within(fields['config'], 'url') ?? fields['url']),
  ),
  ...guards('secret', ['orgs/*/actions/secrets/**', 'orgs/*/dependabot/secrets/**', 'orgs/*/codespaces/secrets/**'], lastWord),
  ...guards('variable', ['orgs/*/actions/variables', 'orgs/*/actions/variables/**'], lastWord),
  ...guards('protection', ['orgs/*/rulesets', 'orgs/*/rulesets/**']),
  ...guards('runner', ['orgs/*/actions/runners/**', 'orgs/*/actions/runner-groups', 'orgs/*/actions/runner-groups/**']),
  ...guards('actions', ['orgs/*/actions/permissions', 'orgs/*/actions/permissions/**']),
  ...guards(
    'collaborator',
    [
      'orgs/*/memberships/*',
      'orgs/*/members/*',
      'orgs/*/outside_collaborators/*',
      'orgs/*/invitations',
      'orgs/*/teams',
      'orgs/*/teams/**',
      'teams/**',
    ],
    ({ fields, rest }) => grantFacts(fields, rest.at(-1), fields['permission'] ?? fields['role']),
  ),
  route('DELETE', 'orgs/*', () => [plain('repo.delete')]),
  ...guards('settings', ['orgs/*', 'orgs/*/properties/**', 'orgs/*/security-managers/**', 'orgs/*/installations/**']),
];
