// One way out: checked addresses only, verified names only, with or without a parent proxy.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import type { Address } from '../../src/config/config.ts';
import { InterlockError, type ErrorCode } from '../../src/errors.ts';
import { createAddressGuard } from '../../src/forward/address-guard.ts';
import { createDialer, type Dialer } from '../../src/forward/dialer.ts';
import { createResolver, type Lookup } from '../../src/forward/resolver.ts';
import { createUpstreamTrust, type UpstreamTrust } from '../../src/tls/upstream-trust.ts';
import { make, type Issued } from '../tls/certificate-maker.ts';

const folder = mkdtempSync(join(tmpdir(), 'interlock-dialer-'));
const servers: Server[] = [];
const sockets = new Set<Socket>();
let trust: UpstreamTrust;
let leaf: Issued;

before(async () => {
  const root = await make({ name: 'Root', issuer: null, ca: true });
  leaf = await make({ name: 'leaf', issuer: root, names: ['a.test', 'localhost', '127.0.0.1'] });
  writeFileSync(join(folder, 'root.pem'), root.certPem);
  trust = createUpstreamTrust({ caFiles: [join(folder, 'root.pem')], clientCerts: {} });
});

after(() => {
  for (const server of servers) server.close();
  for (const socket of sockets) socket.destroy();
  rmSync(folder, { recursive: true, force: true });
});

interface Setup {
  readonly hosts?: Readonly<Record<string, Address>>;
  readonly allowAddresses?: readonly string[];
  readonly own?: readonly Address[];
  readonly names?: Readonly<Record<string, readonly string[]>>;
  readonly parentProxy?: string;
  readonly connectTimeoutMs?: number;
}

function dialer(setup: Setup): Dialer {
  const { hosts = {}, allowAddresses = [], own = [], names = {}, parentProxy = null, connectTimeoutMs = 2000 } = setup;
  const lookup: Lookup = (host) => Promise.resolve((names[host] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
  return createDialer({ resolver: createResolver({ hosts, lookup }), guard: createAddressGuard({ allowAddresses, own }), trust, parentProxy, connectTimeoutMs });
}

async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
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
const tlsEcho = (protocols: string[] = ['h2', 'http/1.1']): Promise<number> =>
  listen(createTlsServer({ key: leaf.keyPem, cert: leaf.certPem, ALPNProtocols: protocols }, (socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
  }));

const coded = (code: ErrorCode, words: RegExp, never = /hunter2/) => (error: unknown): boolean => {
  assert.ok(error instanceof InterlockError, String(error));
  assert.equal(error.code, code, error.message);
  assert.match(error.message, words);
  assert.doesNotMatch(`${error.message} ${error.hint ?? ''} ${String(error.cause)}`, never);
  return true;
};

async function echoes(socket: Socket): Promise<boolean> {
  socket.write('ping');
  const [answer] = await once(socket, 'data');
  socket.destroy();
  return String(answer) === 'ping';
}

describe('the dialer', () => {
  it('reaches a pinned name over TLS, verified for the name, and tells the protocol', async () => {
    const port = await tlsEcho();
    const dialed = await dialer({ hosts: { 'a.test': { host: '127.0.0.1', port } } }).dial({ host: 'a.test', port: 443 }, { secure: true, alpn: ['h2', 'http/1.1'] });
    assert.equal(dialed.protocol, 'h2');
    assert.equal(dialed.address, '127.0.0.1');
    assert.equal(await echoes(dialed.socket), true);
  });

  it('reaches an IP literal, and plain TCP', async () => {
    const port = await tlsEcho();
    const allowing = dialer({ allowAddresses: ['127.0.0.0/8'] });
    const secured = await allowing.dial({ host: '127.0.0.1', port }, { secure: true, alpn: [] });
    assert.equal(secured.protocol, null);
    assert.equal(await echoes(secured.socket), true);
    const plain = await allowing.dial({ host: '127.0.0.1', port: await listen(createTcpServer((socket) => socket.pipe(socket))) }, { secure: false, alpn: [] });
    assert.equal(plain.protocol, null);
    assert.equal(await echoes(plain.socket), true);
  });

  it('verifies the name that was asked for and not the place that it is pinned to', async () => {
    const port = await tlsEcho();
    const pinned = dialer({ hosts: { 'b.test': { host: '127.0.0.1', port } } });
    await assert.rejects(pinned.dial({ host: 'b.test', port: 443 }, { secure: true, alpn: [] }), coded('UPSTREAM_CERTIFICATE', /b\.test.*another name: a\.test, localhost/));
  });

  it('goes on to the next address when one does not answer', async () => {
    const port = await tlsEcho();
    const several = dialer({ allowAddresses: ['127.0.0.0/8', '::1/128'], names: { 'a.test': ['::1', '127.0.0.2', '127.0.0.1'] } });
    const dialed = await several.dial({ host: 'a.test', port }, { secure: true, alpn: [] });
    assert.equal(dialed.address, '127.0.0.1');
    dialed.socket.destroy();
  });

  it('says what failed', async () => {
    const closed = createTcpServer();
    const port = await listen(closed);
    await new Promise((resolve) => closed.close(resolve));
    const allowing = dialer({ allowAddresses: ['127.0.0.0/8'] });
    await assert.rejects(allowing.dial({ host: '127.0.0.1', port }, { secure: true, alpn: [] }), coded('CONNECT_FAILED', /cannot connect to 127\.0\.0\.1:\d+: the connection was refused/));
    await assert.rejects(allowing.dial({ host: 'nowhere.test', port }, { secure: true, alpn: [] }), coded('RESOLVE_FAILED', /nowhere\.test/));
    const silent = await listen(createTcpServer(() => {}));
    const hurried = dialer({ allowAddresses: ['127.0.0.0/8'], connectTimeoutMs: 80 });
    await assert.rejects(hurried.dial({ host: '127.0.0.1', port: silent }, { secure: true, alpn: [] }), coded('UPSTREAM_TIMEOUT', /handshake/));
  });
});

describe('the dialer refuses', () => {
  it('a name when any of its addresses is not public, before it connects to one (A10)', async () => {
    let connections = 0;
    const port = await listen(createTcpServer(() => (connections += 1)));
    const mixes = [['127.0.0.1', '10.0.0.1'], ['10.0.0.1', '127.0.0.1'], ['127.0.0.1', '::ffff:10.0.0.1'], ['127.0.0.1', 'fd00:ec2::254']];
    for (const addresses of mixes) {
      const mixed = dialer({ allowAddresses: ['127.0.0.0/8'], names: { 'a.test': addresses } });
      await assert.rejects(mixed.dial({ host: 'a.test', port }, { secure: false, alpn: [] }), coded('ADDRESS_DENIED', /./));
    }
    assert.equal(connections, 0);
  });

  it('a name whose answer changes to a private address between two connections (A11)', async () => {
    const port = await listen(createTcpServer(() => {}));
    const answers = ['127.0.0.1', '10.0.0.1'];
    const lookup: Lookup = () => Promise.resolve([{ address: answers.shift() ?? '10.0.0.1', family: 4 }]);
    const rebound = createDialer({ resolver: createResolver({ hosts: {}, lookup }), guard: createAddressGuard({ allowAddresses: ['127.0.0.0/8'], own: [] }), trust, parentProxy: null, connectTimeoutMs: 500 });
    (await rebound.dial({ host: 'a.test', port }, { secure: false, alpn: [] })).socket.destroy();
    assert.equal(answers.length, 1, 'one look-up a connection');
    await assert.rejects(rebound.dial({ host: 'a.test', port }, { secure: false, alpn: [] }), coded('ADDRESS_DENIED', /10\.0\.0\.1/));
  });

  it('loopback, metadata and our own listener', async () => {
    const port = await listen(createTcpServer(() => {}));
    await assert.rejects(dialer({}).dial({ host: '127.0.0.1', port }, { secure: false, alpn: [] }), coded('ADDRESS_DENIED', /loopback.*upstream\.allowAddresses/));
    await assert.rejects(dialer({}).dial({ host: 'metadata.google.internal', port: 80 }, { secure: false, alpn: [] }), coded('ADDRESS_DENIED', /metadata/));
    const own = [{ host: '127.0.0.1', port }];
    const pinned = dialer({ own, hosts: { 'a.test': { host: '127.0.0.1', port } } });
    await assert.rejects(pinned.dial({ host: 'a.test', port: 443 }, { secure: false, alpn: [] }), coded('ADDRESS_DENIED', /own listeners/));
  });
});

describe('through a parent proxy', () => {
  const seen: string[] = [];

  /** A CONNECT proxy that answers with `head` and then joins the tunnel to `to`, or says `early` itself. */
  async function startParent(to: number | null, head = 'HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n', options: { secure?: true; early?: string } = {}): Promise<number> {
    const { connect } = await import('node:net');
    const serve = (socket: Socket): void => {
      socket.on('error', () => {});
      socket.once('data', (request) => {
        seen.push(request.toString());
        if (to === null) return void socket.write(head + (options.early ?? ''));
        const upstream = connect(to, '127.0.0.1', () => {
          socket.write(head);
          socket.pipe(upstream).pipe(socket);
        });
        upstream.on('error', () => {});
      });
    };
    return listen(options.secure === true ? createTlsServer({ key: leaf.keyPem, cert: leaf.certPem }, serve) : createTcpServer(serve));
  }

  const parentAt = (port: number, scheme = 'http'): Setup => ({ parentProxy: `${scheme}://user:hunter2@localhost:${port}`, names: { localhost: ['127.0.0.1'] } });

  it('asks for the name, with the credentials, and verifies the target end to end', async () => {
    for (const secure of [undefined, true] as const) {
      const port = await startParent(await tlsEcho(), undefined, secure === undefined ? {} : { secure });
      const dialed = await dialer(parentAt(port, secure ? 'https' : 'http')).dial({ host: 'a.test', port: 443 }, { secure: true, alpn: ['http/1.1'] });
      assert.equal(dialed.protocol, 'http/1.1');
      assert.equal(seen.at(-1), `CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\nProxy-Authorization: Basic ${btoa('user:hunter2')}\r\n\r\n`);
      assert.equal(await echoes(dialed.socket), true);
    }
  });

  it('carries plain TCP, and loses nothing that the target says first', async () => {
    const port = await startParent(null, undefined, { early: 'SSH-2.0-x\r\n' });
    const { socket } = await dialer(parentAt(port)).dial({ host: 'a.test', port: 22 }, { secure: false, alpn: [] });
    const [greeting] = await once(socket, 'data');
    assert.equal(String(greeting), 'SSH-2.0-x\r\n');
    socket.destroy();
  });

  it('still checks literals, pins and metadata names here', async () => {
    const port = await startParent(null);
    const before = seen.length;
    const refused = dialer({ ...parentAt(port), hosts: { 'm.test': { host: '169.254.169.254', port: 80 } } });
    for (const host of ['10.0.0.1', '::1', 'm.test', 'metadata.google.internal']) {
      await assert.rejects(refused.dial({ host, port: 443 }, { secure: false, alpn: [] }), coded('ADDRESS_DENIED', /./));
    }
    assert.equal(seen.length, before);
    const pinned = dialer({ ...parentAt(port), hosts: { 'a.test': { host: '10.0.0.9', port: 8443 } } });
    (await pinned.dial({ host: 'a.test', port: 443 }, { secure: false, alpn: [] })).socket.destroy();
    assert.match(seen.at(-1) ?? '', /^CONNECT 10\.0\.0\.9:8443 /);
  });

  it('never goes through itself', async () => {
    const port = await startParent(null);
    const looping = dialer({ ...parentAt(port), own: [{ host: '127.0.0.1', port }], allowAddresses: ['0.0.0.0/0'] });
    await assert.rejects(looping.dial({ host: 'a.test', port: 443 }, { secure: false, alpn: [] }), coded('ADDRESS_DENIED', /own listeners/));
  });

  it('says what the parent said, and never the credentials', async () => {
    const cases = [
      ['HTTP/1.1 407 Proxy Authentication Required\r\n\r\n', 'CONNECT_FAILED', /localhost:\d+: it wants other credentials/],
      ['HTTP/1.1 403 hunter2\r\n\r\n', 'CONNECT_FAILED', /status 403/],
      ['SSH-2.0-OpenSSH\r\n\r\n', 'CONNECT_FAILED', /not HTTP/],
      ['HTTP/1.1 2000 x\r\n\r\n', 'CONNECT_FAILED', /not HTTP/],
      [`HTTP/1.1 200 OK\r\nX: ${'a'.repeat(20_000)}`, 'CONNECT_FAILED', /16384 bytes/],
      ['HTTP/1.1 200 OK\r\n', 'UPSTREAM_TIMEOUT', /no answer/],
    ] as const;
    for (const [head, code, words] of cases) {
      const through = dialer({ ...parentAt(await startParent(null, head)), connectTimeoutMs: 150 });
      await assert.rejects(through.dial({ host: 'a.test', port: 443 }, { secure: true, alpn: [] }), coded(code, words));
    }
    const hangsUp = await listen(createTcpServer((socket) => void socket.end()));
    await assert.rejects(dialer(parentAt(hangsUp)).dial({ host: 'a.test', port: 443 }, { secure: true, alpn: [] }), coded('UPSTREAM_CLOSED', /closed/));
  });

  it('is refused at start when it is no proxy URL, without repeating it', () => {
    for (const parentProxy of ['socks5://user:hunter2@p.test:1080', 'http://user:hunter2@', 'p.test:8080', '', 'http://user:%zz@hunter2:1']) {
      assert.throws(() => dialer({ parentProxy }), coded('CONFIG_INVALID', /upstream\.proxy/));
    }
  });
});
