// Google's batches: one call refused, the others made, and the answers joined in their order.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTHING_KNOWN } from '../../../src/classify/known.ts';
import { HeaderList } from '../../../src/http/headers.ts';
import { gmail } from '../../../src/providers/email/gmail.ts';
import type { Batch } from '../../../src/providers/batch.ts';
import { mailRequest } from '../../support/mail-request.ts';
import { REFUSAL } from '../../support/refusing-origin.ts';
import { throwsWithCode } from '../../support/throws-with-code.ts';

const call = (id: string, line: string): string =>
  `--B\r\nContent-Type: application/http\r\nContent-ID: <${id}>\r\n\r\n${line}\r\n\r\n\r\n`;
const A = call('a', 'GET /gmail/v1/users/me/messages/1');
const D = call('d', 'DELETE /gmail/v1/users/me/messages/2');
const G = call('g', 'GET /gmail/v1/users/me/messages/3');

function batchOf(body: string, target = '/batch/gmail/v1'): Batch | null {
  const sent = mailRequest('gmail.googleapis.com', `POST ${target}`, body, 'multipart/mixed; boundary=B');
  return gmail.batch?.(sent.view, sent.body, NOTHING_KNOWN) ?? null;
}

test('items are told apart and taken out', async () => {
  const batch = batchOf(`${A}${D}${G}--B--`);
  assert.deepEqual(batch?.items, [[0], [1], [2]]);
  const edited = batch?.without(new Set([1]));
  assert.equal(edited?.bytes.toString(), `${A}${G}--B--\r\n`);
  assert.deepEqual(edited?.changed, ['batch: took out call 2']);
  await throwsWithCode('CONSTRAINT_FAILED', () => batch?.without(new Set([0, 1, 2])));
});

test('answers are joined in the order of the calls', () => {
  const batch = batchOf(`${A}${D}${G}--B--`);
  const part = (id: string): string =>
    `--R\r\nContent-Type: application/http\r\nContent-ID: <response-${id}>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{}\r\n`;
  const headers = new HeaderList(['content-type', 'multipart/mixed; boundary=R']);
  const answer = { status: 200, headers, body: Buffer.from(`${part('a')}${part('g')}--R--`) };
  const joined = batch?.join(answer, new Map([[1, REFUSAL]]));
  const text = joined?.body.toString() ?? '';
  const ids = [...text.matchAll(/Content-ID: <response-(.)>/g)].map(([, id]) => id);
  assert.deepEqual(ids, ['a', 'd', 'g']);
  assert.match(text, /HTTP\/1\.1 403 Forbidden\r\n[^]*"message":"Interlock: a refund/);
  assert.deepEqual(joined?.headers, ['content-type', 'multipart/mixed; boundary=R']);
});

test('an answer that is no batch answer can not be joined', async () => {
  const batch = batchOf(`${A}${D}--B--`);
  const answer = { status: 200, headers: new HeaderList(['content-type', 'application/json']), body: Buffer.from('{}') };
  await throwsWithCode('CONSTRAINT_FAILED', () => batch?.join(answer, new Map([[1, REFUSAL]])));
});

test('what can not be taken apart is refused as a whole', () => {
  assert.equal(batchOf('x'), null);
  assert.equal(batchOf(`${A}--B--`, '/gmail/v1/users/me/messages/send'), null);
  assert.equal(batchOf(`${A.repeat(101)}--B--`), null);
});
