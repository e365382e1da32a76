// An answer that begins before its end is known: what is said meanwhile, what may follow, and what becomes of an answer that does not fit.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer } from '../../src/http/reply.ts';
import { waitingReply } from '../../src/http/waiting-reply.ts';
import type { WaitingForm } from '../../src/http/waiting-reply.ts';
import { slowReply } from '../support/slow-reply.ts';

const FORM: WaitingForm = {
  headers: ['content-type', 'text/lines'],
  say: (line) => Buffer.from(`say:${line}\n`),
  pulse: Buffer.from('.'),
  fits: (status, headers) => status === 200 && headers.get('content-type') === 'text/lines',
  failure: (status) => Buffer.from(`failed:${status}\n`),
};

test('the client sees the first line at once, and nobody takes that for the answer', () => {
  const inner = slowReply();
  const reply = waitingReply(inner, FORM, 'waiting');
  reply.say('still waiting');
  assert.deepEqual([inner.seen.status, inner.seen.text, inner.seen.end], [200, 'say:waiting\nsay:still waiting\n', 'none']);
  assert.equal(reply.headSent, false);
});

test('an answer of the same kind follows as it is', () => {
  const inner = slowReply();
  const reply = waitingReply(inner, FORM, 'waiting');
  answer(reply, 200, ['content-type', 'text/lines'], Buffer.from('done'));
  reply.say('too late');
  assert.equal(reply.headSent, true);
  assert.deepEqual([inner.seen.text, inner.seen.end], ['say:waiting\ndone', 'whole']);
  assert.deepEqual(inner.seen.headers, FORM.headers);
});

// INVARIANT: an error page behind progress would be read as the API's own words.
test('any other answer is a failure in the same form, and not a byte of it gets through', () => {
  for (const [status, type] of [
    [403, 'text/lines'],
    [200, 'text/html'],
  ] as const) {
    const inner = slowReply();
    answer(waitingReply(inner, FORM, 'waiting'), status, ['content-type', type], Buffer.from('<p>no</p>'));
    assert.deepEqual([inner.seen.text, inner.seen.end], [`say:waiting\nfailed:${status}\n`, 'whole']);
  }
});

test('the silence is broken now and then, until the answer begins or the client leaves', (context) => {
  context.mock.timers.enable({ apis: ['setInterval'] });
  for (const over of ['answer', 'cut', 'leave'] as const) {
    const inner = slowReply();
    const reply = waitingReply(inner, FORM, 'waiting');
    context.mock.timers.tick(25_000);
    assert.equal(inner.seen.text, 'say:waiting\n..');
    if (over === 'answer') reply.head(200, ['content-type', 'text/lines']);
    else if (over === 'cut') reply.abort();
    else inner.leave();
    context.mock.timers.tick(60_000);
    assert.equal(inner.seen.text, 'say:waiting\n..', over);
  }
});

test('an answer that breaks off is cut, never ended', () => {
  const inner = slowReply();
  const reply = waitingReply(inner, FORM, 'waiting');
  reply.head(200, ['content-type', 'text/lines']);
  reply.abort();
  assert.equal(inner.seen.end, 'cut');
});
