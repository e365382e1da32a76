// The URL of a parent proxy, and the tunnel through it when its answer comes in pieces.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { InterlockError } from '../../src/errors.ts';
import { openTunnel, parseParentProxy } from '../../src/forward/parent-proxy.ts';

it('reads the URL of a parent', () => {
  assert.deepEqual(parseParentProxy('http://p.test:3128'), {
    authority: { host: 'p.test', port: 3128 },
    secure: false,
    authorization: null,
  });
  assert.deepEqual(parseParentProxy('https://P.test'), {
    authority: { host: 'p.test', port: 443 },
    secure: true,
    authorization: null,
  });
  assert.deepEqual(parseParentProxy('http://[::1]/').authority, { host: '::1', port: 80 });
  assert.equal(parseParentProxy('http://us%40er:p%3Aw@p.test').authorization, `Basic ${btoa('us@er:p:w')}`);
  assert.equal(parseParentProxy('http://user@p.test').authorization, `Basic ${btoa('user:')}`);
});

it('refuses what is none, and keeps the password to itself', () => {
  for (const text of ['ftp://u:hunter2@p.test', 'http://u:hunter2@p_%.test', 'http://u:hunter2@p.test:99999', 'nothing']) {
    assert.throws(
      () => parseParentProxy(text),
      (error) =>
        error instanceof InterlockError &&
        error.code === 'CONFIG_INVALID' &&
        !`${error.message}${String(error.cause)}`.includes('hunter2'),
    );
  }
});

it('puts a head together from single bytes, and hands the rest to the next reader', async () => {
  const server = createServer((socket: Socket) => {
    void (async () => {
      for (const byte of 'HTTP/1.0 200\r\nA: b\r\n\r\nfirst') {
        socket.write(byte);
        await sleep(1);
      }
      socket.end(' and last');
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const socket = connect(address.port, '127.0.0.1');
  await openTunnel(socket, parseParentProxy('http://p.test:3128'), 'a.test:443', 2000);
  await sleep(20);
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  assert.equal(text, 'first and last');
  server.close();
});
