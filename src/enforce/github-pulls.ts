// Pull requests on GitHub: github.com, data residency (`*.ghe.com`), and Enterprise servers of any name.

import { fieldAt, listOf } from '../classify/json-field.ts';
import type { Authority, RequestView } from '../http/request-view.ts';
import { bearerToken, gitCredential } from './git-credential.ts';
import type { PullVendor } from './pull-api.ts';
import { ownerAndName } from './repository-path.ts';

export const githubPulls: PullVendor = (request) => {
  const repository = ownerAndName(request);
  if (repository === null) return null;
  const [owner, name] = repository;
  const { prefix, ...address } = apiOf(request);
  const target = `${prefix}/repos/${owner}/${name}/pulls`;
  const authorization = bearerToken(gitCredential(request.headers));
  return {
    ...address,
    label: 'pull request #',
    headers: [
      ...['Accept', 'application/vnd.github+json', 'X-GitHub-Api-Version', '2022-11-28'],
      ...(authorization === null ? [] : ['Authorization', authorization]),
    ],
    listTarget: (head, base) =>
      `${target}?${new URLSearchParams({ head: `${owner}:${head}`, base, state: 'open', per_page: '10' }).toString()}`,
    readList: listOf,
    readPull: (item) => ({
      number: fieldAt(item, 'number'),
      url: fieldAt(item, 'html_url'),
      head: fieldAt(item, 'head', 'ref'),
      base: fieldAt(item, 'base', 'ref'),
      foreign: fieldAt(item, 'head', 'repo', 'id') !== fieldAt(item, 'base', 'repo', 'id'),
    }),
    openTarget: target,
    openBody: ({ head, base, title, body }) => ({ head, base, title, body }),
    taken: [422],
    readErrors: (json) => [fieldAt(json, 'message'), fieldAt(listOf(fieldAt(json, 'errors'))?.[0], 'message')],
  };
};

/** github.com and data residency have an API host beside them; an Enterprise server has it below `/api/v3`. */
function apiOf(request: RequestView): { scheme: 'http' | 'https'; authority: Authority; prefix: string } {
  const host = request.authority.host.replace(/^www\./, '');
  if (host === 'github.com' || host.endsWith('.ghe.com'))
    return { scheme: 'https', authority: { host: `api.${host}`, port: 443 }, prefix: '' };
  return { scheme: request.scheme, authority: request.authority, prefix: '/api/v3' };
}
