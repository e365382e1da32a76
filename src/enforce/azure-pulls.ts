// Pull requests on Azure DevOps (Git REST API 7.1, "Pull Requests"): dev.azure.com, *.visualstudio.com, and servers of one's own.

import { hostResource } from '../classify/base-facts.ts';
import { fieldAt, listOf } from '../classify/json-field.ts';
import type { Json } from '../classify/strict-json.ts';
import type { RequestView } from '../http/request-view.ts';
import { apiToken, gitCredential } from './git-credential.ts';
import type { GitCredential } from './git-credential.ts';
import type { PullVendor } from './pull-api.ts';

const VERSION = 'api-version=7.1';
const HEADS = 'refs/heads/';
/** The longest that the API takes (GitPullRequest). */
const MAX_TITLE = 400;
const MAX_DESCRIPTION = 4000;

export const azurePulls: PullVendor = (request) => {
  const place = placeOf(request);
  if (place === null) return null;
  const { project, repository } = place;
  const target = `/${project}/_apis/git/repositories/${repository}/pullrequests`;
  const { scheme, authority } = request;
  const site = `${scheme}://${hostResource(request).id}/${project}`;
  return {
    scheme,
    authority,
    label: 'pull request #',
    headers: ['Accept', 'application/json', ...authorise(gitCredential(request.headers))],
    listTarget: (head, base) => {
      const criteria = { sourceRefName: HEADS + head, targetRefName: HEADS + base, status: 'active' };
      const query = Object.entries(criteria).map(([name, value]) => `searchCriteria.${name}=${encodeURIComponent(value)}`);
      return `${target}?${[...query, '$top=10', VERSION].join('&')}`;
    },
    readList: (json) => listOf(fieldAt(json, 'value')),
    readPull: (item) => {
      const number = fieldAt(item, 'pullRequestId');
      return {
        number,
        // The answer's own `url` is for programs.
        url: `${site}/_git/${repository}/pullrequest/${String(number)}`,
        head: branchOf(fieldAt(item, 'sourceRefName')),
        base: branchOf(fieldAt(item, 'targetRefName')),
        foreign: (fieldAt(item, 'forkSource') ?? null) !== null,
      };
    },
    openTarget: `${target}?${VERSION}`,
    openBody: ({ head, base, title, body }) => ({
      sourceRefName: HEADS + head,
      targetRefName: HEADS + base,
      title: title.slice(0, MAX_TITLE),
      description: body.slice(0, MAX_DESCRIPTION),
    }),
    taken: [409],
    readErrors: (json) => [fieldAt(json, 'message')],
  };
};

/**
 * What stands before and after `_git` in the path, percent-encoded. A repository that is named like its project may leave the project out,
 * and `_optimized` or `_full` may stand before its name.
 */
function placeOf(request: RequestView): { readonly project: string; readonly repository: string } | null {
  const parts = request.segments.slice(0, -1);
  const git = parts.findIndex((part) => part.toLowerCase() === '_git');
  const repository = parts.slice(git + 1).filter((part) => !/^_(?:optimized|full)$/i.test(part));
  const [name, ...rest] = repository;
  if (git < 0 || name === undefined || rest.length > 0) return null;
  const before = parts.slice(0, git);
  const { host } = request.authority;
  const own = host === 'dev.azure.com' ? 1 : /^defaultcollection$/i.test(before[0] ?? '') ? 1 : 0;
  const hosted = host === 'dev.azure.com' || host.endsWith('.visualstudio.com');
  const project = hosted && before.length === own ? [...before, name] : before;
  if (project.length === 0 || ![...project, name].every((part) => isName(part))) return null;
  return { project: project.map((part) => encodeURIComponent(part)).join('/'), repository: encodeURIComponent(name) };
}

/** Names there may hold spaces and most signs, but none that a path could be changed with. */
function isName(part: string): boolean {
  return part !== '' && !/[\p{C}/\\?#%]/u.test(part) && !/^\.+$/.test(part);
}

function branchOf(ref: Json | undefined): Json | undefined {
  return typeof ref === 'string' && ref.startsWith(HEADS) ? ref.slice(HEADS.length) : undefined;
}

/** A personal access token is the password of no user at all; what came as Bearer (Entra) stays it. */
function authorise(credential: GitCredential | null): string[] {
  const token = apiToken(credential);
  if (token === null) return [];
  const basic = `Basic ${Buffer.from(`:${token}`, 'utf8').toString('base64')}`;
  return ['Authorization', credential?.kind === 'bearer' ? `Bearer ${token}` : basic];
}
