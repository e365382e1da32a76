// The client's TLS is opened as the host it asked to reach, and as nothing else.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { loadOrCreateAuthority } from '../../src/tls/certificate-authority.ts';
import { createLeafCache } from '../../src/tls/leaf-cache.ts';
import { createLeafIssuer } from '../../src/tls/leaf.ts';
import { createTermination, type Opened } from '../../src/tls/termination.ts';
import { portOf } from '../support/origin.ts';
import { waitFor } from '../support/wait-for.ts';
import { readFileSync } from 'node:fs';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());
const folder = await mkdtemp(join(tmpdir(), 'interlock-termination-'));
stack.defer(() => rm(folder, { recursive: true, force: true }));
const authority = await loadOrCreateAuthority(folder);
const ca = readFileSync(authority.caFile);
const termination = createTermination(createLeafCache(createLeafIssuer(authority), { max: 100 }));
const results: Promise<Opened>[] = [];
let host = 'a.test';
const server = createServer((socket) => {
  const result = termination.open(socket, host);
  result.catch(() => socket.destroy());
  results.push(result);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
stack.defer(() => void server.close());

function shake(options: ConnectionOptions): TLSSocket {
  const socket = connectTls({ port: portOf(server), host: '127.0.0.1', ca, ALPNProtocols: ['http/1.1'], ...options });
  socket.on('error', () => undefined);
  return socket;
}

async function raw(): Promise<Socket> {
  const socket = connect(portOf(server), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

test('the host of the tunnel is certified, and the name of the ClientHello only told', async () => {
  host = 'a.test';
  const client = shake({ servername: 'evil.test', checkServerIdentity: () => undefined });
  await once(client, 'secureConnect');
  assert.equal(client.getPeerCertificate().subjectaltname, 'DNS:a.test');
  assert.equal((await results.at(-1))?.serverName, 'evil.test');
  client.destroy();
});

test('h2 is chosen when it is offered; without ALPN it is HTTP/1.1', async () => {
  for (const [offer, protocol] of [
    [['h2', 'http/1.1'], 'h2'],
    [['http/1.1'], 'http/1.1'],
    [[], 'http/1.1'],
  ] as const) {
    const client = shake({ servername: 'a.test', ALPNProtocols: [...offer] });
    await once(client, 'secureConnect');
    assert.equal((await results.at(-1))?.protocol, protocol);
    client.destroy();
  }
});

test('handshakes at the same time each get their own socket', async () => {
  const from = results.length;
  const clients = Array.from({ length: 20 }, () => shake({ servername: 'a.test' }));
  await Promise.all(clients.map((client) => once(client, 'secureConnect')));
  const opened = await Promise.all(results.slice(from));
  const ports = new Set(opened.map((one) => one.socket.remotePort));
  assert.deepEqual([...ports].sort(), clients.map((client) => client.localPort).sort());
  for (const client of clients) client.destroy();
});

// INVARIANT: a failed handshake is a rejection, never an open tunnel (threat E5).
for (const [name, attempt] of [
  ['a client that does not trust the CA', () => shake({ servername: 'a.test', ca: [] })],
  ['a protocol that is not spoken', () => shake({ servername: 'a.test', ALPNProtocols: ['smtp'] })],
  ['TLS 1.1', () => shake({ servername: 'a.test', maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' })],
] as const) {
  test(`${name} is rejected`, async () => {
    const next = results.length;
    const client = attempt();
    await new Promise((resolve) => void client.once('close', resolve));
    const result = results[next];
    assert.ok(result !== undefined);
    // A Node client looks at the certificate only after its handshake: then the server hears of it as a connection that ends.
    const opened = await result.catch(() => null);
    if (opened === null) return;
    if (!opened.socket.destroyed) await new Promise((resolve) => void opened.socket.resume().once('close', resolve));
  });
}

test('a client that hangs up in the middle is rejected, and garbage too', async () => {
  for (const bytes of [Buffer.from('16030100ff010000fb0303', 'hex'), Buffer.from('160301000501000001ff', 'hex')]) {
    const next = results.length;
    const socket = await raw();
    socket.end(bytes);
    // In an object: what is given back is not to be awaited.
    const { result } = await waitFor(() => (results.length > next ? { result: results[next] } : undefined));
    await assert.rejects(result ?? assert.fail());
    socket.destroy();
  }
});
