// An upstream is only talked to when its certificate holds, and a failure says which part of it does not.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createServer, type TlsOptions, type TLSSocket } from 'node:tls';
import { InterlockError, type ErrorCode } from '../../src/errors.ts';
import { createUpstreamTrust, type SecureOptions, type UpstreamTrust } from '../../src/tls/upstream-trust.ts';
import { make, permittedDomain, USAGE, type Issued, type Request } from './certificate-maker.ts';

const NAME = 'api.example.test';
const DAY_MS = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'interlock-trust-'));
const servers: Server[] = [];
const sockets = new Set<Socket>();
let root: Issued;
let rsaRoot: Issued;
let stranger: Issued;
let trust: UpstreamTrust;

before(async () => {
  root = await make({ name: 'Test root', issuer: null, ca: true });
  rsaRoot = await make({ name: 'Test RSA root', issuer: null, ca: true, rsaBits: 2048 });
  stranger = await make({ name: 'Nobody knows', issuer: null, ca: true });
  writeFileSync(join(folder, 'roots.pem'), root.certPem + rsaRoot.certPem);
  trust = createUpstreamTrust({ caFiles: [join(folder, 'roots.pem')], clientCerts: {} });
});

after(() => {
  for (const server of servers) server.close();
  for (const socket of sockets) socket.destroy();
  rmSync(folder, { recursive: true, force: true });
});

/** A TLS server on loopback that shows these certificates at any security level, and hands out its first connection. */
async function serve(options: TlsOptions): Promise<{ port: number; accepted: Promise<TLSSocket> }> {
  const first = Promise.withResolvers<TLSSocket>();
  const server = createServer({ ciphers: 'ALL:@SECLEVEL=0', ...options }, (socket) => {
    socket.on('error', () => {});
    first.resolve(socket);
  });
  server.on('tlsClientError', () => {});
  return { port: await listen(server), accepted: first.promise };
}

async function listen(server: Server): Promise<number> {
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return (address satisfies AddressInfo).port;
}

async function secure(port: number, options: Partial<SecureOptions> = {}, by: UpstreamTrust = trust): Promise<TLSSocket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return by.secure(socket, { servername: NAME, alpn: [], timeoutMs: 3000, ...options });
}

async function refuses(port: number, code: ErrorCode, words: RegExp, options: Partial<SecureOptions> = {}): Promise<void> {
  await assert.rejects(secure(port, options), (error) => {
    assert.ok(error instanceof InterlockError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, words);
    return true;
  });
}

const leaf = (request: Partial<Request> = {}): Promise<Issued> => make({ name: 'leaf', issuer: root, names: [NAME], ...request });
const shown = (issued: Issued, ...chain: readonly Issued[]): TlsOptions => ({ key: issued.keyPem, cert: [issued, ...chain].map((one) => one.certPem).join('') });

describe('accepts', () => {
  it('a leaf of a trusted root, and says which protocol was chosen', async () => {
    const { port, accepted } = await serve({ ...shown(await leaf()), ALPNProtocols: ['h2', 'http/1.1'] });
    const socket = await secure(port, { alpn: ['h2', 'http/1.1'] });
    assert.equal(socket.alpnProtocol, 'h2');
    assert.equal(socket.authorized, true);
    assert.equal((await accepted).servername, NAME);
    socket.destroy();
  });

  it('a wildcard, an RSA-2048 leaf, an intermediate that is sent along', async () => {
    const intermediate = await make({ name: 'Intermediate', issuer: root, ca: true, pathLength: 0 });
    const good = [
      shown(await leaf({ names: ['*.example.test'] })),
      shown(await leaf({ issuer: rsaRoot, rsaBits: 2048 })),
      shown(await leaf({ issuer: intermediate }), intermediate),
    ];
    for (const options of good) (await secure((await serve(options)).port)).destroy();
  });

  it('an IP literal by its address in the certificate, and sends no server name', async () => {
    for (const address of ['127.0.0.1', '::1']) {
      const { port, accepted } = await serve(shown(await leaf({ names: [address] })));
      const socket = await secure(port, { servername: address });
      assert.equal((await accepted).servername, false);
      socket.destroy();
    }
  });

  it('every TLS version from 1.2 up', async () => {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const { port } = await serve({ ...shown(await leaf()), minVersion: version, maxVersion: version });
      const socket = await secure(port);
      assert.equal(socket.getProtocol(), version);
      socket.destroy();
    }
  });
});

describe('refuses a certificate (E1)', () => {
  const now = Date.now();
  const cases: ReadonlyArray<readonly [string, () => Promise<TlsOptions>, RegExp]> = [
    ['that has expired', async () => shown(await leaf({ notBefore: now - 9 * DAY_MS, notAfter: now - DAY_MS })), /expired/],
    ['that is not valid yet', async () => shown(await leaf({ notBefore: now + DAY_MS, notAfter: now + 9 * DAY_MS })), /not valid yet/],
    ['for another host, listing its names', async () => shown(await leaf({ names: ['other.test', '*.other.test'] })), /another name: other\.test, \*\.other\.test/],
    ['for a parent domain wildcard', async () => shown(await leaf({ names: ['*.test'] })), /another name/],
    ['for part of a label', async () => shown(await leaf({ names: ['a*.example.test'] })), /another name/],
    ['that is self-signed', async () => shown(await make({ name: NAME, issuer: null, names: [NAME] })), /self-signed/],
    ['of an untrusted root', async () => shown(await leaf({ issuer: stranger }), stranger), /untrusted issuer/],
    ['whose intermediate is missing', async () => shown(await leaf({ issuer: await make({ name: 'I', issuer: root, ca: true }) })), /untrusted issuer/],
    ['whose intermediate has expired', async () => chain({ notBefore: now - 9 * DAY_MS, notAfter: now - DAY_MS }), /expired/],
    ['whose issuer is no CA', async () => chain({ ca: false, usages: [] }), /key usage/],
    ['beyond a path length', async () => overlong(), /path length/],
    ['outside a name constraint', async () => chain({ extra: [permittedDomain('allowed.test')] }), /name constraints/],
    ['for TLS clients', async () => shown(await leaf({ usages: [USAGE.clientAuth] })), /key usage/],
    ['for code signing', async () => shown(await leaf({ usages: [USAGE.codeSigning] })), /key usage/],
  ];
  for (const [what, options, words] of cases) {
    it(what, async () => refuses((await serve(await options())).port, 'UPSTREAM_CERTIFICATE', words));
  }

  it('for a name, when an IP literal was asked for', async () => {
    const { port } = await serve(shown(await leaf({ names: ['localhost', '127.0.0.2'] })));
    await refuses(port, 'UPSTREAM_CERTIFICATE', /another name: localhost, 127\.0\.0\.2/, { servername: '127.0.0.1' });
  });

  it('whose names try to write into the message', async () => {
    const { port } = await serve(shown(await leaf({ names: ['a.test\r\nX: y', ...Array.from({ length: 50 }, (_, index) => `n${index}.test`)] })));
    await assert.rejects(secure(port), (error) => error instanceof Error && /another name: [A-Za-z0-9.:*_?, -]+$/.test(error.message) && error.message.length < 600);
  });
});

describe('refuses what is weak (E2)', () => {
  it('a certificate with a common name only', async () => {
    const { port } = await serve(shown(await leaf({ name: NAME, names: [] })));
    await refuses(port, 'UPSTREAM_CERTIFICATE', /no subject alternative name/);
  });

  it('a matching common name beside alternative names of other kinds', async () => {
    for (const names of [['127.0.0.1'], ['admin@example.test']]) {
      const { port } = await serve(shown(await leaf({ name: NAME, names })));
      await refuses(port, 'UPSTREAM_CERTIFICATE', /another name/);
    }
  });

  it('an RSA-1024 key', async () => {
    const { port } = await serve(shown(await leaf({ issuer: rsaRoot, rsaBits: 1024 })));
    await refuses(port, 'UPSTREAM_CERTIFICATE', /key .*too weak/);
  });

  it('an RSA-512 key, with the key exchange that it is long enough for', async () => {
    const { port } = await serve({ ...byOpenssl('512', 'sha256'), ciphers: 'AES128-SHA:@SECLEVEL=0', maxVersion: 'TLSv1.2' });
    await refuses(port, 'UPSTREAM_CERTIFICATE', /key .*too weak/);
  });

  it('SHA-1 and MD5 signatures', async () => {
    for (const digest of ['sha1', 'md5']) await refuses((await serve(byOpenssl('2048', digest))).port, 'UPSTREAM_CERTIFICATE', /hash .*too weak/);
  });

  it('TLS 1.0 and 1.1', async () => {
    const { port } = await serve({ ...shown(await leaf()), minVersion: 'TLSv1', maxVersion: 'TLSv1.1' });
    await refuses(port, 'UPSTREAM_PROTOCOL', /older than 1\.2/);
  });

  it('NULL and anonymous ciphers', async () => {
    for (const ciphers of ['NULL-SHA256:@SECLEVEL=0', 'AECDH-AES256-SHA:@SECLEVEL=0']) {
      const { port } = await serve({ ...shown(await leaf({ issuer: rsaRoot, rsaBits: 2048 })), ciphers, maxVersion: 'TLSv1.2' });
      await refuses(port, 'UPSTREAM_PROTOCOL', /share no cipher/);
    }
  });
});

describe('tells failures of the protocol apart', () => {
  const tcp = (onConnection: (socket: Socket) => void): Promise<number> =>
    listen(createTcpServer((socket) => {
      socket.on('error', () => {});
      onConnection(socket);
    }));

  it('an upstream that does not speak TLS', async () => {
    await refuses(await tcp((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')), 'UPSTREAM_PROTOCOL', /does not speak TLS/);
  });

  it('one that hangs up, or resets', async () => {
    await refuses(await tcp((socket) => void socket.end()), 'UPSTREAM_CLOSED', /closed/);
    await refuses(await tcp((socket) => void socket.once('data', () => socket.resetAndDestroy())), 'UPSTREAM_CLOSED', /closed/);
  });

  it('one that never answers', async () => {
    await refuses(await tcp(() => {}), 'UPSTREAM_TIMEOUT', /longer than 0\.1 s/, { timeoutMs: 100 });
  });

  it('a socket that is gone already', async () => {
    const socket = connect(await tcp(() => {}), '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
    await assert.rejects(trust.secure(socket, { servername: NAME, alpn: [], timeoutMs: 1000 }), InterlockError);
  });

  it('one that speaks none of the protocols offered', async () => {
    const { port } = await serve({ ...shown(await leaf()), ALPNProtocols: ['spdy/1'] });
    await refuses(port, 'UPSTREAM_PROTOCOL', /ALPN/, { alpn: ['h2'] });
  });

  it('and leaves no open socket behind', async () => {
    const { port } = await serve(shown(await leaf({ names: ['other.test'] })));
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    await assert.rejects(trust.secure(socket, { servername: NAME, alpn: [], timeoutMs: 1000 }));
    assert.equal(socket.destroyed, true);
  });

  it('survives an error after the handshake that nobody listens for', async () => {
    const { port, accepted } = await serve(shown(await leaf()));
    const socket = await secure(port);
    await accepted;
    [...sockets].at(-1)?.resetAndDestroy();
    await new Promise((resolve) => socket.on('close', resolve));
  });
});

describe('the certificates of the operator', () => {
  it('shows the client certificate to its host only', async () => {
    const client = await make({ name: 'Interlock', issuer: root, usages: [USAGE.clientAuth] });
    const files = { cert: join(folder, 'client.pem'), key: join(folder, 'client-key.pem') };
    writeFileSync(files.cert, client.certPem);
    writeFileSync(files.key, client.keyPem);
    const both = createUpstreamTrust({ caFiles: [join(folder, 'roots.pem')], clientCerts: { [NAME]: files, 'b.test:9443': files } });
    const { port } = await serve({ ...shown(await leaf({ names: [NAME, 'b.test', 'c.test'] })), ca: root.certPem, requestCert: true, rejectUnauthorized: false, maxVersion: 'TLSv1.2' });
    const shows = async (servername: string, clientCertHost: string): Promise<boolean> => {
      const socket = await secure(port, { servername, clientCertHost }, both);
      const certificate = socket.getX509Certificate();
      socket.destroy();
      return certificate !== undefined;
    };
    assert.equal(await shows(NAME, `${NAME}:443`), true);
    assert.equal(await shows('b.test', 'b.test:9443'), true);
    assert.equal(await shows('b.test', 'b.test:443'), false);
    assert.equal(await shows('c.test', 'c.test:443'), false);
  });

  it('names a file that cannot be used', () => {
    const junk = join(folder, 'junk.pem');
    writeFileSync(junk, 'nothing');
    const broken = join(folder, 'broken.pem');
    writeFileSync(broken, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    for (const file of [junk, broken, join(folder, 'absent.pem')]) {
      const named = (error: unknown): boolean => error instanceof InterlockError && error.code === 'CONFIG_INVALID' && error.message.includes(file);
      assert.throws(() => createUpstreamTrust({ caFiles: [file], clientCerts: {} }), named);
      assert.throws(() => createUpstreamTrust({ caFiles: [], clientCerts: { 'a.test': { cert: file, key: file } } }), named);
    }
  });
});

async function chain(between: Partial<Request>): Promise<TlsOptions> {
  const intermediate = await make({ name: 'Between', issuer: root, ca: true, ...between });
  return shown(await leaf({ issuer: intermediate }), intermediate);
}

async function overlong(): Promise<TlsOptions> {
  const upper = await make({ name: 'Upper', issuer: root, ca: true, pathLength: 0 });
  const lower = await make({ name: 'Lower', issuer: upper, ca: true });
  return shown(await leaf({ issuer: lower }), lower, upper);
}

/** What WebCrypto refuses to make. */
function byOpenssl(bits: string, digest: string): TlsOptions {
  const file = (name: string): string => join(folder, `${name}-${bits}-${digest}.pem`);
  const openssl = (...args: string[]): unknown => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  writeFileSync(file('ca'), rsaRoot.certPem);
  writeFileSync(file('ca-key'), rsaRoot.keyPem);
  writeFileSync(file('ext'), `subjectAltName=DNS:${NAME}\nbasicConstraints=critical,CA:FALSE\n`);
  openssl('genrsa', '-out', file('key'), bits);
  openssl('req', '-new', '-key', file('key'), '-subj', '/CN=weak', '-out', file('csr'));
  openssl('x509', '-req', '-in', file('csr'), '-CA', file('ca'), '-CAkey', file('ca-key'), '-set_serial', '77', `-${digest}`, '-days', '1', '-extfile', file('ext'), '-out', file('cert'));
  return { key: readFileSync(file('key')), cert: readFileSync(file('cert')) };
}
