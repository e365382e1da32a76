// The server name that TLS passing unopened asks for: read from the hello itself, whatever pieces it comes in.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { connect } from 'node:tls';
import { peekServerName, readServerName } from '../../src/connection/client-hello.ts';
import { clientHello } from '../support/client-hello.ts';
import { portOf } from '../support/origin.ts';

test('the name is read whatever the records, and every prefix asks for more', () => {
  for (const fragment of [16_384, 50, 3]) {
    const hello = clientHello(['a.test'], fragment);
    assert.deepEqual(readServerName(hello), { name: 'a.test' });
    for (let length = 0; length < hello.length; length += 7) assert.equal(readServerName(hello.subarray(0, length)), 'more');
  }
  assert.deepEqual(readServerName(clientHello([])), { name: null });
});

test('two names, odd names and broken lengths are no hello', () => {
  assert.equal(readServerName(clientHello(['a.test', 'b.test'])), 'invalid');
  assert.equal(readServerName(clientHello(['a.test\0.b.test'])), 'invalid');
  const hello = clientHello(['a.test']);
  assert.equal(readServerName(Buffer.concat([Buffer.of(0x17), hello.subarray(1)])), 'invalid');
  const longer = Buffer.from(hello);
  longer[76] = 0xff; // the length of the cipher suites leads beyond the end
  assert.equal(readServerName(longer), 'invalid');
});

test('no byte of any value throws or hangs', () => {
  const hello = clientHello(['a.test']);
  for (let at = 0; at < hello.length; at += 1) {
    for (const value of [0, 1, 0x16, 0x7f, 0xff]) {
      const changed = Buffer.from(hello);
      changed[at] = value;
      readServerName(changed);
    }
  }
});

test('a real client’s hello is read and put back', async () => {
  await using server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect({ port: portOf(server), host: '127.0.0.1', servername: 'real.test' });
  client.on('error', () => undefined);
  const [socket] = await once(server, 'connection');
  assert.deepEqual(await peekServerName(socket, 5_000), { name: 'real.test' });
  assert.equal(socket.read()?.[0], 0x16);
  client.destroy();
  socket.destroy();
});

test('what never becomes a hello is null', async () => {
  const socket = new PassThrough();
  const peeked = peekServerName(socket, 20);
  socket.write(clientHello(['a.test']).subarray(0, 20));
  assert.equal(await peeked, null);
});
