// The REST calls of api.github.com that a pull request needs, over the same bare repositories that git pushes to.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { sendJson, type OriginResponse } from './origin.ts';
import type { Received } from './received.ts';

const run = promisify(execFile);

export interface PullRequest {
  readonly number: number;
  readonly repository: string;
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  state: 'open' | 'closed';
}

export interface GithubState {
  readonly pulls: PullRequest[];
  readonly token: string;
  refOf(owner: string, name: string, ref: string): Promise<string | null>;
  folderOf(owner: string, name: string): string;
}

interface Call {
  readonly owner: string;
  readonly name: string;
  readonly rest: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Answers as GitHub would; what is not known here is 404. */
export async function answerGithubApi(state: GithubState, response: OriginResponse, received: Received): Promise<void> {
  const bytes = await received.body();
  const url = new URL(received.target, 'https://api.github.com');
  const [, repos, owner = '', name = '', ...rest] = url.pathname.split('/');
  if (!authorised(received, state.token)) return sendJson(response, 401, { message: 'Bad credentials' });
  if (repos !== 'repos') return sendJson(response, 404, { message: 'Not Found' });
  const call: Call = { owner, name, rest: rest.join('/'), query: url.searchParams, body: parse(bytes) };
  const answer = await route(state, received.method, call);
  sendJson(response, answer.status, answer.json);
}

function authorised(received: Received, token: string): boolean {
  const field = received.get('authorization') ?? '';
  const given = field.replace(/^(?:bearer|token|basic) /i, '');
  return given === token || Buffer.from(given, 'base64').toString('utf8').split(':').includes(token);
}

function parse(bytes: Buffer): Readonly<Record<string, unknown>> {
  if (bytes.length === 0) return {};
  const value: unknown = JSON.parse(bytes.toString('utf8'));
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

interface ApiAnswer {
  readonly status: number;
  readonly json: unknown;
}

async function route(state: GithubState, method: string, call: Call): Promise<ApiAnswer> {
  const repository = `${call.owner}/${call.name}`;
  if (method === 'GET' && call.rest === '') return { status: 200, json: { full_name: repository, default_branch: 'main' } };
  if (method === 'GET' && call.rest === 'pulls') return { status: 200, json: listPulls(state, call) };
  if (method === 'POST' && call.rest === 'pulls') return openPull(state, call);
  const merge = /^pulls\/(\d+)\/merge$/.exec(call.rest);
  if (method === 'PUT' && merge !== null) return mergePull(state, Number(merge[1]));
  if (method === 'POST' && call.rest === 'git/refs') return moveRef(state, call, text(call.body['ref']), 201);
  if (method === 'PATCH' && call.rest.startsWith('git/refs/'))
    return moveRef(state, call, `refs/${call.rest.slice('git/refs/'.length)}`, 200);
  if (method === 'PUT' && call.rest.startsWith('contents/'))
    return { status: 201, json: { content: { path: call.rest.slice(9) }, commit: {} } };
  return { status: 404, json: { message: 'Not Found' } };
}

function listPulls(state: GithubState, call: Call): unknown {
  const head = call.query.get('head');
  const base = call.query.get('base');
  const wanted = call.query.get('state') ?? 'open';
  return state.pulls
    .filter((pull) => pull.repository === `${call.owner}/${call.name}`)
    .filter((pull) => wanted === 'all' || pull.state === wanted)
    .filter((pull) => head === null || head === `${call.owner}:${pull.head}`)
    .filter((pull) => base === null || base === pull.base)
    .map((pull) => view(pull));
}

async function openPull(state: GithubState, call: Call): Promise<ApiAnswer> {
  const head = text(call.body['head']).replace(`${call.owner}:`, '');
  const base = text(call.body['base']);
  const repository = `${call.owner}/${call.name}`;
  const problem = (message: string): ApiAnswer => ({
    status: 422,
    json: { message: 'Validation Failed', errors: [{ resource: 'PullRequest', code: 'custom', message }], status: '422' },
  });
  if ((await state.refOf(call.owner, call.name, `refs/heads/${head}`)) === null) return problem(`head ${head} does not exist`);
  if (
    state.pulls.some((one) => one.repository === repository && one.head === head && one.base === base && one.state === 'open')
  ) {
    return problem(`A pull request already exists for ${call.owner}:${head}.`);
  }
  const pull: PullRequest = {
    number: state.pulls.length + 1,
    repository,
    head,
    base,
    title: text(call.body['title']),
    body: text(call.body['body']),
    state: 'open',
  };
  state.pulls.push(pull);
  return { status: 201, json: view(pull) };
}

function mergePull(state: GithubState, number: number): ApiAnswer {
  const pull = state.pulls.find((one) => one.number === number);
  if (pull === undefined) return { status: 404, json: { message: 'Not Found' } };
  pull.state = 'closed';
  return { status: 200, json: { merged: true, message: 'Pull Request successfully merged' } };
}

async function moveRef(state: GithubState, call: Call, ref: string, status: number): Promise<ApiAnswer> {
  const sha = text(call.body['sha']);
  try {
    await run('git', ['-C', state.folderOf(call.owner, call.name), 'update-ref', ref, sha]);
    return { status, json: { ref, object: { sha, type: 'commit' } } };
  } catch {
    return { status: 422, json: { message: 'Object does not exist', status: '422' } };
  }
}

function view(pull: PullRequest): unknown {
  const [owner = ''] = pull.repository.split('/');
  return {
    number: pull.number,
    state: pull.state,
    title: pull.title,
    html_url: `https://github.com/${pull.repository}/pull/${pull.number}`,
    head: { ref: pull.head, label: `${owner}:${pull.head}` },
    base: { ref: pull.base },
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
