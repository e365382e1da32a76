// Pull requests on GitHub's API: is there an open one, open one. Every call is a request of Interlock's own, judged and recorded.

import { isJsonArray, isJsonObject, readJson } from '../classify/strict-json.ts';
import type { Json } from '../classify/strict-json.ts';
import { toInterlockError } from '../errors.ts';
import type { Authority, RequestView } from '../http/request-view.ts';
import type { Principal } from '../identify/principal.ts';
import { apiAuthorization } from './git-credential.ts';
import type { Originate, OriginatedAnswer } from './originate.ts';

export interface PullRequest {
  readonly number: number;
  readonly url: string;
}

/** What a look-up or an opening came to; `unknown` tells why there is no telling. */
export type PullState =
  | { readonly kind: 'open'; readonly pull: PullRequest }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface PullDraft {
  /** Branch names, without `refs/heads/`. */
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
}

export interface GithubPulls {
  find(head: string, base: string): Promise<PullState>;
  /** Never rejects: the commits have landed by then, and the client must hear what came of it. */
  open(draft: PullDraft): Promise<PullState>;
}

export interface PullsOfPush {
  readonly request: RequestView;
  readonly principal: Principal;
  readonly cause: string;
  readonly originate: Originate;
}

/** Hosts that are known not to speak GitHub's API. Any other may be an Enterprise server, and is asked. */
const OTHER_HOSTS =
  /(^|\.)(gitlab\.com|bitbucket\.org|codeberg\.org|azure\.com|visualstudio\.com|googlesource\.com|amazonaws\.com|huggingface\.co|gist\.github\.com)$/;

/** The pull requests of the repository that a push goes to; null when it is on no GitHub, or is none that has any (a wiki). */
export function githubPulls(push: PullsOfPush): GithubPulls | null {
  const { host } = push.request.authority;
  const [owner = '', name = '', ...rest] = push.request.segments.slice(0, -1);
  const repository = name.replace(/\.git$/i, '');
  if (rest.length > 0 || OTHER_HOSTS.test(host) || /\.wiki$/i.test(repository)) return null;
  if (!/^[\w.-]+$/.test(owner) || !/^[\w.-]+$/.test(repository)) return null;
  const path = `/repos/${owner}/${repository}/pulls`;
  const find = (head: string, base: string): Promise<PullState> => findPull(push, path, owner, head, base);
  return { find, open: (draft) => openPull(push, path, draft, () => find(draft.head, draft.base)) };
}

/** github.com and data residency have an API host beside them; an Enterprise server has it below `/api/v3`. */
function apiOf(request: RequestView): { scheme: 'http' | 'https'; authority: Authority; prefix: string } {
  const host = request.authority.host.replace(/^www\./, '');
  if (host === 'github.com' || host.endsWith('.ghe.com'))
    return { scheme: 'https', authority: { host: `api.${host}`, port: 443 }, prefix: '' };
  return { scheme: request.scheme, authority: request.authority, prefix: '/api/v3' };
}

async function call(push: PullsOfPush, method: string, path: string, body: Buffer): Promise<OriginatedAnswer> {
  const { scheme, authority, prefix } = apiOf(push.request);
  const authorization = apiAuthorization(push.request.headers);
  const headers = ['Accept', 'application/vnd.github+json', 'X-GitHub-Api-Version', '2022-11-28', 'User-Agent', 'interlock'];
  if (authorization !== null) headers.push('Authorization', authorization);
  if (body.length > 0) headers.push('Content-Type', 'application/json', 'Content-Length', String(body.length));
  return push.originate({
    method,
    scheme,
    authority,
    target: `${prefix}${path}`,
    headers,
    body,
    cause: push.cause,
    principal: push.principal,
  });
}

async function findPull(push: PullsOfPush, path: string, owner: string, head: string, base: string): Promise<PullState> {
  try {
    const query = new URLSearchParams({ head: `${owner}:${head}`, base, state: 'open', per_page: '10' });
    const answer = await call(push, 'GET', `${path}?${query.toString()}`, Buffer.alloc(0));
    const list = answer.status === 200 && answer.refused === null ? readJson(answer.body).value : undefined;
    if (!isJsonArray(list)) return { kind: 'unknown', reason: reasonOf(answer) };
    for (const item of list) {
      const pull = readPull(item);
      // A server that ignores the filter must not make another's pull request ours.
      if (pull !== null && refOf(item, 'head') === head && refOf(item, 'base') === base) return { kind: 'open', pull };
    }
    return { kind: 'none' };
  } catch (thrown) {
    return { kind: 'unknown', reason: plain(toInterlockError(thrown).message) };
  }
}

async function openPull(push: PullsOfPush, path: string, draft: PullDraft, find: () => Promise<PullState>): Promise<PullState> {
  try {
    const answer = await call(push, 'POST', path, Buffer.from(JSON.stringify(draft), 'utf8'));
    const pull = answer.status === 201 && answer.refused === null ? readPull(readJson(answer.body).value) : null;
    if (pull !== null) return { kind: 'open', pull };
    // 422 is also GitHub's word for "there is one already": somebody was quicker than we.
    const existing = answer.status === 422 ? await find() : null;
    return existing?.kind === 'open' ? existing : { kind: 'unknown', reason: reasonOf(answer) };
  } catch (thrown) {
    return { kind: 'unknown', reason: plain(toInterlockError(thrown).message) };
  }
}

function readPull(value: Json | undefined): PullRequest | null {
  if (!isJsonObject(value)) return null;
  const { number, html_url: url } = value;
  return typeof number === 'number' && typeof url === 'string' ? { number, url: plain(url) } : null;
}

function refOf(value: Json, side: 'head' | 'base'): Json | undefined {
  const end = isJsonObject(value) ? value[side] : undefined;
  return isJsonObject(end) ? end['ref'] : undefined;
}

/** `the API answered 403: Resource not accessible by personal access token`. */
function reasonOf(answer: OriginatedAnswer): string {
  const json = readJson(answer.body).value;
  const texts: string[] = [];
  if (isJsonObject(json)) {
    if (typeof json['message'] === 'string') texts.push(json['message']);
    const [first] = isJsonArray(json['errors']) ? json['errors'] : [];
    if (isJsonObject(first) && typeof first['message'] === 'string') texts.push(first['message']);
  }
  if (answer.refused !== null) return plain(`policy did not allow it: ${texts[0] ?? answer.refused}`);
  return plain([`the API answered ${answer.status}`, ...texts].join(': '));
}

/** One line of upstream's words, safe on a terminal (threat D4). */
function plain(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 300);
}
