// Pull requests on Gitea and Forgejo (API v1, "repository"): codeberg.org, gitea.com, or a server at the root of its host.

import { fieldAt, listOf } from '../classify/json-field.ts';
import { gitCredential } from './git-credential.ts';
import type { GitCredential } from './git-credential.ts';
import type { PullVendor } from './pull-api.ts';
import { ownerAndName } from './repository-path.ts';

export const giteaPulls: PullVendor = (request) => {
  const repository = ownerAndName(request);
  if (repository === null) return null;
  const target = `/api/v1/repos/${repository.join('/')}/pulls`;
  return {
    scheme: request.scheme,
    authority: request.authority,
    label: 'pull request #',
    headers: ['Accept', 'application/json', ...authorise(gitCredential(request.headers))],
    // It lists by no head branch. What is not among the newest changed is found by the refusal to open a second one.
    listTarget: () => `${target}?state=open&sort=recentupdate&limit=50`,
    readList: listOf,
    readPull: (item) => ({
      number: fieldAt(item, 'number'),
      url: fieldAt(item, 'html_url'),
      head: fieldAt(item, 'head', 'ref'),
      base: fieldAt(item, 'base', 'ref'),
      foreign: fieldAt(item, 'head', 'repo_id') !== fieldAt(item, 'base', 'repo_id'),
    }),
    openTarget: target,
    openBody: ({ head, base, title, body }) => ({ head, base, title, body }),
    taken: [409],
    readErrors: (json) => [fieldAt(json, 'message')],
  };
};

/** One piece of code there reads the Basic credential of git and of the API: a token as password or as user name, or a password. */
function authorise(credential: GitCredential | null): string[] {
  if (credential === null) return [];
  return ['Authorization', credential.kind === 'basic' ? credential.field : `token ${credential.token}`];
}
