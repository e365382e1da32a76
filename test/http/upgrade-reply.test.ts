// Answers on a socket that was handed over for an upgrade: a refusal that ends it, or a 101 and every byte that is there already.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { duplexPair, type Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { answer } from '../../src/http/reply.ts';
import { upgradeReply } from '../../src/http/upgrade-reply.ts';

/** Our end of a connection and the client's. */
function pair(): { readonly ours: Duplex; readonly client: Duplex } {
  const [ours, client] = duplexPair();
  return { ours, client };
}

test('a refusal is whole HTTP/1.1 and the last thing on the connection', async () => {
  const { ours, client } = pair();
  const reply = upgradeReply(ours, Buffer.alloc(0));
  assert.equal(reply.headSent, false);
  reply.inform(103, ['link', '</a>']);
  answer(reply, 403, ['x-reason', 'no'], Buffer.from('no'));
  assert.equal(reply.headSent, true);
  assert.equal(await text(client), 'HTTP/1.1 403 Forbidden\r\nx-reason: no\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno');
});

test('a 101 goes out as given, and bytes that came with the handshake are read first', async () => {
  const { ours, client } = pair();
  const reply = upgradeReply(ours, Buffer.from('early '));
  const socket = reply.switchProtocols(['upgrade', 'websocket']);
  assert.ok(socket !== null);
  assert.equal(reply.headSent, true);
  client.end('later');
  assert.equal(await text(socket), 'early later');
  socket.end('frames');
  assert.equal(await text(client), 'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\nframes');
});

test('an aborted answer is cut', async () => {
  const { ours } = pair();
  const reply = upgradeReply(ours, Buffer.alloc(0));
  reply.head(200, []);
  reply.abort();
  await once(ours, 'close');
  assert.equal(ours.writableFinished, false);
});

test('a client that leaves is told of, also when it left before anybody asked', async () => {
  const { ours } = pair();
  const reply = upgradeReply(ours, Buffer.alloc(0));
  const told: string[] = [];
  reply.onClose(() => told.push('at once'));
  ours.destroy();
  await once(ours, 'close');
  reply.onClose(() => told.push('afterwards'));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(told, ['at once', 'afterwards']);
});

test('a complete refusal and the end of a tunnel are no leave', async () => {
  for (const finish of ['refused', 'switched'] as const) {
    const { ours, client } = pair();
    const reply = upgradeReply(ours, Buffer.alloc(0));
    const told: string[] = [];
    reply.onClose(() => told.push('left'));
    if (finish === 'refused') answer(reply, 403, [], Buffer.from('no'));
    else reply.switchProtocols([])?.destroy();
    await text(client).catch(() => undefined);
    client.end();
    if (!ours.closed) await once(ours, 'close');
    assert.deepEqual(told, [], finish);
  }
});
