// Answers to Interlock's own requests: collected whole, bounded, and never half.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectingReply } from '../../src/http/collecting-reply.ts';
import { answer } from '../../src/http/reply.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

test('status, fields and body as they came', async () => {
  const reply = collectingReply(100);
  assert.equal(reply.headSent, false);
  reply.inform(103, []);
  answer(reply, 201, ['X-A', '1'], Buffer.from('whole'));
  assert.equal(reply.headSent, true);
  const { status, headers, body } = await reply.answered;
  assert.deepEqual([status, headers.raw, body.toString()], [201, ['X-A', '1', 'content-length', '5'], 'whole']);
});

test('as many bytes as allowed are taken, one more is refused, however it comes', async () => {
  const fits = collectingReply(4);
  fits.head(200, []);
  for (const part of ['ab', 'cd']) assert.equal(fits.write(Buffer.from(part)), true);
  fits.end([]);
  assert.equal((await fits.answered).body.toString(), 'abcd');

  const large = collectingReply(4);
  large.head(200, []);
  for (const part of ['ab', 'cd', 'e']) large.write(Buffer.from(part));
  large.end([]);
  await throwsWithCode('UPSTREAM_PROTOCOL', () => large.answered);
});

test('an answer that breaks off is an error, before and after its head', async () => {
  const early = collectingReply(4);
  early.abort();
  await throwsWithCode('UPSTREAM_CLOSED', () => early.answered);
  const late = collectingReply(4);
  late.head(200, []);
  late.write(Buffer.from('ab'));
  late.abort();
  late.end([]);
  await throwsWithCode('UPSTREAM_CLOSED', () => late.answered);
});

test('nobody has to look at a broken answer, and there is no tunnel behind it', async () => {
  const reply = collectingReply(4);
  reply.abort(); // an unhandled rejection would end this test
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(reply.switchProtocols([]), null);
});
