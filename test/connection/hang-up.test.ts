// A refused client hears why, and can't keep the socket.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { hangUp } from '../../src/connection/hang-up.ts';
import { portOf } from '../support/origin.ts';

test('a client that never closes its side is cut within seconds, having heard the last bytes', async () => {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect({ port: portOf(server), host: '127.0.0.1', allowHalfOpen: true });
  let heard = '';
  client.on('data', (chunk) => void (heard += String(chunk)));
  const [socket]: Socket[] = await once(server, 'connection');
  assert.ok(socket !== undefined);
  client.write('bytes that nobody reads');
  hangUp(socket, 'last words');
  await once(socket, 'close');
  assert.equal(heard, 'last words');
  client.destroy();
  server.close();
});
