// One session with a syslog receiver: what counts as its answer, and how long each step may take.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { test, type TestContext } from 'node:test';
import { type SyslogTimes, syslogSink } from '../../src/export/syslog-sink.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import type { Sink } from '../../src/export/sink.ts';

const MESSAGE = { text: '{"a":1}', brief: () => '{}', time: '-', type: 'verdict', alarming: false };
const { signal } = new AbortController();

async function sinkTo(t: TestContext, serve: (socket: Socket) => void, times: SyslogTimes = {}, tls = false): Promise<Sink> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return syslogSink({ host: '127.0.0.1', port, tls, caFile: null, clientCert: null, maxMessageBytes: 32 * 1024 * 1024 }, times);
}

test('an end that was on its way before ours is no answer to it', async (t) => {
  const sink = await sinkTo(t, (socket) => void socket.once('data', () => socket.end()));
  const session = await sink.open(signal);
  await session.write([MESSAGE]);
  await assert.rejects(session.finish(), /closed the connection/);
});

test('a receiver may talk: what it says is passed over, and its end is the answer', async (t) => {
  const sink = await sinkTo(t, (socket) => {
    socket.write('hello'.repeat(100_000));
    socket.resume();
  });
  const session = await sink.open(signal);
  await session.write([MESSAGE]);
  await session.finish();
});

test('a receiver that resets after our end has not answered', async (t) => {
  const sink = await sinkTo(t, (socket) => void socket.resume().once('end', () => socket.resetAndDestroy()));
  const session = await sink.open(signal);
  await session.write([MESSAGE]);
  await assert.rejects(session.finish());
});

test('a receiver that takes nothing more is left', async (t) => {
  const sink = await sinkTo(t, (socket) => void socket.pause(), { stallMs: 50 });
  const session = await sink.open(signal);
  await assert.rejects(session.write([{ ...MESSAGE, text: 'x'.repeat(16 * 1024 * 1024) }]), /takes nothing more/);
});

test('one that never ends its handshake is left, and a dial ends with the shipper', async (t) => {
  const silent = (socket: Socket): void => void socket.resume();
  const slow = await sinkTo(t, silent, { connectMs: 30 }, true);
  await assert.rejects(slow.open(signal), /did not answer in time/);
  const sink = await sinkTo(t, silent, {}, true);
  const closing = new AbortController();
  const dialing = assert.rejects(sink.open(closing.signal), /stopped/);
  closing.abort();
  await dialing;
  await assert.rejects(sink.open(closing.signal), /stopped/);
});

test('a receiver that asks who sends is shown the certificate, read anew for each session; without one it takes nothing', async (t) => {
  await using ca = await createThrowawayCa();
  const { keyPem: key, certPem: cert } = await ca.issue(['127.0.0.1']);
  const names: string[] = [];
  const server = createTlsServer({ key, cert, ca: await readFile(ca.certFile), requestCert: true }, (socket) => {
    names.push(String(socket.getPeerCertificate().subject.CN));
    socket.on('error', () => undefined).resume();
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const clientCert = { cert: join(ca.certFile, '../gateway.pem'), key: join(ca.certFile, '../gateway.key') };
  const { port } = server.address() as AddressInfo;
  const to = { host: '127.0.0.1', port, tls: true, caFile: ca.certFile, maxMessageBytes: 8_096 };
  const ship = async (sink: Sink): Promise<void> => {
    const session = await sink.open(signal);
    await session.write([MESSAGE]);
    await session.finish();
  };
  const sink = syslogSink({ ...to, clientCert });
  for (const name of ['gateway.example', 'renewed.example']) {
    const shown = await ca.issue([name], { clientAuthOnly: true });
    await writeFile(clientCert.cert, shown.certPem);
    await writeFile(clientCert.key, shown.keyPem);
    await ship(sink);
  }
  await assert.rejects(ship(syslogSink({ ...to, clientCert: null })));
  assert.deepEqual(names, ['gateway.example', 'renewed.example']);
});
