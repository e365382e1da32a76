// An upstream whose cryptography is too weak, or whose certificate names nobody, is refused like an impostor.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TlsOptions } from 'node:tls';
import { folder, leaf, NAME, refuses, rsaRoot, serve, shown } from './upstreams.ts';

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
    for (const digest of ['sha1', 'md5'])
      await refuses((await serve(byOpenssl('2048', digest))).port, 'UPSTREAM_CERTIFICATE', /hash .*too weak/);
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

/** What WebCrypto refuses to make. */
function byOpenssl(bits: string, digest: string): TlsOptions {
  const file = (name: string): string => join(folder, `${name}-${bits}-${digest}.pem`);
  const openssl = (...args: string[]): unknown => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  writeFileSync(file('ca'), rsaRoot.certPem);
  writeFileSync(file('ca-key'), rsaRoot.keyPem);
  writeFileSync(file('ext'), `subjectAltName=DNS:${NAME}\nbasicConstraints=critical,CA:FALSE\n`);
  openssl('genrsa', '-out', file('key'), bits);
  openssl('req', '-new', '-key', file('key'), '-subj', '/CN=weak', '-out', file('csr'));
  openssl(
    'x509',
    '-req',
    '-in',
    file('csr'),
    '-CA',
    file('ca'),
    '-CAkey',
    file('ca-key'),
    '-set_serial',
    '77',
    `-${digest}`,
    '-days',
    '1',
    '-extfile',
    file('ext'),
    '-out',
    file('cert'),
  );
  return { key: readFileSync(file('key')), cert: readFileSync(file('cert')) };
}
