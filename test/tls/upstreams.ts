// Upstreams on loopback that show any certificate at any security level, and the trust that meets them.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { createServer, type TlsOptions, type TLSSocket } from 'node:tls';
import { InterlockError, type ErrorCode } from '../../src/errors.ts';
import { createUpstreamTrust, type SecureOptions, type UpstreamTrust } from '../../src/tls/upstream-trust.ts';
import { make, type Issued, type Request } from './certificate-maker.ts';

export const NAME = 'api.example.test';
export const folder = mkdtempSync(join(tmpdir(), 'interlock-trust-'));
export const root = await make({ name: 'Test root', issuer: null, ca: true });
export const rsaRoot = await make({ name: 'Test RSA root', issuer: null, ca: true, rsaBits: 2048 });
export const rootsFile = join(folder, 'roots.pem');
writeFileSync(rootsFile, root.certPem + rsaRoot.certPem);
export const trust = createUpstreamTrust({ caFiles: [rootsFile], clientCerts: {} });
export const sockets = new Set<Socket>();
const servers: Server[] = [];

after(() => {
  for (const server of servers) server.close();
  for (const socket of sockets) socket.destroy();
  rmSync(folder, { recursive: true, force: true });
});

/** A TLS server on loopback that shows these certificates at any security level, and hands out its first connection. */
export async function serve(options: TlsOptions): Promise<{ port: number; accepted: Promise<TLSSocket> }> {
  const first = Promise.withResolvers<TLSSocket>();
  const server = createServer({ ciphers: 'ALL:@SECLEVEL=0', ...options }, (socket) => {
    socket.on('error', () => {});
    first.resolve(socket);
  });
  server.on('tlsClientError', () => {});
  return { port: await listen(server), accepted: first.promise };
}

export async function listen(server: Server): Promise<number> {
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return address.port;
}

export async function secure(port: number, options: Partial<SecureOptions> = {}, by: UpstreamTrust = trust): Promise<TLSSocket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return by.secure(socket, { servername: NAME, alpn: [], timeoutMs: 60_000, ...options });
}

export async function refuses(port: number, code: ErrorCode, words: RegExp, options: Partial<SecureOptions> = {}): Promise<void> {
  await assert.rejects(secure(port, options), (error) => {
    assert.ok(error instanceof InterlockError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, words);
    return true;
  });
}

export const leaf = (request: Partial<Request> = {}): Promise<Issued> =>
  make({ name: 'leaf', issuer: root, names: [NAME], ...request });
export const shown = (issued: Issued, ...chain: readonly Issued[]): TlsOptions => ({
  key: issued.keyPem,
  cert: [issued, ...chain].map((one) => one.certPem).join(''),
});
