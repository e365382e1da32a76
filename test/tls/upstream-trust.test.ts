// An upstream is only talked to when its certificate holds, and a failure says which part of it does not.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TlsOptions } from 'node:tls';
import { InterlockError } from '../../src/errors.ts';
import { createUpstreamTrust } from '../../src/tls/upstream-trust.ts';
import { make, permittedDomain, USAGE, type Request } from './certificate-maker.ts';
import {
  folder,
  leaf,
  listen,
  NAME,
  refuses,
  root,
  rootsFile,
  rsaRoot,
  secure,
  serve,
  shown,
  sockets,
  trust,
} from './upstreams.ts';

const DAY_MS = 86_400_000;

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
    [
      'that is not valid yet',
      async () => shown(await leaf({ notBefore: now + DAY_MS, notAfter: now + 9 * DAY_MS })),
      /not valid yet/,
    ],
    [
      'for another host, listing its names',
      async () => shown(await leaf({ names: ['other.test', '*.other.test'] })),
      /another name: other\.test, \*\.other\.test/,
    ],
    ['for a parent domain wildcard', async () => shown(await leaf({ names: ['*.test'] })), /another name/],
    ['for part of a label', async () => shown(await leaf({ names: ['a*.example.test'] })), /another name/],
    ['that is self-signed', async () => shown(await make({ name: NAME, issuer: null, names: [NAME] })), /self-signed/],
    ['of an untrusted root', stranger, /untrusted issuer/],
    [
      'whose intermediate is missing',
      async () => shown(await leaf({ issuer: await make({ name: 'I', issuer: root, ca: true }) })),
      /untrusted issuer/,
    ],
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
    const { port } = await serve(
      shown(await leaf({ names: ['a.test\r\nX: y', ...Array.from({ length: 50 }, (_, index) => `n${index}.test`)] })),
    );
    await assert.rejects(
      secure(port),
      (error) =>
        error instanceof Error && /another name: [A-Za-z0-9.:*_?, -]+$/.test(error.message) && error.message.length < 600,
    );
  });
});

describe('tells failures of the protocol apart', () => {
  const tcp = (onConnection: (socket: Socket) => void): Promise<number> =>
    listen(
      createTcpServer((socket) => {
        socket.on('error', () => {});
        onConnection(socket);
      }),
    );

  it('an upstream that does not speak TLS', async () => {
    await refuses(
      await tcp((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
      'UPSTREAM_PROTOCOL',
      /does not speak TLS/,
    );
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
    await assert.rejects(trust.secure(socket, { servername: NAME, alpn: [], timeoutMs: 60_000 }), InterlockError);
  });

  it('one that speaks none of the protocols offered', async () => {
    const { port } = await serve({ ...shown(await leaf()), ALPNProtocols: ['spdy/1'] });
    await refuses(port, 'UPSTREAM_PROTOCOL', /ALPN/, { alpn: ['h2'] });
  });

  it('and leaves no open socket behind', async () => {
    const { port } = await serve(shown(await leaf({ names: ['other.test'] })));
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    await assert.rejects(trust.secure(socket, { servername: NAME, alpn: [], timeoutMs: 60_000 }));
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
    const both = createUpstreamTrust({
      caFiles: [rootsFile],
      clientCerts: { [NAME]: files, 'b.test:9443': files },
    });
    const { port } = await serve({
      ...shown(await leaf({ names: [NAME, 'b.test', 'c.test'] })),
      ca: root.certPem,
      requestCert: true,
      // In TLS 1.3 a client learns of its refusal only after the handshake.
      maxVersion: 'TLSv1.2',
    });
    const accepts = async (servername: string, clientCertHost: string): Promise<void> =>
      void (await secure(port, { servername, clientCertHost }, both)).destroy();
    await accepts(NAME, `${NAME}:443`);
    await accepts('b.test', 'b.test:9443');
    for (const servername of ['b.test', 'c.test']) {
      await assert.rejects(accepts(servername, `${servername}:443`), /wants a client certificate|upstream\.clientCerts/);
    }
  });

  it('names a file that cannot be used', () => {
    const junk = join(folder, 'junk.pem');
    writeFileSync(junk, 'nothing');
    const broken = join(folder, 'broken.pem');
    writeFileSync(broken, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    for (const file of [junk, broken, join(folder, 'absent.pem')]) {
      const named = (error: unknown): boolean =>
        error instanceof InterlockError && error.code === 'CONFIG_INVALID' && error.message.includes(file);
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

async function stranger(): Promise<TlsOptions> {
  const unknown = await make({ name: 'Nobody knows', issuer: null, ca: true });
  return shown(await leaf({ issuer: unknown }), unknown);
}
