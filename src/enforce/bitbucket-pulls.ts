// Pull requests on Bitbucket Cloud (API 2.0, "Pull requests"), whose API is at api.bitbucket.org.

import { fieldAt, listOf } from '../classify/json-field.ts';
import { bearerToken, gitCredential } from './git-credential.ts';
import type { GitCredential } from './git-credential.ts';
import type { PullVendor } from './pull-api.ts';
import { ownerAndName } from './repository-path.ts';

export const bitbucketPulls: PullVendor = (request) => {
  const repository = ownerAndName(request);
  if (repository === null) return null;
  const target = `/2.0/repositories/${repository.join('/')}/pullrequests`;
  return {
    scheme: 'https',
    authority: { host: 'api.bitbucket.org', port: 443 },
    label: 'pull request #',
    headers: ['Accept', 'application/json', ...authorise(gitCredential(request.headers))],
    // Its query language quotes strings as JSON does. Were a name to break out of them, the answers are still compared with it.
    listTarget: (head, base) =>
      `${target}?${new URLSearchParams({
        q: `source.branch.name=${JSON.stringify(head)} AND destination.branch.name=${JSON.stringify(base)} AND state="OPEN"`,
        pagelen: '10',
      }).toString()}`,
    readList: (json) => listOf(fieldAt(json, 'values')),
    readPull: (item) => ({
      number: fieldAt(item, 'id'),
      url: fieldAt(item, 'links', 'html', 'href'),
      head: fieldAt(item, 'source', 'branch', 'name'),
      base: fieldAt(item, 'destination', 'branch', 'name'),
      // The source of a deleted fork is null.
      foreign: fieldAt(item, 'source', 'repository', 'full_name') !== fieldAt(item, 'destination', 'repository', 'full_name'),
    }),
    openTarget: target,
    openBody: ({ head, base, title, body }) => ({
      title,
      description: body,
      source: { branch: { name: head } },
      destination: { branch: { name: base } },
    }),
    taken: [400, 409],
    readErrors: (json) => [fieldAt(json, 'error', 'message'), fieldAt(json, 'error', 'detail')],
  };
};

/** An access token (user `x-token-auth`) is a Bearer token; a user's own name or address and API token go as they are. */
function authorise(credential: GitCredential | null): string[] {
  if (credential === null) return [];
  const access = credential.kind === 'bearer' || credential.user === 'x-token-auth';
  const value = access ? bearerToken(credential) : credential.field;
  return value === null ? [] : ['Authorization', value];
}
