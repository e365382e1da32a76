// Checked addresses are tried in order, in bounded time, and nothing else is dialled.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { InterlockError } from '../../src/errors.ts';
import type { ResolvedAddress } from '../../src/forward/resolver.ts';
import { connectFirst } from '../../src/forward/tcp-connect.ts';
import { waitFor } from '../support/wait-for.ts';

const sockets: Socket[] = [];
let server: Server;
let stuck: ReturnType<typeof spawn>;
let stuckPort = 0;
let port = 0;

const at = (address: string, target: number): ResolvedAddress => ({ address, port: target, family: 4, pinned: false });

before(async () => {
  server = createServer((socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address !== null && typeof address === 'object') port = address.port;
  // A listener that never accepts: once its queue is full, the system answers no further SYN. It lives as long as this process holds its input:
  // files that share a process with this one may be tested first, for minutes.
  stuck = spawn('python3', [
    '-c',
    'import socket,sys\ns=socket.socket()\ns.bind(("127.0.0.1",0))\ns.listen(0)\nprint(s.getsockname()[1],flush=True)\nsys.stdin.read()',
  ]);
  assert.ok(stuck.stdout !== null);
  const [line] = await once(stuck.stdout, 'data');
  stuckPort = Number(String(line));
  for (let index = 0; index < 4; index += 1) sockets.push(connect(stuckPort, '127.0.0.1').on('error', () => {}));
  const probe = connect(stuckPort, '127.0.0.1').on('error', () => {});
  sockets.push(probe);
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.equal(probe.connecting, true, 'the queue is full');
});

after(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
  stuck.kill();
});

describe('connectFirst', () => {
  it('gives up on a silent address in time', async () => {
    // Left to the system, it would be given up after two minutes, and in other words.
    await assert.rejects(connectFirst('a.test:443', [at('127.0.0.1', stuckPort)], 200), (error) => {
      assert.ok(error instanceof InterlockError);
      assert.equal(error.code, 'UPSTREAM_TIMEOUT');
      assert.match(error.message, /cannot connect to a\.test:443: no answer within 0\.2 s/);
      return true;
    });
  });

  it('leaves time for the addresses behind a silent one', async () => {
    const socket = await connectFirst('a.test:443', [at('127.0.0.1', stuckPort), at('127.0.0.1', port)], 2000);
    assert.equal(socket.remotePort, port);
    socket.destroy();
  });

  it('tries a bounded number of addresses', async () => {
    const nobody = at('127.0.0.1', 1);
    await assert.rejects(
      connectFirst('a.test:443', [...Array.from({ length: 8 }, () => nobody), at('127.0.0.1', port)], 2000),
      /refused/,
    );
    (await connectFirst('a.test:443', [...Array.from({ length: 7 }, () => nobody), at('127.0.0.1', port)], 2000)).destroy();
  });

  it('needs an address, and time', async () => {
    await assert.rejects(connectFirst('a.test:443', [], 100), /it has no address/);
    await assert.rejects(connectFirst('a.test:443', [at('127.0.0.1', port)], 0), InterlockError);
  });

  it('survives a reset that nobody listens for', async () => {
    const socket = await connectFirst('a.test:443', [at('127.0.0.1', port)], 60_000);
    const accepted = await waitFor(() => sockets.find((one) => one.remotePort === socket.localPort));
    accepted.resetAndDestroy();
    await new Promise((resolve) => socket.on('close', resolve));
  });
});
