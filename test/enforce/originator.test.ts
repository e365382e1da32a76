// Interlock's own requests are exchanges like any other: same head checks, same principal, and a cause.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OriginatedRequest } from '../../src/enforce/originate.ts';
import { createOriginator } from '../../src/enforce/originator.ts';
import { InterlockError } from '../../src/errors.ts';
import type { Exchange } from '../../src/http/exchange.ts';
import { createMemoryBudget } from '../../src/http/memory-budget.ts';
import { answer } from '../../src/http/reply.ts';
import { PRINCIPAL } from '../support/exchange.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const REQUEST: OriginatedRequest = {
  method: 'POST',
  scheme: 'https',
  authority: { host: 'api.github.com', port: 443 },
  target: '/repos/a/b/pulls?x=1',
  headers: ['Authorization', 'Bearer k', 'Host', 'other.test', 'Content-Length', '99'],
  body: Buffer.from('{}'),
  cause: 'x7',
  principal: PRINCIPAL,
};

function originate(request: Partial<OriginatedRequest>, handle: (exchange: Exchange) => Promise<void> | void) {
  const budget = createMemoryBudget(1_000);
  return createOriginator({ budget, nextId: () => 'x8', handle: async (exchange) => handle(exchange) })({
    ...REQUEST,
    ...request,
  });
}

test('what is handled says for whom, whence and why', async () => {
  let body = '';
  const given = await originate({}, async (exchange) => {
    body = (await exchange.body.inspect({ kind: 'whole' }, 100)).bytes.toString();
    const { request } = exchange;
    assert.deepEqual(
      [exchange.id, exchange.cause, exchange.source, exchange.fault, exchange.identify()],
      ['x8', 'x7', 'interlock', null, PRINCIPAL],
    );
    assert.deepEqual(
      [request.method, request.target, request.authority, request.hasBody],
      ['POST', REQUEST.target, REQUEST.authority, true],
    );
    assert.deepEqual(request.headers.raw, ['Authorization', 'Bearer k', 'content-length', '2']);
    answer(exchange.reply, 201, ['x-a', '1'], Buffer.from('made'));
  });
  assert.equal(body, '{}');
  assert.deepEqual([given.status, given.headers.get('x-a'), given.body.toString(), given.refused], [201, '1', 'made', null]);
});

test('without a body there is none, and no length', async () => {
  await originate({ method: 'GET', body: Buffer.alloc(0) }, (exchange) => {
    assert.deepEqual(
      [exchange.request.hasBody, exchange.body.complete, exchange.request.headers.has('content-length')],
      [false, true, false],
    );
    answer(exchange.reply, 200, [], Buffer.alloc(0));
  });
});

test('a refusal of ours is told from an answer of theirs', async () => {
  const given = await originate({}, (exchange) =>
    answer(exchange.reply, 403, ['Interlock-Entry', '5'], Buffer.from('x'.repeat(3_000))),
  );
  assert.deepEqual([given.status, given.refused?.length], [403, 2_000]);
  assert.equal((await originate({}, (exchange) => answer(exchange.reply, 403, [], Buffer.from('no')))).refused, null);
});

test('a head that would be refused to a client is refused to us, unsent', async () => {
  await throwsWithCode('REQUEST_MALFORMED', () => originate({ target: '/a/../b' }, () => assert.fail('handled')));
});

test('an answer that breaks off, is too large, or fails is an error', async () => {
  await throwsWithCode('UPSTREAM_CLOSED', () => originate({}, (exchange) => exchange.reply.abort()));
  await throwsWithCode('UPSTREAM_PROTOCOL', () =>
    originate({}, (exchange) => {
      exchange.reply.head(200, []);
      const chunk = Buffer.alloc(1024 * 1024);
      for (let i = 0; i <= 32; i += 1) exchange.reply.write(chunk);
      exchange.reply.end([]);
    }),
  );
  await throwsWithCode('SHUTTING_DOWN', () => originate({}, () => Promise.reject(new InterlockError('SHUTTING_DOWN', 'later'))));
});

test('an answer that does not come in time is not waited for, and the exchange hears that nobody listens', async () => {
  let left = 0;
  await throwsWithCode('UPSTREAM_TIMEOUT', () =>
    originate({ timeoutMs: 20 }, async (exchange) => {
      exchange.reply.onClose(() => void (left += 1));
      await new Promise(() => undefined);
    }),
  );
  assert.equal(left, 1);
});

test('an answer over its own limit is broken off, not read away', async () => {
  let left = 0;
  await throwsWithCode('UPSTREAM_PROTOCOL', () =>
    originate({ maxAnswerBytes: 4, timeoutMs: 1_000 }, (exchange) => {
      exchange.reply.onClose(() => void (left += 1));
      answer(exchange.reply, 200, [], Buffer.from('12345'));
    }),
  );
  assert.equal(left, 1);
});

test('an exchange that ended without an answer is not waited for', async () => {
  await throwsWithCode('UPSTREAM_CLOSED', () => originate({}, () => undefined));
});
