import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTHING_KNOWN } from '../src/classify/known.ts';
import type { Proposal } from '../src/classify/proposal.ts';
import type { Judgement, Verdict } from '../src/decide/judgement.ts';
import type { Decision } from '../src/enforce/decision.ts';
import { InterlockError } from '../src/errors.ts';
import type { Sent } from '../src/forward/relay.ts';
import { collectingReply } from '../src/http/collecting-reply.ts';
import type { Exchange } from '../src/http/exchange.ts';
import { HeaderList } from '../src/http/headers.ts';
import { NO_BODY } from '../src/http/inspected-body.ts';
import { createMemoryBudget } from '../src/http/memory-budget.ts';
import { RequestBody } from '../src/http/request-body.ts';
import type { RequestView } from '../src/http/request-view.ts';
import type { Principal } from '../src/identify/principal.ts';
import { handleExchange, type Stages } from '../src/pipeline.ts';

const principal: Principal = { agent: 'a', teams: [], user: null, session: null, provedBy: 'token' };
const request: RequestView = {
  method: 'GET',
  scheme: 'https',
  authority: { host: 'x.example', port: 443 },
  target: '/',
  path: '/',
  segments: [],
  ambiguousPath: false,
  query: '',
  headers: new HeaderList([]),
  upgrade: null,
  hasBody: false,
  claimedMethods: [],
  agentSequence: null,
};
const proposal: Proposal = {
  request,
  provider: null,
  body: NO_BODY,
  actions: [{ name: 'http.read', resource: { type: 'Host', id: 'x' }, parents: [], facts: {} }],
  known: NOTHING_KNOWN,
  lookedUp: false,
};

function decision(verdict: Verdict): Decision {
  const judgement: Judgement = {
    verdict,
    bundle: 'b',
    actions: [],
    reason: '',
    policies: [],
    constraints: [],
    waits: [],
    offers: [],
  };
  return { verdict, proposal, judgement, substitute: null, revised: null, rejudged: null, reason: '', policies: [] };
}

const sent: Sent = {
  result: 'sent',
  status: 200,
  requestBytes: 0,
  responseBytes: 0,
  requestDigest: null,
  responseDigest: null,
  error: null,
};

function exchange(fault: InterlockError | null = null): Exchange {
  return {
    id: 'x',
    request,
    body: new RequestBody(null, createMemoryBudget(1)),
    reply: collectingReply(1_000),
    identify: () => principal,
    fault,
    cause: null,
    source: 's',
    startedMs: 0,
  };
}

function stages(calls: string[], over: Partial<Stages> = {}): Stages {
  const say = <T>(name: string, value: T): T => {
    calls.push(name);
    return value;
  };
  return {
    identify: () => say('identify', principal),
    classify: () => Promise.resolve(say('classify', proposal)),
    enrich: () => say('enrich', proposal),
    decide: () => Promise.resolve(say('decide', decision('ALLOW'))),
    record: (_exchange, _principal, decided) =>
      Promise.resolve(say('record', { decision: decided, entry: '1', ticket: null, mustWait: false, plan: null, scoped: false })),
    enforce: (_exchange, _principal, recorded) => Promise.resolve(say('enforce', recorded)),
    forward: () => Promise.resolve(say('forward', sent)),
    observe: () => say('observe', null),
    recordOutcome: () => say('outcome', undefined),
    refuse: (_exchange, _progress, error) => Promise.resolve(say(`refuse ${error.code}`, undefined)),
    ...over,
  };
}

test('the order is identify, classify, enrich, decide, identify again, record, enforce, observe, forward, outcome', async () => {
  const calls: string[] = [];
  await handleExchange(exchange(), stages(calls));
  const before = ['identify', 'classify', 'enrich', 'decide', 'identify'];
  assert.deepEqual(calls, [...before, 'record', 'enforce', 'observe', 'forward', 'outcome']);
});

for (const during of ['classify', 'enrich', 'decide'] as const) {
  test(`an agent that is revoked during ${during} goes no further`, async () => {
    const calls: string[] = [];
    let isRevoked = false;
    const all = stages(calls);
    const identify = (): Principal => {
      if (isRevoked) throw new InterlockError('IDENTITY_REJECTED', 'no');
      return principal;
    };
    const revoke = (...given: Parameters<Stages[typeof during]>) => {
      isRevoked = true;
      return Reflect.apply(all[during], null, given);
    };
    await handleExchange(exchange(), { ...all, identify, [during]: revoke });
    assert.deepEqual(calls.slice(-2), ['decide', 'refuse IDENTITY_REJECTED']);
  });
}

for (const stage of ['identify', 'classify', 'enrich', 'decide', 'record', 'enforce', 'observe', 'forward'] as const) {
  test(`whatever ${stage} throws is a refusal, and nothing runs after it`, async () => {
    const calls: string[] = [];
    const boom = (): never => {
      throw new Error('boom');
    };
    await handleExchange(exchange(), stages(calls, { [stage]: boom }));
    assert.equal(calls.at(-1), 'refuse INTERNAL');
    assert.equal(calls.includes('forward'), false);
  });
}

test('nothing leaves when the verdict can not be written', async () => {
  const calls: string[] = [];
  const record = (): Promise<never> => Promise.reject(new InterlockError('RECORD_FAILED', 'disk full'));
  await handleExchange(exchange(), stages(calls, { record }));
  assert.deepEqual(calls, ['identify', 'classify', 'enrich', 'decide', 'identify', 'refuse RECORD_FAILED']);
});

test('what the protocol layers found wrong is refused before it is classified, with the agent known', async () => {
  const calls: string[] = [];
  await handleExchange(exchange(new InterlockError('AUTHORITY_MISMATCH', 'no')), stages(calls));
  assert.deepEqual(calls, ['identify', 'refuse AUTHORITY_MISMATCH']);
});

test('an upstream failure before the head is on record as an outcome and told to the client', async () => {
  const calls: string[] = [];
  const failed: Sent = { ...sent, result: 'failed', status: null, error: new InterlockError('CONNECT_FAILED', 'down') };
  await handleExchange(exchange(), stages(calls, { forward: () => Promise.resolve(failed) }));
  assert.deepEqual(calls.slice(-2), ['outcome', 'refuse CONNECT_FAILED']);
});
