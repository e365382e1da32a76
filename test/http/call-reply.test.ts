// What a refused call leaves behind as text.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callReply } from '../../src/http/call-reply.ts';

const asking = { onClose: () => undefined };

test('the sentence of the refusal is told behind the name of the tool', () => {
  const reply = callReply(asking, 'send_email');
  reply.tell('Interlock: not allowed (policy p; entry 7)');
  assert.equal(reply.text, 'The call of "send_email" was not made. Interlock: not allowed (policy p; entry 7)');
});

test('without a sentence the entry is told', () => {
  const reply = callReply(asking, 'x');
  assert.equal(reply.headSent, false);
  reply.head(503, ['interlock-entry', '9']);
  reply.end([]);
  assert.equal(reply.headSent, true);
  assert.equal(reply.text, 'The call of "x" was not made. Interlock: the call could not be judged (entry 9)');
});

test('a name is quoted, well formed and short', () => {
  const { text } = callReply(asking, `"\n\ud800${'x'.repeat(500)}`);
  assert.ok(text.startsWith('The call of "\\"\\n\ufffd'));
  assert.ok(text.length < 250);
});

test('who waits for the answer is who waits for the call', () => {
  let left = (): void => assert.fail('nobody listens');
  let heard = false;
  callReply({ onClose: (listener) => (left = listener) }, 'x').onClose(() => (heard = true));
  left();
  assert.ok(heard);
});
