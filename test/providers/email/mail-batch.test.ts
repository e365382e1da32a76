// Batches that are answered message by message: messages apart, the refused ones taken out, the answers joined again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTHING_KNOWN } from '../../../src/classify/known.ts';
import { recognise } from '../../../src/classify/registry.ts';
import { HeaderList } from '../../../src/http/headers.ts';
import { batchActions } from '../../../src/providers/email/mail-batch.ts';
import { postmark } from '../../../src/providers/email/postmark.ts';
import type { Batch } from '../../../src/providers/batch.ts';
import { fixtureRequest } from '../../support/fixture-request.ts';
import { REFUSAL } from '../../support/refusing-origin.ts';

const mail = (To: string, Subject = 'Hi'): object => ({ From: 's@acme.example', To, Subject });
const MIXED = [mail('b@ex.com'), mail('eve@evil.example'), mail('c@ex.com'), mail('nobody')];

function batchOf(document: unknown, path = '/email/batch'): { batch: Batch | null; actions: readonly unknown[] } {
  const bytes = Buffer.from(JSON.stringify(document));
  const head = `POST ${path} HTTP/1.1\r\nHost: api.postmarkapp.com\r\nContent-Type: application/json\r\n\r\n`;
  const { view } = fixtureRequest(Buffer.concat([Buffer.from(head), bytes]));
  const body = { bytes, problem: null };
  const { actions } = recognise(view).classify(body);
  return {
    batch: postmark.batch?.(view, body, NOTHING_KNOWN) ?? null,
    actions: actions.map((action) => action.facts['domains'] ?? 'unread'),
  };
}

const answer = (body: unknown, status = 200): Parameters<Batch['join']>[0] => ({
  status,
  headers: new HeaderList(['Content-Type', 'application/json; charset=utf-8']),
  body: Buffer.from(JSON.stringify(body)),
});

test('messages to the same domains are one action, one that can not be read is its own', () => {
  const { batch, actions } = batchOf(MIXED);
  assert.deepEqual(actions, [['ex.com'], ['evil.example'], 'unread']);
  assert.deepEqual(batch?.items, [[0], [1], [0], [2]]);
});

test('the refused go, and their errors stand in their places', () => {
  const { batch } = batchOf(MIXED);
  assert.ok(batch);
  const { bytes, changed } = batch.without(new Set([3, 1]));
  assert.deepEqual(JSON.parse(bytes.toString()), [mail('b@ex.com'), mail('c@ex.com')]);
  assert.deepEqual(changed, ['message 2: taken out', 'message 4: taken out']);
  const refused = new Map([1, 3].map((index) => [index, REFUSAL]));
  const joined = batch.join(
    answer([
      { ErrorCode: 0, MessageID: 'a' },
      { ErrorCode: 0, MessageID: 'b' },
    ]),
    refused,
  );
  const items: unknown = JSON.parse(joined.body.toString());
  const denied = { ErrorCode: 403, Message: 'Interlock: a refund of 600.00 USD is too large (policy refund-large; entry 12)' };
  assert.deepEqual(items, [{ ErrorCode: 0, MessageID: 'a' }, denied, { ErrorCode: 0, MessageID: 'b' }, denied]);
  assert.deepEqual([joined.status, joined.headers], [200, ['content-type', 'application/json; charset=utf-8']]);
});

test('an error for all of it, or an answer of another length, goes on as it is', () => {
  const { batch } = batchOf(MIXED);
  for (const given of [answer({ ErrorCode: 10, Message: 'x' }, 422), answer([{ ErrorCode: 0 }])]) {
    const joined = batch?.join(given, new Map([[1, REFUSAL]]));
    assert.equal(joined?.body.toString(), given.body.toString());
    assert.equal(joined?.status, given.status);
  }
});

test('templates keep their wrapping, and what is no batch has no items', () => {
  const { batch } = batchOf({ Messages: MIXED }, '/email/batchWithTemplates');
  assert.deepEqual(JSON.parse(batch?.without(new Set([1, 3])).bytes.toString() ?? ''), {
    Messages: [mail('b@ex.com'), mail('c@ex.com')],
  });
  assert.equal(batchOf({ Messages: MIXED, To: 'x' }, '/email/batchWithTemplates').batch, null);
  assert.equal(batchOf(mail('b@ex.com'), '/email').batch, null);
  assert.equal(batchOf([]).batch, null);
});

test('more different messages than can be judged are uninspected, one and all', () => {
  const many = Array.from({ length: 101 }, (_, index) => mail('b@ex.com', `${index}`));
  const { batch, actions } = batchOf(many);
  assert.deepEqual(actions, ['unread']);
  assert.ok(batch?.items.every((item) => item.join() === '0'));
  const { view } = fixtureRequest(Buffer.from('POST / HTTP/1.1\r\nHost: a.example\r\n\r\n'));
  assert.deepEqual(batchActions(view, []).items, []);
});
