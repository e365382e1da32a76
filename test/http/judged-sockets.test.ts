// The real ws client and server through joined sockets: who waits, who passes, and what a hostile end can do.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket, WebSocketServer } from 'ws';
import type { MessageGate, MessageLeg } from '../../src/http/message-gate.ts';
import { createMemoryBudget } from '../../src/http/memory-budget.ts';
import { startJudgedRelay } from '../support/judged-relay.ts';
import { waitFor } from '../support/wait-for.ts';
import { frame, type FrameParts } from '../support/ws-frames.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const received: string[] = [];
/** Sends the other half of a message that the server began. */
let rest = (): void => undefined;
const closes: number[] = [];
const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
server.on('connection', (socket) => {
  socket.on('error', () => undefined);
  socket.on('ping', () => received.push('ping'));
  socket.on('close', (code) => closes.push(code));
  socket.on('message', (data, binary) => {
    const text = Buffer.isBuffer(data) ? data.toString() : '';
    received.push(text.slice(0, 100));
    if (text === 'half') {
      socket.send('1', { fin: false });
      rest = () => socket.send('2', { fin: true });
    } else socket.send(data, { binary });
  });
});
await once(server, 'listening');
stack.defer(() => {
  for (const socket of server.clients) socket.terminate();
  return new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
});

const budget = createMemoryBudget(1_000_000);
const held = new Map<string, (go: boolean) => void>();
/** What was refused last. */
let refused = '';
/** What begins with `judge` acts: `judge-yes`, `judge-no`, `judge-hold`; `judge-cut` is refused without words. */
const gate: MessageGate = {
  messageBytes: 1000,
  budget,
  wants: ({ bytes }) => bytes[0] === 0x6a || bytes[0] === 0x68,
  judge({ bytes }, leg) {
    const text = bytes.toString();
    return text.startsWith('judge-') ? judged(text, leg) : null;
  },
};

async function judged(text: string, leg: MessageLeg): Promise<void> {
  let go = text.startsWith('judge-yes');
  await sleep(5);
  if (text.startsWith('judge-hold')) {
    go = await new Promise((resolve) => {
      held.set(text, resolve);
      leg.onClose(() => resolve(false));
    });
    held.delete(text);
  }
  if (go) return void leg.send();
  refused = text;
  leg.refuse(text.startsWith('judge-cut') ? null : Buffer.from(`refused ${text}`), 'no');
}

const relay = stack.use(await startJudgedRelay((server.address() as AddressInfo).port, gate));

const until = (seen: () => boolean): Promise<true> => waitFor(() => seen() || undefined);

interface Client {
  readonly socket: WebSocket;
  readonly heard: string[];
  readonly closed: Promise<number>;
}

async function open(): Promise<Client> {
  received.length = 0;
  const socket = new WebSocket(`ws://127.0.0.1:${relay.port}/`, { perMessageDeflate: false });
  const heard: string[] = [];
  socket.on('message', (data) => heard.push(String(data)));
  socket.on('pong', () => heard.push('pong'));
  socket.on('error', () => undefined);
  const closed = once(socket, 'close').then(([code]) => Number(code));
  await once(socket, 'open');
  return { socket, heard, closed };
}

/** Past the ws library, which would never write such a frame. */
function raw(client: Client, ...frames: readonly FrameParts[]): void {
  const net: unknown = Reflect.get(client.socket, '_socket');
  assert.ok(typeof net === 'object' && net !== null && 'write' in net && typeof net.write === 'function');
  net.write(Buffer.concat(frames.map((parts) => frame(parts))));
}

describe('messages', () => {
  it('that act wait for their verdict; the order is kept, and a refused one never arrives', async () => {
    const { socket, heard } = await open();
    for (const text of ['judge-yes 1', 'x 2', 'judge-no 3', 'x 4', 'judge-yes 5', 'x 6']) socket.send(text);
    await until(() => heard.includes('x 6'));
    assert.deepEqual(received, ['judge-yes 1', 'x 2', 'x 4', 'judge-yes 5', 'x 6']);
    assert.ok(heard.includes('refused judge-no 3'));
    socket.close();
  });

  it('in fragments are one message', async () => {
    const client = await open();
    raw(client, { payload: 'judge', final: false }, { opcode: 9 }, { payload: '-no', opcode: 0 });
    raw(client, { payload: 'judge', final: false }, { payload: '-yes', opcode: 0 });
    await until(() => client.heard.includes('judge-yes'));
    assert.deepEqual(received, ['ping', 'judge-yes']);
    client.socket.close();
  });

  it('a held one holds those behind it, but no ping, and not for ever', async () => {
    const { socket, heard } = await open();
    socket.send('judge-hold');
    socket.send('x after');
    await until(() => held.has('judge-hold'));
    socket.ping();
    await until(() => heard.includes('pong'));
    assert.deepEqual(received, ['ping']);
    held.get('judge-hold')?.(true);
    await until(() => heard.includes('x after'));
    assert.deepEqual(received, ['ping', 'judge-hold', 'x after']);
    socket.close();
  });

  it('behind a held one are bounded: the client is read no further', async () => {
    const { socket, heard } = await open();
    socket.send('judge-hold');
    for (let i = 0; i < 200; i += 1) socket.send(`x${'y'.repeat(65_536)}`);
    await until(() => held.has('judge-hold'));
    await sleep(200);
    assert.ok(socket.bufferedAmount > 2_000_000, `${socket.bufferedAmount}`);
    held.get('judge-hold')?.(true);
    await until(() => heard.length === 201);
    socket.close();
  });

  it('of two megabytes that nobody wants pass', async () => {
    const { socket, heard } = await open();
    const long = 'x'.repeat(2_000_000);
    socket.send(long);
    await until(() => heard.length === 1);
    assert.equal(heard[0], long);
    socket.close();
  });

  it('a refusal never stands inside a message of the server', async () => {
    const { socket, heard } = await open();
    refused = '';
    socket.send('half');
    await until(() => received.includes('half'));
    socket.send('judge-no');
    await until(() => refused === 'judge-no');
    rest();
    await until(() => heard.length === 2);
    assert.deepEqual(heard, ['12', 'refused judge-no']);
    socket.close();
  });
});

describe('an end', () => {
  it('a refusal without words closes with 1008, and nothing behind it goes', async () => {
    const { socket, closed } = await open();
    socket.send('judge-cut');
    socket.send('x late');
    assert.equal(await closed, 1008);
    await sleep(20);
    assert.ok(!received.includes('x late'));
  });

  it('a client that leaves takes what it has held with it', async () => {
    const { socket, closed } = await open();
    socket.send('judge-hold gone');
    await until(() => held.has('judge-hold gone'));
    socket.close();
    await closed;
    await until(() => !held.has('judge-hold gone'));
    assert.ok(!received.includes('judge-hold gone'));
  });

  it('what stood behind a held one is not held either, once its client has said its last word', async () => {
    const client = await open();
    refused = '';
    for (const payload of ['judge-hold first', 'judge-hold second']) raw(client, { payload });
    await until(() => held.has('judge-hold first'));
    raw(client, { opcode: 8, payload: Buffer.from([0x03, 0xe8]) });
    await until(() => refused === 'judge-hold second');
    await client.closed;
    assert.deepEqual(received, []);
  });

  it('a reset is noticed while a message is held', async () => {
    const { socket } = await open();
    socket.send('judge-hold reset');
    await until(() => held.has('judge-hold reset'));
    socket.terminate();
    await until(() => !held.has('judge-hold reset'));
  });

  it('close codes of both sides pass', async () => {
    const { socket, closed } = await open();
    socket.close(4000, 'bye');
    assert.equal(await closed, 4000);
    await until(() => closes.includes(4000));
  });
});

describe('a hostile client', () => {
  const HOSTILE: ReadonlyArray<readonly [name: string, code: number, frames: readonly FrameParts[]]> = [
    ['a compressed message', 1002, [{ reserved: 4, payload: 'judge-no' }]],
    ['a message inside another', 1002, [{ payload: 'x', final: false }, { payload: 'judge-yes' }]],
    ['an unmasked frame', 1002, [{ mask: null, payload: 'judge-yes' }]],
    ['a reserved opcode', 1002, [{ opcode: 3, payload: 'judge-yes' }]],
    ['bytes that are no text', 1007, [{ payload: Buffer.from([0x6a, 0xff]) }]],
    ['more than may be read', 1009, [{ payload: 'j'.repeat(1001) }]],
  ];
  for (const [name, code, frames] of HOSTILE)
    it(`${name} ends with ${code}, and none of it arrives`, async () => {
      const client = await open();
      raw(client, ...frames);
      raw(client, { payload: 'judge-yes after' });
      assert.equal(await client.closed, code);
      await sleep(20);
      assert.ok(!received.some((one) => one.includes('judge')), String(received));
    });

  it('what follows a close frame never arrives', async () => {
    const client = await open();
    raw(client, { opcode: 8, payload: Buffer.from([0x03, 0xe8]) }, { payload: 'x smuggled' });
    await client.closed;
    assert.ok(!received.includes('x smuggled'));
  });
});

it('no memory stays taken, and every connection is told to have ended', async () => {
  for (const socket of server.clients) socket.terminate();
  await until(() => budget.used === 0 && relay.ended() === 18);
});
