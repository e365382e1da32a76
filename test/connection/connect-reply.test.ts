// Answers to a CONNECT: words only while no tunnel was promised, and one 200 at most.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { duplexPair } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { connectReply, establish } from '../../src/connection/connect-reply.ts';
import { answer } from '../../src/http/reply.ts';

const ESTABLISHED = 'HTTP/1.1 200 Connection Established\r\n\r\n';

test('a refusal before the tunnel is HTTP, once, and the end', async () => {
  const [ours, client] = duplexPair();
  const reply = connectReply(ours, false);
  assert.equal(reply.headSent, false);
  reply.inform(103, []);
  answer(reply, 403, ['x-reason', 'no'], Buffer.from('no'));
  reply.head(200, []);
  assert.equal(reply.headSent, true);
  assert.equal(await text(client), 'HTTP/1.1 403 Forbidden\r\nx-reason: no\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno');
});

// RFC 9110 §9.3.6: after the 200 every byte is the tunnel's, so a refusal would be read as the upstream's words.
test('after the 200 a refusal says nothing and ends', async () => {
  const [ours, client] = duplexPair();
  establish(ours);
  const reply = connectReply(ours, true);
  assert.equal(reply.headSent, true);
  answer(reply, 403, ['x-reason', 'no'], Buffer.from('no'));
  assert.equal(await text(client), ESTABLISHED);
});

for (const established of [false, true]) {
  test(`a tunnel that may go says 200 once (${established ? 'said before' : 'not yet said'})`, async () => {
    const [ours, client] = duplexPair();
    if (established) establish(ours);
    const reply = connectReply(ours, established);
    const socket = reply.switchProtocols([]);
    assert.ok(socket !== null);
    assert.equal(reply.headSent, true);
    socket.end('bytes');
    assert.equal(await text(client), `${ESTABLISHED}bytes`);
  });
}

test('an abort cuts, and a client that leaves is told of, also afterwards', async () => {
  const [ours] = duplexPair();
  const reply = connectReply(ours, false);
  const told: string[] = [];
  reply.onClose(() => told.push('at once'));
  reply.abort();
  await once(ours, 'close');
  reply.onClose(() => told.push('afterwards'));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(told, ['at once', 'afterwards']);
});
