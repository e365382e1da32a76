// Graph batches: requests taken out with those that wait for them, and their errors put into the answer.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTHING_KNOWN } from '../../../src/classify/known.ts';
import { HeaderList } from '../../../src/http/headers.ts';
import type { Batch } from '../../../src/providers/batch.ts';
import { graph } from '../../../src/providers/email/graph.ts';
import { mailRequest } from '../../support/mail-request.ts';
import { REFUSAL } from '../../support/refusing-origin.ts';
import { throwsWithCode } from '../../support/throws-with-code.ts';

const ITEMS = [
  { id: 'a', method: 'DELETE', url: '/me/messages/1' },
  { id: 'b', method: 'GET', url: '/me', dependsOn: ['a'] },
  { id: 'c', method: 'GET', url: '/me', dependsOn: ['b'] },
  { id: 'd', method: 'GET', url: '/me' },
];

function batchOf(requests: unknown): Batch | null {
  const { view, body } = mailRequest('graph.microsoft.com', 'POST /v1.0/$batch', { Requests: requests, x: [1] });
  return graph.batch?.(view, body, NOTHING_KNOWN) ?? null;
}

test('who waits for a refused request goes with it', async () => {
  const batch = batchOf(ITEMS);
  assert.deepEqual(batch?.items, [[0], [1], [2], [3]]);
  const edited = batch?.without(new Set([0]));
  assert.deepEqual(JSON.parse(edited?.bytes.toString() ?? ''), { Requests: [ITEMS[3]], x: [1] });
  assert.deepEqual(edited?.changed, ['batch: took out request a', 'batch: took out request b', 'batch: took out request c']);
  await throwsWithCode('CONSTRAINT_FAILED', () => batch?.without(new Set([0, 3])));
});

test('the answer names each of them', () => {
  const headers = new HeaderList(['content-type', 'application/json']);
  const answer = { status: 200, headers, body: Buffer.from('{"responses":[{"id":"d","status":200,"body":{"size":1.50}}]}') };
  const joined = batchOf(ITEMS)?.join(answer, new Map([[0, REFUSAL]]));
  const { responses } = JSON.parse(joined?.body.toString() ?? '') as { responses: { id: string; status: number }[] };
  assert.deepEqual(
    responses.map(({ id, status }) => `${id} ${status}`),
    ['d 200', 'a 403', 'b 424', 'c 424'],
  );
  assert.match(joined?.body.toString() ?? '', /"size":1\.50/);
});

test('an answer that is no batch answer can not be joined', async () => {
  const answer = { status: 200, headers: new HeaderList([]), body: Buffer.from('{}') };
  await throwsWithCode('CONSTRAINT_FAILED', () => batchOf(ITEMS)?.join(answer, new Map([[0, REFUSAL]])));
});

test('what can not be taken apart is no batch', () => {
  for (const requests of [undefined, {}, [], [{}], [{ id: 1 }], [{ id: 'a', dependsOn: 'b' }], [{ id: 'a', dependsOn: [1] }]])
    assert.equal(batchOf(requests), null);
});
