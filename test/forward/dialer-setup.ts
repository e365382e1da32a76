// A dialer with made-up names, and origins on loopback that it may reach.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import type { Address } from '../../src/config/config.ts';
import { InterlockError, type ErrorCode } from '../../src/errors.ts';
import { createAddressGuard } from '../../src/forward/address-guard.ts';
import { createDialer, type Dialer } from '../../src/forward/dialer.ts';
import { createResolver, type Lookup } from '../../src/forward/resolver.ts';
import { createUpstreamTrust } from '../../src/tls/upstream-trust.ts';
import { make } from '../tls/certificate-maker.ts';

const folder = mkdtempSync(join(tmpdir(), 'interlock-dialer-'));
const servers: Server[] = [];
const sockets = new Set<Socket>();
const root = await make({ name: 'Root', issuer: null, ca: true });
export const leaf = await make({ name: 'leaf', issuer: root, names: ['a.test', 'localhost', '127.0.0.1'] });
writeFileSync(join(folder, 'root.pem'), root.certPem);
export const trust = createUpstreamTrust({ caFiles: [join(folder, 'root.pem')], clientCerts: {} });

after(() => {
  for (const server of servers) server.close();
  for (const socket of sockets) socket.destroy();
  rmSync(folder, { recursive: true, force: true });
});

export interface Setup {
  readonly hosts?: Readonly<Record<string, Address>>;
  readonly allowAddresses?: readonly string[];
  readonly own?: readonly Address[];
  readonly names?: Readonly<Record<string, readonly string[]>>;
  readonly parentProxy?: string;
  readonly connectTimeoutMs?: number;
}

export function dialer(setup: Setup): Dialer {
  const { hosts = {}, allowAddresses = [], own = [], names = {}, parentProxy = null, connectTimeoutMs = 60_000 } = setup;
  const lookup: Lookup = (host) =>
    Promise.resolve((names[host] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
  return createDialer({
    resolver: createResolver({ hosts, lookup }),
    guard: createAddressGuard({ allowAddresses, own }),
    trust,
    parentProxy,
    connectTimeoutMs,
  });
}

export async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  server.listen(0, host);
  await once(server, 'listening');
  servers.push(server);
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return address.port;
}

/** Echoes over TLS as `a.test`, `localhost` and `127.0.0.1`. */
export const tlsEcho = (protocols: string[] = ['h2', 'http/1.1']): Promise<number> =>
  listen(
    createTlsServer({ key: leaf.keyPem, cert: leaf.certPem, ALPNProtocols: protocols }, (socket) => {
      socket.on('error', () => {});
      socket.pipe(socket);
    }),
  );

export const coded =
  (code: ErrorCode, words: RegExp, never = /hunter2/) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof InterlockError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, words);
    assert.doesNotMatch(`${error.message} ${error.hint ?? ''} ${String(error.cause)}`, never);
    return true;
  };

export async function echoes(socket: Socket): Promise<boolean> {
  socket.write('ping');
  const [answer] = await once(socket, 'data');
  socket.destroy();
  return String(answer) === 'ping';
}
