// One client that wants to wear the gateway out: everyone else is served meanwhile, and what it took comes back.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { curl } from '../support/agent-client.ts';
import { FLAG, FRAME, frame, headerBlock, PREFACE } from '../support/h2-frames.ts';
import { startInterlock } from '../support/interlock.ts';
import { echo, startOrigin } from '../support/origin.ts';
import { openTls, openTunnel, proxyAuthorization, type RawConnection } from '../support/raw-connection.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const MIB = 1024 * 1024;
const ca = stack.use(await createThrowawayCa());
const answer: NonNullable<Parameters<typeof startOrigin>[0]['answer']> = async (request, response, received) => {
  if (received.target === '/unread') {
    request.pause();
    await delay(5_000, null, { ref: false });
    request.destroy(); // until then a gateway that reads no further can not notice that its client left
  } else if (received.target === '/large') await pour(response);
  else await echo(request, response, received);
};
const old = stack.use(await startOrigin({ leaf: await ca.issue(['h1.e2e.test']), protocols: ['http/1.1'], answer }));
const fresh = stack.use(await startOrigin({ leaf: await ca.issue(['h2.e2e.test']), protocols: ['h2'], answer }));
const interlock = stack.use(
  await startInterlock({
    caFiles: [ca.certFile],
    hosts: { 'h1.e2e.test': old.address, 'h2.e2e.test': fresh.address },
    config: { limits: { connections: 400 } },
  }),
);
const agent = await interlock.addAgent('wearer', { teams: ['engineering'] });
const bystander = await interlock.addAgent('bystander', { teams: ['engineering'] });

/** 100 MiB, as fast as it is taken. */
async function pour(response: {
  write(chunk: Buffer): boolean;
  end(): void;
  once(event: 'drain' | 'close', run: () => void): unknown;
  destroyed?: boolean;
}): Promise<void> {
  const chunk = Buffer.alloc(MIB);
  for (let i = 0; i < 100 && response.destroyed !== true; i += 1) {
    if (!response.write(chunk))
      await new Promise<void>((resolve) => void (response.once('drain', resolve), response.once('close', resolve)));
  }
  response.end();
}

function memoryMib(): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${interlock.gateway.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}

function descriptors(): number {
  return readdirSync(`/proc/${interlock.gateway.pid}/fd`).length;
}

/** A bystander's request is answered while the attack goes on, and long before the first time-out ends any of it: that is after 30 s. */
async function serveBystander(): Promise<void> {
  const started = performance.now();
  const seen = await curl(bystander, ['https://h1.e2e.test/bystander']);
  assert.equal(seen.status, 200, seen.stderr);
  assert.ok(performance.now() - started < 20_000, `a bystander waited ${performance.now() - started} ms`);
}

/** Runs an attack and then wants the descriptors back and the memory bounded. */
async function weathers(attack: (held: DisposableStack) => Promise<void>): Promise<void> {
  await serveBystander();
  const before = { memory: memoryMib(), descriptors: descriptors() };
  {
    using held = new DisposableStack();
    await attack(held);
    await serveBystander();
    assert.ok(memoryMib() - before.memory < 300, `memory grew by ${memoryMib() - before.memory} MiB`);
  }
  await waitFor(() => (descriptors() <= before.descriptors + 8 ? true : undefined));
  assert.equal(interlock.gateway.exitCode(), null);
}

/** A connection that does not close its side when the gateway does. */
async function halfOpen(first: string): Promise<Socket> {
  const { hostname, port } = new URL(interlock.gateway.proxyUrl);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  socket.on('error', () => undefined).on('data', () => undefined);
  await once(socket, 'connect');
  socket.write(first);
  return socket;
}

const CONNECT = `CONNECT h1.e2e.test:443 HTTP/1.1\r\nHost: h1.e2e.test:443\r\n${proxyAuthorization(agent)}\r\n`;

describe('connections that are refused but not closed by the client', () => {
  const REFUSED: readonly (readonly [name: string, first: string, then: string])[] = [
    ['no credentials', 'CONNECT h1.e2e.test:443 HTTP/1.1\r\nHost: h1.e2e.test:443\r\n\r\n', ''],
    ['another port', CONNECT.replaceAll(':443', ':22'), ''],
    ['not HTTP', 'NONSENSE\0\r\n\r\n', ''],
    ['origin-form', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', ''],
    ['not HTTP inside', CONNECT, 'GET / HTTP/1.1\r\nBad\0: x\r\n\r\n'],
    ['CONNECT inside', CONNECT, 'CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n'],
    ['another Host inside', CONNECT, 'POST / HTTP/1.1\r\nHost: other\r\nContent-Length: 10\r\n\r\n'],
    [
      'a WebSocket to another Host',
      CONNECT,
      'GET / HTTP/1.1\r\nHost: other\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    ],
    ['SSH inside', CONNECT, 'SSH-2.0-OpenSSH_9.9 and more\r\n'],
    ['a broken ClientHello inside', CONNECT, '\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00'],
  ];

  it('give their descriptors back within seconds', async () => {
    await serveBystander();
    const before = descriptors();
    const held: Socket[] = [];
    for (const [, first, then] of REFUSED) {
      for (let i = 0; i < 8; i += 1) {
        const socket = await halfOpen(first);
        if (then !== '') await once(socket, 'data').then(() => socket.write(then, 'latin1'));
        held.push(socket);
      }
    }
    await waitFor(() => (descriptors() <= before + 8 ? true : undefined), 30_000);
    for (const socket of held) socket.destroy();
  });
});

describe('requests without end', () => {
  it('pipelined by the ten thousand: the connection is cut, and few reach the origin', async () => {
    await weathers(async (held) => {
      const connection = held.use(await openTls(interlock, agent, 'h1.e2e.test:443'));
      for (let i = 0; i < 20 && !connection.socket.destroyed; i += 1) {
        connection.write('GET /pipelined HTTP/1.1\r\nHost: h1.e2e.test\r\n\r\n'.repeat(1_000));
        await delay(20);
      }
      assert.ok(old.of('/pipelined').length <= 100, `${old.of('/pipelined').length} were served`);
    });
  });

  it('a few pipelined ones are all served, in order', async () => {
    using connection = await openTls(interlock, agent, 'h1.e2e.test:443');
    connection.write([1, 2, 3, 4, 5].map((i) => `GET /few/${i} HTTP/1.1\r\nHost: h1.e2e.test\r\n\r\n`).join(''));
    for (const i of [1, 2, 3, 4, 5]) assert.match((await connection.answer()).body, new RegExp(`/few/${i}"`));
  });
});

describe('bodies that nobody takes', () => {
  for (const host of ['h1.e2e.test', 'h2.e2e.test']) {
    it(`a client that reads nothing of 100 MiB from ${host}`, async () => {
      await weathers(async (held) => {
        for (let i = 0; i < 4; i += 1) {
          const connection = held.use(await openTls(interlock, agent, `${host}:443`));
          connection.socket.pause();
          connection.write(`GET /large HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
        }
        await delay(1_500);
      });
    });

    it(`an upload of 100 MiB that ${host} does not read`, async () => {
      await weathers(async (held) => {
        const connection = held.use(await openTls(interlock, agent, `${host}:443`));
        connection.write(`POST /unread HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${100 * MIB}\r\n\r\n`);
        await writeUpTo(connection, 100);
      });
    });
  }

  it('128 streams of one HTTP/2 session, all with a window of nothing', async () => {
    await weathers(async (held) => {
      const connection = held.use(await openTls(interlock, agent, 'h2.e2e.test:443', { alpn: ['h2'] }));
      const noWindow = frame(FRAME.settings, FLAG.none, 0, Buffer.from([0, 4, 0, 0, 0, 0]));
      const get = headerBlock([
        [':method', 'GET'],
        [':scheme', 'https'],
        [':authority', 'h2.e2e.test'],
        [':path', '/large'],
      ]);
      connection.write(
        Buffer.concat([
          PREFACE,
          noWindow,
          ...Array.from({ length: 128 }, (_, i) => frame(FRAME.headers, FLAG.endHeaders | FLAG.endStream, 2 * i + 1, get)),
        ]),
      );
      await delay(3_000);
    });
  });

  it('128 uploads of one HTTP/2 session that the origin does not read', async () => {
    await weathers(async (held) => {
      const connection = held.use(await openTls(interlock, agent, 'h2.e2e.test:443', { alpn: ['h2'] }));
      const post = headerBlock([
        [':method', 'POST'],
        [':scheme', 'https'],
        [':authority', 'h2.e2e.test'],
        [':path', '/unread'],
      ]);
      const window = frame(FRAME.windowUpdate, FLAG.none, 0, Buffer.from([0x7f, 0, 0, 0]));
      connection.write(Buffer.concat([PREFACE, frame(FRAME.settings, FLAG.none, 0), window]));
      for (let i = 0; i < 128; i += 1) connection.write(frame(FRAME.headers, FLAG.endHeaders, 2 * i + 1, post));
      const data = Buffer.alloc(16_384);
      for (let round = 0; round < 60 && !connection.socket.destroyed; round += 1) {
        for (let i = 0; i < 128; i += 1) connection.write(frame(FRAME.data, FLAG.none, 2 * i + 1, data));
        await delay(20);
      }
    });
  });
});

async function writeUpTo(connection: RawConnection, mebibytes: number): Promise<void> {
  const chunk = Buffer.alloc(MIB);
  const deadline = Date.now() + 3_000;
  for (let i = 0; i < mebibytes && Date.now() < deadline; i += 1) {
    if (!connection.socket.write(chunk)) await Promise.race([once(connection.socket, 'drain'), delay(deadline - Date.now())]);
  }
}

describe('connections that say nothing, or take their time', () => {
  it('are cut within 35 s, all kinds at once, and a bystander does not notice', { timeout: 60_000 }, async () => {
    const cut: Promise<unknown>[] = [];
    const names: string[] = [];
    const watch = (name: string, socket: Socket): void => {
      names.push(name);
      socket.resume();
      cut.push(Promise.race([once(socket, 'end'), once(socket, 'close')]).then(() => names.splice(names.indexOf(name), 1)));
    };
    for (let i = 0; i < 10; i += 1) watch('silent', await halfOpen(''));
    watch('half a head', await halfOpen('CONNECT h1.e2e.test:443 HTTP/1.1\r\nHost: h1'));
    watch('a silent tunnel', (await openTunnel(interlock, agent, 'h1.e2e.test:443')).socket);
    const hello = await openTunnel(interlock, agent, 'h1.e2e.test:443');
    hello.write(Buffer.from('16030100ff010000fb0303', 'hex'));
    watch('half a ClientHello', hello.socket);
    watch('silent inside TLS', (await openTls(interlock, agent, 'h1.e2e.test:443')).socket);
    watch('silent HTTP/2', (await openTls(interlock, agent, 'h2.e2e.test:443', { alpn: ['h2'] })).socket);
    const dripping = await openTls(interlock, agent, 'h1.e2e.test:443');
    dripping.write('GET /drip HTTP/1.1\r\n');
    const drip = setInterval(() => dripping.write('X: y\r\n'), 500);
    watch('a head that drips', dripping.socket);
    await serveBystander();
    await Promise.race([Promise.all(cut), delay(36_000, null, { ref: false })]);
    clearInterval(drip);
    assert.deepEqual(names, []);
    await serveBystander();
  });

  it('more connections than may be open: the rest is turned away, and the gateway recovers', async () => {
    const held: Socket[] = [];
    for (let i = 0; i < 500; i += 1) held.push(await halfOpen(''));
    await delay(200);
    assert.ok(descriptors() < 500, `${descriptors()} descriptors`);
    for (const socket of held) socket.destroy();
    await waitFor(async () => ((await curl(bystander, ['https://h1.e2e.test/after'])).status === 200 ? true : undefined));
  });
});

it('the chain holds, and no exchange stays open', async () => {
  const report = await waitFor(async () => {
    const seen = await interlock.verify();
    return seen.unfinished === 0 ? seen : undefined;
  });
  assert.equal(report.ok, true, JSON.stringify(report));
});
