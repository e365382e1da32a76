import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messageReply } from '../../src/http/message-reply.ts';
import { answer } from '../../src/http/reply.ts';

interface Told {
  readonly words: string;
  readonly answer: string | null;
}

function rig(): { readonly told: Told[]; readonly reply: ReturnType<typeof messageReply> } {
  const told: Told[] = [];
  const refuse = (bytes: Buffer | null, words: string): void =>
    void told.push({ words, answer: bytes === null ? null : bytes.toString() });
  return { told, reply: messageReply({ refuse, onClose: () => undefined }) };
}

test("a refusal in the reader's words is a message", () => {
  const { told, reply } = rig();
  reply.tell(Buffer.from('no'));
  answer(reply, 403, ['interlock-entry', '7'], Buffer.from('no'));
  assert.deepEqual(told, [{ words: 'refused by the proxy (entry 7)', answer: 'no' }]);
  assert.equal(reply.headSent, true);
});

test('any other answer, and a broken one, ends the connection', () => {
  const { told, reply } = rig();
  answer(reply, 503, [], Buffer.from('{}'));
  assert.deepEqual(told, [{ words: 'refused by the proxy', answer: null }]);
  const cut = rig();
  cut.reply.abort();
  assert.equal(cut.told[0]?.answer, null);
});
