// Pull requests by the API of the host that was pushed to. Every call is a request of Interlock's own, judged and recorded.

import { readJson } from '../classify/strict-json.ts';
import type { Json } from '../classify/strict-json.ts';
import type { CodeHost, CodeHosts } from '../decide/code-host.ts';
import { toInterlockError } from '../errors.ts';
import type { RequestView } from '../http/request-view.ts';
import type { Principal } from '../identify/principal.ts';
import { azurePulls } from './azure-pulls.ts';
import { bitbucketPulls } from './bitbucket-pulls.ts';
import { giteaPulls } from './gitea-pulls.ts';
import { githubPulls } from './github-pulls.ts';
import { gitlabPulls } from './gitlab-pulls.ts';
import type { Originate, OriginatedAnswer } from './originate.ts';
import type { PullApi, PullDraft, PullRequest, PullState, PullVendor } from './pull-api.ts';

export interface Pulls {
  find(head: string, base: string): Promise<PullState>;
  /** Never rejects: the commits have landed by then, and the client must hear what came of it. */
  open(draft: PullDraft): Promise<PullState>;
}

interface PullsOfPush {
  readonly request: RequestView;
  readonly hosts: CodeHosts;
  readonly principal: Principal;
  readonly cause: string;
  readonly originate: Originate;
}

const VENDORS: Readonly<Record<CodeHost, PullVendor>> = {
  github: githubPulls,
  gitlab: gitlabPulls,
  bitbucket: bitbucketPulls,
  'azure-devops': azurePulls,
  gitea: giteaPulls,
  none: () => null,
};

/** Whose a hosted service is, its name tells. */
const HOSTED: ReadonlyArray<readonly [name: RegExp, vendor: CodeHost]> = [
  [/^(?:(?:www\.)?github\.com|[^.]+\.ghe\.com)$/, 'github'],
  [/^gitlab\.com$/, 'gitlab'],
  [/^bitbucket\.org$/, 'bitbucket'],
  [/^(?:dev\.azure\.com|[^.]+\.visualstudio\.com)$/, 'azure-devops'],
  [/^(?:codeberg\.org|gitea\.com)$/, 'gitea'],
  // Known to have no pull requests, or none that is opened in a known way.
  [
    /(?:^|\.)(?:gitlab\.com|bitbucket\.org|codeberg\.org|gitea\.com|azure\.com|visualstudio\.com|googlesource\.com|amazonaws\.com|huggingface\.co|gist\.github\.com)$/,
    'none',
  ],
];

/**
 * The pull requests of the repository that a push goes to; null when nobody would know how to open one there. A server that neither its name
 * nor the operator tells about is taken for a GitHub Enterprise server: of the vendors it is the one whose API nobody else answers to.
 * INVARIANT: nothing is asked of a host other than the one that was pushed to, or its operator's own API host, for it gets the push's credential.
 */
export function pullsOf(push: PullsOfPush): Pulls | null {
  const { host } = push.request.authority;
  const vendor = HOSTED.find(([name]) => name.test(host))?.[1] ?? push.hosts.get(host) ?? 'github';
  const api = VENDORS[vendor](push.request);
  if (api === null) return null;
  const find = (head: string, base: string): Promise<PullState> => asked(() => findPull(push, api, head, base));
  return { find, open: (draft) => asked(() => openPull(push, api, draft, () => find(draft.head, draft.base))) };
}

async function asked(ask: () => Promise<PullState>): Promise<PullState> {
  try {
    return await ask();
  } catch (thrown) {
    return { kind: 'unknown', reason: plain(toInterlockError(thrown).message) };
  }
}

function call(push: PullsOfPush, api: PullApi, method: string, target: string, body: Buffer): Promise<OriginatedAnswer> {
  const { scheme, authority } = api;
  const headers = [...api.headers, 'User-Agent', 'interlock'];
  if (body.length > 0) headers.push('Content-Type', 'application/json', 'Content-Length', String(body.length));
  return push.originate({ method, scheme, authority, target, headers, body, cause: push.cause, principal: push.principal });
}

async function findPull(push: PullsOfPush, api: PullApi, head: string, base: string): Promise<PullState> {
  const answer = await call(push, api, 'GET', api.listTarget(head, base), Buffer.alloc(0));
  const list = answer.status === 200 && answer.refused === null ? api.readList(readJson(answer.body).value) : null;
  if (list === null) return { kind: 'unknown', reason: reasonOf(api, answer) };
  for (const item of list) {
    const pull = readPull(api, item);
    const listed = api.readPull(item);
    // A server that ignores the filter, or a fork with a branch of the same name, must not make another's pull request ours.
    if (pull !== null && listed.head === head && listed.base === base && !listed.foreign) return { kind: 'open', pull };
  }
  const total = Number(answer.headers.get('x-total-count') ?? list.length);
  return total > list.length ? { kind: 'unknown', reason: 'there are more than the API lists at once' } : { kind: 'none' };
}

async function openPull(push: PullsOfPush, api: PullApi, draft: PullDraft, find: () => Promise<PullState>): Promise<PullState> {
  const answer = await call(push, api, 'POST', api.openTarget, Buffer.from(JSON.stringify(api.openBody(draft)), 'utf8'));
  const created = answer.status === 201 && answer.refused === null ? readJson(answer.body).value : undefined;
  const pull = created === undefined ? null : readPull(api, created);
  if (pull !== null) return { kind: 'open', pull };
  // Somebody was quicker than we.
  const existing = api.taken.includes(answer.status) && answer.refused === null ? await find() : null;
  return existing?.kind === 'open' ? existing : { kind: 'unknown', reason: reasonOf(api, answer) };
}

function readPull(api: PullApi, item: Json): PullRequest | null {
  const { number, url } = api.readPull(item);
  return typeof number === 'number' && typeof url === 'string' ? { name: `${api.label}${number}`, url: plain(url) } : null;
}

/** `the API answered 403: Resource not accessible by personal access token`. */
function reasonOf(api: PullApi, answer: OriginatedAnswer): string {
  const json = readJson(answer.body).value;
  const texts = answer.refused === null ? api.readErrors(json) : [...api.readErrors(json), answer.refused];
  const told = texts.filter((text) => typeof text === 'string').map((text) => text.replace(/\.$/, ''));
  if (answer.refused !== null) return plain(`policy did not allow it: ${told[0] ?? answer.refused}`);
  return plain([`the API answered ${answer.status}`, ...told].join(': '));
}

/** One line of upstream's words, safe on a terminal (threat D4). */
function plain(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 300);
}
