// What one exchange taught is known to the next of the same agent, credential and host, and to nobody else.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Learnt } from '../../src/classify/known.ts';
import { createRecall } from '../../src/recall/recall.ts';
import { PRINCIPAL } from '../support/exchange.ts';
import { requestView } from '../support/request-view.ts';

const DRAFT: Learnt = { kind: 'draft', id: 'd1', facts: { recipients: ['bob@example.com'] } };
const KEY = ['Authorization', 'Bearer one'];

function asked(
  options: { agent?: string; user?: string | null; host?: string; target?: string; headers?: readonly string[] } = {},
) {
  const { agent = 'bot', user = null, host = 'api.example.com', target = '/x', headers = KEY } = options;
  return [{ ...PRINCIPAL, agent, user }, requestView('POST', target, { host, headers: [...headers] })] as const;
}

test('the same agent with the same credential at the same host finds it, whatever else differs', () => {
  const recall = createRecall();
  recall.of(...asked()).learn(DRAFT);
  assert.deepEqual(recall.of(...asked()).find('draft', 'd1'), DRAFT.facts);
  const other = asked({ target: '/y?page=2', headers: ['X-Request-Id', '7', 'authorization', 'Bearer one'] });
  assert.deepEqual(recall.of(...other).find('draft', 'd1'), DRAFT.facts);
});

test('nobody else finds it: another agent, user, credential, host or port, nor under another kind or id', () => {
  const recall = createRecall();
  recall.of(...asked()).learn(DRAFT);
  for (const [what, options] of Object.entries({
    agent: { agent: 'other' },
    user: { user: 'ada' },
    credential: { headers: ['Authorization', 'Bearer two'] },
    'no credential': { headers: [] },
    'a second credential': { headers: [...KEY, 'X-Api-Key', 'k'] },
    'a credential in the query': { target: '/x?access_token=t' },
    host: { host: 'api.example.org' },
  }))
    assert.equal(recall.of(...asked(options)).find('draft', 'd1'), undefined, what);
  const [principal, request] = asked();
  const port = { ...request, authority: { ...request.authority, port: 8443 } };
  assert.equal(recall.of(principal, port).find('draft', 'd1'), undefined, 'port');
  const memory = recall.of(...asked());
  assert.deepEqual([memory.find('draf', 'td1'), memory.find('draft', 'd2')], [undefined, undefined]);
});

test('SigV4 signs each request anew, and is known by whose it is', () => {
  const signed = (key: string, signature: string) => ({
    headers: [
      'Authorization',
      `AWS4-HMAC-SHA256 Credential=${key}/20260101/eu-west-1/ses/aws4_request, SignedHeaders=host, Signature=${signature.repeat(64)}`,
      'X-Amz-Content-Sha256',
      signature,
    ],
  });
  const recall = createRecall();
  recall.of(...asked(signed('AKIA1', 'a'))).learn(DRAFT);
  assert.deepEqual(recall.of(...asked(signed('AKIA1', 'b'))).find('draft', 'd1'), DRAFT.facts);
  assert.equal(recall.of(...asked(signed('AKIA2', 'a'))).find('draft', 'd1'), undefined);
});

test('whoever asks while an answer is being read waits for what it teaches, in its own scope only', async () => {
  const recall = createRecall();
  const { promise, resolve } = Promise.withResolvers<readonly Learnt[]>();
  const done = recall
    .of(...asked())
    .watching([])
    .learn(promise);
  assert.equal(recall.of(...asked({ agent: 'other' })).settled(), null);
  const waiting = recall.of(...asked()).settled();
  assert.ok(waiting !== null);
  assert.equal(recall.of(...asked()).find('draft', 'd1'), undefined);
  resolve([DRAFT]);
  await waiting;
  assert.deepEqual(recall.of(...asked()).find('draft', 'd1'), DRAFT.facts);
  await done;
  assert.equal(recall.of(...asked()).settled(), null);
});

test('of two answers that are read at once both are waited for', async () => {
  const recall = createRecall();
  const slow = Promise.withResolvers<readonly Learnt[]>();
  void recall
    .of(...asked())
    .watching([])
    .learn(slow.promise);
  void recall
    .of(...asked())
    .watching([])
    .learn(Promise.resolve([]));
  const waiting = recall.of(...asked()).settled();
  setImmediate(() => slow.resolve([DRAFT]));
  await waiting;
  assert.deepEqual(recall.of(...asked()).find('draft', 'd1'), DRAFT.facts);
});

test('an answer that can not be read teaches nothing, and nobody waits for it for ever', async () => {
  const recall = createRecall();
  await recall
    .of(...asked())
    .watching([])
    .learn(Promise.reject(new Error('unreadable')));
  assert.deepEqual([recall.of(...asked()).settled(), recall.size], [null, { entries: 0, bytes: 0 }]);
});

test('whether anything was asked is told', () => {
  const memory = createRecall().of(...asked());
  assert.equal(memory.consulted, false);
  memory.find('draft', 'd1');
  assert.equal(memory.consulted, true);
});

test('what a request may change is known from before it leaves', () => {
  const recall = createRecall();
  recall.of(...asked()).learn(DRAFT);
  recall.of(...asked()).watching([{ ...DRAFT, facts: { forgotten: true } }]);
  assert.deepEqual(recall.of(...asked()).find('draft', 'd1'), { forgotten: true });
});

// INVARIANT: an agent that sends two changes at once does not pick which of them is remembered.
test('of two changes at once neither is believed, and one after the other the last', async () => {
  const to = (name: string): Learnt => ({ ...DRAFT, facts: { recipients: [name] } });
  const unknown: Learnt = { ...DRAFT, facts: {} };
  const recall = createRecall();
  const memory = recall.of(...asked());
  const first = memory.watching([unknown]);
  const second = memory.watching([unknown]);
  await second.learn(Promise.resolve([to('eve')]));
  await first.learn(Promise.resolve([to('bob')]));
  assert.deepEqual(memory.find('draft', 'd1'), {});
  memory.watching([unknown]).undone();
  await memory.watching([unknown]).learn(Promise.resolve([to('kim')]));
  assert.deepEqual(memory.find('draft', 'd1'), { recipients: ['kim'] });
});
