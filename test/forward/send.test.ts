// What a decision lets out is what goes out: the bytes that were judged, to the place that was judged, as whom it was judged.

import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import type { Decision, Substitute } from '../../src/enforce/decision.ts';
import { InterlockError } from '../../src/errors.ts';
import type { Outgoing, ResponseSink, Upstream } from '../../src/forward/outgoing.ts';
import { type Release, send } from '../../src/forward/send.ts';
import { HeaderList } from '../../src/http/headers.ts';
import { createMemoryBudget } from '../../src/http/memory-budget.ts';
import { rewritingReply } from '../../src/observe/rewriting-reply.ts';
import type { Watch } from '../../src/observe/watch.ts';
import type { RewriteObservation } from '../../src/providers/observation.ts';
import { decisionOf, handMade, type HandMade, proposalOf } from '../support/exchange.ts';
import { requestView } from '../support/request-view.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const AIDS = { mayDo: () => Promise.resolve(true), learn: () => undefined, say: () => undefined, find: () => undefined };
const SHOUTING: RewriteObservation = {
  kind: 'rewrite',
  open: () => ({ push: (chunk) => Buffer.from(chunk.toString().toUpperCase()), end: () => Buffer.alloc(0), heldBytes: () => 0 }),
};

interface FakeUpstream extends Upstream {
  readonly sent: Outgoing[];
}

function upstreamThat(answers: (sink: ResponseSink) => void): FakeUpstream {
  const sent: Outgoing[] = [];
  return {
    sent,
    send(outgoing, sink) {
      sent.push(outgoing);
      sink.begin({ pause: () => undefined, resume: () => undefined, abort: () => undefined });
      answers(sink);
    },
    stats: () => ({ pools: 0, http2Sessions: 0, open: 0, busy: 0 }),
    close: () => Promise.resolve(),
  };
}

const fine = () =>
  upstreamThat((sink) => {
    sink.head(200, ['x-up', '1'], false);
    sink.data(Buffer.from('answer'));
    sink.end([]);
  });

function substituteOf(exchange: HandMade, parts: Partial<Substitute>): Decision {
  const substitute: Substitute = {
    request: exchange.request,
    body: { bytes: Buffer.from('changed'), problem: null },
    bytes: { kind: 'whole' },
    changed: ['changed'],
    settle: null,
    ...parts,
  };
  return decisionOf('CONSTRAIN', proposalOf(exchange), { substitute });
}

function releaseOf(decision: Decision, parts: Partial<Release> = {}): Release {
  return {
    decision,
    entry: '7',
    principal: 'bot',
    fresh: false,
    pinned: null,
    extraHeaders: [],
    watch: null,
    gate: null,
    ...parts,
  };
}

async function bytesOf(outgoing: Outgoing | undefined): Promise<string> {
  const body = outgoing?.body ?? null;
  if (body === null) return '';
  return (Buffer.isBuffer(body) ? body : await buffer(Readable.from(body))).toString();
}

test('an exchange goes out as it came in, for its own principal', async () => {
  const exchange = handMade('POST', '/a?b', 'body', { headers: ['X-Cased', '1'] });
  const upstream = fine();
  const sent = await send(
    exchange,
    releaseOf(decisionOf('ALLOW', proposalOf(exchange)), { extraHeaders: ['interlock-verdict', 'x'], fresh: true }),
    upstream,
  );
  const [outgoing] = upstream.sent;
  assert.deepEqual(
    [
      outgoing?.method,
      outgoing?.scheme,
      outgoing?.authority,
      outgoing?.target,
      outgoing?.headers,
      outgoing?.principal,
      outgoing?.fresh,
      outgoing?.upgrade,
    ],
    ['POST', 'https', { host: 'github.com', port: 443 }, '/a?b', ['X-Cased', '1'], 'bot', true, null],
  );
  assert.equal(await bytesOf(outgoing), 'body');
  assert.deepEqual([sent.result, sent.status, sent.responseBytes], ['sent', 200, 6]);
  const given = await exchange.reply.answered;
  assert.deepEqual(
    [given.status, given.headers.raw, given.body.toString()],
    [200, ['x-up', '1', 'interlock-verdict', 'x'], 'answer'],
  );
});

// INVARIANT: what was judged is what is sent.
test('a client that can be given no coded body asks for none, and the first key of a request stays its key', async () => {
  const upstream = fine();
  const exchange = handMade('POST', '/a', 'body', { headers: ['Accept-Encoding', 'gzip', 'Idempotency-Key', 'two'] });
  const plain = { ...exchange, reply: Object.assign(Object.create(exchange.reply), { plain: true }) };
  const pinned = { at: 'header', name: 'idempotency-key', key: 'one' } as const;
  await send(plain, releaseOf(decisionOf('ALLOW', proposalOf(exchange)), { pinned }), upstream);
  assert.deepEqual(upstream.sent[0]?.headers, ['idempotency-key', 'one']);
});

test('a substitute goes out with its own head and bytes, and nothing of the old body', async () => {
  const exchange = handMade('POST', '/a', 'original');
  const upstream = fine();
  await send(
    exchange,
    releaseOf(substituteOf(exchange, { request: requestView('PUT', '/b', { host: 'gitlab.com' }) })),
    upstream,
  );
  const [outgoing] = upstream.sent;
  assert.deepEqual(
    [outgoing?.method, outgoing?.authority.host, outgoing?.target, await bytesOf(outgoing)],
    ['PUT', 'gitlab.com', '/b', 'changed'],
  );
});

test('a new prefix stands in place of the old one, and the rest follows as it came', async () => {
  const exchange = handMade('POST', '/a', 'OLD-rest');
  await exchange.body.inspect({ kind: 'prefix', measure: (bytes) => (bytes.length < 3 ? 'more' : 3) }, 100);
  const upstream = fine();
  const bytes = { kind: 'prefix', replacedBytes: 3, replacement: Buffer.from('newer') } as const;
  await send(exchange, releaseOf(substituteOf(exchange, { bytes })), upstream);
  assert.equal(await bytesOf(upstream.sent[0]), 'newer-rest');
});

function upgrading(key: string): HandMade {
  const exchange = handMade('GET', '/ws', '', {
    headers: ['Sec-WebSocket-Key', key, 'Sec-WebSocket-Version', '13', 'Sec-WebSocket-Extensions', 'permessage-deflate'],
  });
  return { ...exchange, request: { ...exchange.request, upgrade: 'websocket' } };
}

test('an upgrade goes out as one, without extensions that would hide messages', async () => {
  const exchange = upgrading('AAAAAAAAAAAAAAAAAAAAAA==');
  const upstream = fine();
  await send(exchange, releaseOf(decisionOf('ALLOW', proposalOf(exchange))), upstream);
  const [outgoing] = upstream.sent;
  assert.equal(outgoing?.upgrade, 'websocket');
  assert.equal(new HeaderList(outgoing.headers).has('sec-websocket-extensions'), false);
});

test('a malformed handshake is not sent', async () => {
  const exchange = upgrading('short');
  const upstream = fine();
  await throwsWithCode('REQUEST_MALFORMED', () => send(exchange, releaseOf(decisionOf('ALLOW', proposalOf(exchange))), upstream));
  assert.deepEqual(upstream.sent, []);
});

test('an answer that must be translated is, with its own length', async () => {
  const exchange = handMade('POST', '/a', 'push');
  const settle: Substitute['settle'] = async (answered) => ({
    status: 200,
    headers: ['content-type', 'x-git', 'Content-Length', '999'],
    body: Buffer.from(`settled ${answered.body.toString()}`),
  });
  const sent = await send(
    exchange,
    releaseOf(substituteOf(exchange, { settle }), { extraHeaders: ['interlock-verdict', 'x'] }),
    fine(),
  );
  const { headers, body } = await exchange.reply.answered;
  assert.equal(body.toString(), 'settled answer');
  assert.deepEqual(headers.raw, ['content-type', 'x-git', 'interlock-verdict', 'x', 'content-length', '14']);
  assert.deepEqual([sent.result, sent.error], ['sent', null]);
});

test('what can not be translated was sent all the same: the outcome says both, the client has no answer yet', async () => {
  const exchange = handMade('POST', '/a', 'push');
  const settle = (): Promise<never> => Promise.reject(new InterlockError('CONSTRAINT_FAILED', 'no pull request'));
  const sent = await send(exchange, releaseOf(substituteOf(exchange, { settle })), fine());
  assert.deepEqual(
    [sent.result, sent.status, sent.error?.code, exchange.reply.headSent],
    ['sent', 200, 'CONSTRAINT_FAILED', false],
  );
});

test('an answer too large to translate is not translated', async () => {
  const exchange = handMade('POST', '/a', 'push');
  const endless = upstreamThat((sink) => {
    sink.head(200, [], false);
    for (let i = 0; i < 9; i += 1) sink.data(Buffer.alloc(1024 * 1024));
    sink.end([]);
  });
  const sent = await send(exchange, releaseOf(substituteOf(exchange, { settle: () => assert.fail('translated') })), endless);
  assert.deepEqual([sent.result, sent.error?.code, exchange.reply.headSent], ['sent', 'UPSTREAM_PROTOCOL', false]);
});

for (const translated of [false, true]) {
  test(`a failure on the way is in the result${translated ? ', and nothing is translated' : ''}`, async () => {
    const exchange = handMade('POST', '/a', 'push');
    const broken = upstreamThat((sink) => sink.fail(new InterlockError('UPSTREAM_CLOSED', 'gone')));
    const settle = translated ? () => assert.fail('translated') : null;
    const sent = await send(exchange, releaseOf(substituteOf(exchange, { settle })), broken);
    assert.deepEqual([sent.result, sent.error?.code, exchange.reply.headSent], ['unknown', 'UPSTREAM_CLOSED', false]);
  });
}

test('an answer that is watched passes through the watch, and what cut it is the outcome', async () => {
  const exchange = handMade('POST', '/a', 'body', { headers: ['Accept-Encoding', 'gzip, lz4'] });
  const upstream = fine();
  const watch: Watch = {
    fields: (headers) => [...headers, 'x-asked', 'readably'],
    before: (reply) =>
      rewritingReply(reply, { observation: SHOUTING, aids: AIDS, bodyless: () => false, budget: createMemoryBudget(1_000_000) }),
    ended: () => Promise.resolve(new InterlockError('UPSTREAM_PROTOCOL', 'cut')),
  };
  const sent = await send(exchange, releaseOf(decisionOf('ALLOW', proposalOf(exchange)), { watch }), upstream);
  assert.deepEqual(upstream.sent[0]?.headers, ['Accept-Encoding', 'gzip, lz4', 'x-asked', 'readably']);
  assert.equal((await exchange.reply.answered).body.toString(), 'ANSWER');
  assert.deepEqual([sent.result, sent.responseBytes, sent.error?.message], ['sent', 6, 'cut']);
});

test('an answer that is settled was watched before', async () => {
  const exchange = handMade('POST', '/a', 'body');
  const decision = substituteOf(exchange, {
    settle: (answer) => Promise.resolve({ status: 200, headers: [], body: answer.body }),
  });
  const before: Watch['before'] = (reply) =>
    rewritingReply(reply, { observation: SHOUTING, aids: AIDS, bodyless: () => false, budget: createMemoryBudget(1_000_000) });
  const watch: Watch = { fields: (headers) => headers, before, ended: () => Promise.resolve(null) };
  await send(exchange, releaseOf(decision, { watch }), fine());
  assert.equal((await exchange.reply.answered).body.toString(), 'ANSWER');
});
