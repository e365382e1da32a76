// Leaves as strict verifiers and real clients see them.

import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connect, createServer } from 'node:tls';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { InterlockError } from '../../src/errors.ts';
import { loadOrCreateAuthority, type Authority } from '../../src/tls/certificate-authority.ts';
import { createLeafIssuer, type Leaf, type LeafIssuer } from '../../src/tls/leaf.ts';
import { make } from './certificate-maker.ts';

const x509 = await import('@peculiar/x509');
const run = promisify(execFile);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LONG = `${'a'.repeat(60)}.${'b'.repeat(60)}.example.test`;
const HOSTS = [
  'api.example.test',
  'a',
  '_under_score.example.test',
  'xn--bcher-kva.example',
  '127.0.0.1',
  '::1',
  '2001:db8::1',
  'a'.repeat(63),
  `${'a'.repeat(60)}.com`,
  LONG,
];
const folder = mkdtempSync(join(tmpdir(), 'interlock-leaf-'));
let authority: Authority;
let issuer: LeafIssuer;

before(async () => {
  authority = await loadOrCreateAuthority(join(folder, 'certs'));
  issuer = createLeafIssuer(authority);
});

after(() => rmSync(folder, { recursive: true, force: true }));

function verifyStrictly(leaf: Leaf, caFile: string): void {
  const file = join(folder, 'leaf.pem');
  writeFileSync(file, leaf.cert);
  execFileSync('openssl', ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', caFile, file], { stdio: 'pipe' });
}

describe('a leaf', () => {
  for (const host of HOSTS) {
    it(`for ${host.slice(0, 30)} passes openssl verify -x509_strict`, () => verifyStrictly(issuer.issue(host), authority.caFile));
  }

  it('holds the host and nothing else, as an independent parser reads it', () => {
    for (const host of HOSTS) {
      const leaf = issuer.issue(host);
      const parsed = new x509.X509Certificate(leaf.cert);
      const names = parsed.getExtension(x509.SubjectAlternativeNameExtension)?.names.toJSON();
      const expected = new URL(`http://${host.includes(':') ? `[${host}]` : host}`).hostname.replace(/^\[|\]$/g, '');
      assert.equal(names?.length, 1);
      assert.equal(
        new X509Certificate(leaf.cert)[host.includes(':') || /^[\d.]+$/.test(host) ? 'checkIP' : 'checkHost'](expected),
        expected,
      );
      assert.deepEqual(parsed.getExtension(x509.BasicConstraintsExtension)?.ca, false);
      assert.equal(parsed.getExtension(x509.KeyUsagesExtension)?.usages, x509.KeyUsageFlags.digitalSignature);
      assert.deepEqual(
        [...(parsed.getExtension(x509.ExtendedKeyUsageExtension)?.usages ?? [])],
        [x509.ExtendedKeyUsage.serverAuth],
      );
      assert.deepEqual(
        [...parsed.extensions]
          .filter(({ critical }) => critical)
          .map(({ type }) => type)
          .slice(0, 2),
        ['2.5.29.19', '2.5.29.15'],
      );
    }
  });

  it('is signed by the CA with a key of its own, a random serial and days of life', () => {
    const [one, two] = [issuer.issue('a.test'), issuer.issue('a.test')];
    const cert = new X509Certificate(one.cert);
    assert.equal(cert.verify(authority.cert.publicKey), true);
    assert.equal(cert.checkIssued(authority.cert), true);
    assert.equal(cert.checkPrivateKey(authority.key), false);
    assert.equal(cert.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1');
    assert.equal(cert.serialNumber.length, 32);
    assert.notEqual(cert.serialNumber, new X509Certificate(two.cert).serialNumber);
    assert.equal(one.key, two.key);
    assert.notEqual(one.key, createLeafIssuer(authority).issue('a.test').key);
    assert.equal(cert.ca, false);
    assert.ok(one.notAfter - Date.now() > DAY_MS && one.notAfter - Date.now() < 14 * DAY_MS);
  });

  it('begins an hour ago, and never before or beyond its CA', () => {
    const end = authority.expiresAt.getTime();
    const begin = authority.cert.validFromDate.getTime();
    const at = (now: number): Leaf => createLeafIssuer(authority, () => now).issue('a.test');
    assert.equal(at(begin + 9 * DAY_MS).notBefore, begin + 9 * DAY_MS - HOUR_MS);
    assert.equal(at(begin + 60_000).notBefore, begin);
    assert.equal(at(end - DAY_MS).notAfter, end);
    assert.equal(new X509Certificate(at(end - DAY_MS).cert).validToDate.getTime(), end);
    assert.throws(
      () => at(end),
      (error) => error instanceof InterlockError && error.code === 'CA_INVALID',
    );
  });

  it('leaves the name to a critical SAN when it is over 64 characters', () => {
    const long = new x509.X509Certificate(issuer.issue(LONG).cert);
    assert.equal(long.subject, '');
    assert.equal(long.getExtension('2.5.29.17')?.critical, true);
    const short = new x509.X509Certificate(issuer.issue('a'.repeat(63)).cert);
    assert.equal(short.subject, `CN=${'a'.repeat(63)}`);
    assert.equal(short.getExtension('2.5.29.17')?.critical, false);
  });

  it('can be signed by an RSA CA of the operator', async () => {
    const own = await make({ name: 'Own', issuer: null, ca: true, rsaBits: 2048 });
    const certs = join(folder, 'own');
    await loadOrCreateAuthority(certs);
    writeFileSync(join(certs, 'ca.pem'), own.certPem);
    writeFileSync(join(certs, 'ca-key.pem'), own.keyPem);
    const leaf = createLeafIssuer(await loadOrCreateAuthority(certs)).issue('a.test');
    verifyStrictly(leaf, join(certs, 'ca.pem'));
  });
});

describe('input that is no canonical host (E6)', () => {
  const hostile = [
    "a',DNS:evil.test",
    'a\u0000.evil.test',
    'a,DNS:evil.test',
    '*.example.test',
    'A.test',
    'a.test.',
    '',
    ' ',
    'a'.repeat(64),
    'a.'.repeat(200),
    '127.1',
    '[::1]',
    '::0001',
    'fe80::1%eth0',
    'bücher.example',
    'a\r\nb',
  ];
  for (const host of hostile) {
    it(`${JSON.stringify(host.slice(0, 30))} gets no certificate`, () => {
      assert.throws(
        () => issuer.issue(host),
        (error) => error instanceof InterlockError && error.code === 'AUTHORITY_INVALID',
      );
    });
  }

  it('never yields a certificate for anything but itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (host) => {
        try {
          const names = new X509Certificate(issuer.issue(host).cert).subjectAltName;
          assert.match(names ?? '', /^(?:DNS|IP Address):[A-Za-z0-9._:-]+$/);
        } catch (error) {
          assert.ok(error instanceof InterlockError && error.code === 'AUTHORITY_INVALID');
        }
      }),
    );
  });
});

describe('real clients accept it', () => {
  /** Serves one leaf on loopback, and runs a client against it. */
  async function withServer(host: string, client: (port: number) => Promise<void>): Promise<void> {
    const leaf = issuer.issue(host);
    const server = createServer({ key: leaf.key, cert: leaf.cert }, (socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok'));
    });
    server.on('tlsClientError', () => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    await client((address satisfies AddressInfo).port).finally(() => server.close());
  }

  for (const host of ['localhost', '127.0.0.1', LONG]) {
    it(`Node, curl and Python, for ${host.slice(0, 20)}`, async () => {
      await withServer(host, async (port) => {
        const socket = connect({ host: '127.0.0.1', port, ca: authority.certPem, servername: host === '127.0.0.1' ? '' : host });
        await once(socket, 'secureConnect');
        assert.equal(socket.authorized, true);
        socket.destroy();
        const { stdout } = await run('curl', [
          '-sS',
          '--noproxy',
          '*',
          '--cacert',
          authority.caFile,
          '--connect-to',
          `::127.0.0.1:${port}`,
          `https://${host}:${port}/`,
        ]);
        assert.equal(stdout, 'ok');
        await run('python3', ['-c', PYTHON, authority.caFile, host, String(port)]);
      });
    });
  }
});

const PYTHON = `
import socket, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[1])
context.verify_flags |= ssl.VERIFY_X509_STRICT
with socket.create_connection(("127.0.0.1", int(sys.argv[3]))) as raw:
    with context.wrap_socket(raw, server_hostname=sys.argv[2]) as secured:
        assert secured.getpeercert()["subjectAltName"]
`;
