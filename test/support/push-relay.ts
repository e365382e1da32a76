// The smallest gateway that can re-route a push: git talks to it, it talks to the origin, and nothing else is between.

import { gitPush } from '../../src/providers/repo/git-push.ts';
import { planPullRequest } from '../../src/enforce/pull-request.ts';
import type { Originate, OriginatedAnswer, OriginatedRequest } from '../../src/enforce/originate.ts';
import { InterlockError } from '../../src/errors.ts';
import { HeaderList } from '../../src/http/headers.ts';
import type { InspectedBody } from '../../src/http/inspected-body.ts';
import type { RequestView } from '../../src/http/request-view.ts';
import type { NativeAnswer } from '../../src/providers/refusal.ts';
import { startOrigin } from './origin.ts';
import type { Origin } from './origin.ts';
import type { Received } from './received.ts';

export interface PushRelay extends AsyncDisposable {
  readonly origin: Origin;
  /** What Interlock itself asked upstream. */
  readonly originated: OriginatedRequest[];
  /** Runs just before a rewritten push is sent: for races. */
  beforeSending: () => Promise<void>;
}

export interface PushRelayOptions {
  readonly upstream: Origin;
  readonly refs: readonly string[];
  readonly agent: string;
}

const HOP_FIELDS = new Set(['host', 'connection', 'transfer-encoding', 'content-length', 'keep-alive', 'expect']);

/** Turns pushes to `refs` into pull requests and refuses natively what the constraint can't do. */
export async function startPushRelay(options: PushRelayOptions): Promise<PushRelay> {
  const originated: OriginatedRequest[] = [];
  const originate = async (request: OriginatedRequest): Promise<OriginatedAnswer> => {
    originated.push(request);
    return { ...(await send(request.method, options.upstream, request.target, request.headers, request.body)), refused: null };
  };
  const origin = await startOrigin({
    leaf: null,
    answer: async (_request, response, received) => {
      const body = await received.body();
      const view = viewOf(received, options.upstream);
      const answer = await answerOf(view, body, options, originate, () => relay.beforeSending());
      response.statusCode = answer.status;
      for (let i = 0; i < answer.headers.length; i += 2) {
        const name = answer.headers[i] ?? '';
        if (!HOP_FIELDS.has(name.toLowerCase())) response.setHeader(name, answer.headers[i + 1] ?? '');
      }
      response.end(answer.body);
    },
  });
  const relay: PushRelay = {
    origin,
    originated,
    beforeSending: async () => {},
    [Symbol.asyncDispose]: () => origin[Symbol.asyncDispose](),
  };
  return relay;
}

async function answerOf(
  view: RequestView,
  body: Buffer,
  options: PushRelayOptions,
  originate: Originate,
  beforeSending: () => Promise<void>,
): Promise<NativeAnswer> {
  const recognition = gitPush.recognise(view);
  const size = recognition?.need.kind === 'prefix' ? recognition.need.measure(body) : 'more';
  if (typeof size !== 'number' || size === 4) {
    return plain(await send(view.method, options.upstream, view.target, view.headers.raw, body));
  }
  const prefix: InspectedBody = { bytes: body.subarray(0, size), problem: null };
  try {
    const plan = await planPullRequest({
      request: view,
      bytes: prefix.bytes,
      refs: new Set(options.refs),
      prefix: 'agent/',
      hosts: new Map(),
      reason: 'Changes to main are reviewed first.',
      principal: { agent: options.agent, teams: [], user: null, session: null, provedBy: 'token' },
      cause: 'x-1',
      originate,
    });
    await beforeSending();
    const sent = Buffer.concat([plan.replacement, body.subarray(size)]);
    return plan.answer(await send('POST', options.upstream, view.target, plan.request.headers.raw, sent));
  } catch (thrown) {
    if (!(thrown instanceof InterlockError)) throw thrown;
    const refusal = {
      kind: 'blocked',
      reason: thrown.message,
      policies: ['push-main'],
      entry: '7',
      ticket: null,
      status: 403,
    } as const;
    return gitPush.refuse(view, refusal, prefix);
  }
}

function plain(answer: { status: number; headers: HeaderList; body: Buffer }): NativeAnswer {
  return { status: answer.status, headers: answer.headers.raw, body: answer.body };
}

function viewOf(received: Received, upstream: Origin): RequestView {
  const [path = '', query = ''] = received.target.split('?');
  return {
    method: received.method,
    scheme: 'http',
    authority: { host: '127.0.0.1', port: upstream.port },
    target: received.target,
    path,
    segments: path.slice(1).split('/'),
    ambiguousPath: false,
    query,
    headers: new HeaderList(received.headers).without(HOP_FIELDS),
    upgrade: null,
    hasBody: received.method === 'POST',
    claimedMethods: [],
    agentSequence: null,
  };
}

async function send(
  method: string,
  to: Origin,
  target: string,
  raw: readonly string[],
  body: Buffer,
): Promise<{ status: number; headers: HeaderList; body: Buffer }> {
  const headers = new Headers();
  for (let i = 0; i < raw.length; i += 2)
    if (!HOP_FIELDS.has(raw[i]?.toLowerCase() ?? '')) headers.append(raw[i] ?? '', raw[i + 1] ?? '');
  const init = method === 'GET' ? { method, headers } : { method, headers, body: new Uint8Array(body) };
  const response = await fetch(`http://${to.address}${target}`, { ...init, redirect: 'manual' });
  return {
    status: response.status,
    headers: new HeaderList([...response.headers].flat()),
    body: Buffer.from(await response.arrayBuffer()),
  };
}
