// From another host: the CA comes through the proxy, is checked to be one, and is kept where only the caller writes.

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { remoteAccess } from '../../src/cli/remote-access.ts';
import { InterlockError } from '../../src/errors.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';

interface Proxy extends AsyncDisposable {
  readonly url: string;
  readonly seen: { target: string | undefined; authorization: string | undefined }[];
  readonly cache: string;
}

async function proxyThat(answer: (response: ServerResponse) => void): Promise<Proxy> {
  const seen: Proxy['seen'] = [];
  const server = createServer((request: IncomingMessage, response) => {
    seen.push({ target: request.url, authorization: request.headers['proxy-authorization'] });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const cache = mkdtempSync(join(tmpdir(), 'interlock-cache-'));
  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    cache,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(cache, { recursive: true });
    },
  };
}

const access = (proxy: Proxy, agent = 'bot'): ReturnType<typeof remoteAccess> =>
  remoteAccess({ agent, token: 'sesame', proxyUrl: proxy.url, env: { XDG_CACHE_HOME: proxy.cache } });

test('the CA is fetched as the agent and kept beside the system roots', async () => {
  await using ca = await createThrowawayCa();
  await using proxy = await proxyThat((response) => response.end(ca.certPem));
  const found = await access(proxy);
  const [request] = proxy.seen;
  assert.equal(request?.target, 'http://interlock.internal/ca.pem');
  assert.equal(Buffer.from(String(request?.authorization?.split(' ')[1]), 'base64').toString(), `${found.username}:sesame`);
  assert.match(found.username, /^bot~s[0-9a-f]{12}$/);
  assert.equal(found.proxyUrl, proxy.url);
  assert.equal(new X509Certificate(readFileSync(found.caFile)).ca, true);
  const bundle = readFileSync(found.caBundleFile, 'utf8');
  assert.ok(bundle.startsWith(ca.certPem.trimEnd()) && bundle.split('BEGIN CERTIFICATE').length > 20);
  assert.equal(statSync(dirname(found.caFile)).mode & 0o777, 0o700);
  assert.deepEqual(readdirSync(dirname(found.caFile)).toSorted(), ['ca-bundle.pem', 'ca.pem'], 'no half-written file is left');
});

test('over TLS the proxy is verified by its own name, not by the reserved one that is asked of it', async () => {
  await using ca = await createThrowawayCa();
  for (const [host, names, good] of [
    ['127.0.0.1', ['127.0.0.1'], true],
    ['localhost', ['localhost'], true],
    ['localhost', ['interlock.internal'], false],
  ] as const) {
    const leaf = await ca.issue([...names]);
    const server = createTlsServer({ key: leaf.keyPem, cert: leaf.certPem }, (_, response) => void response.end(ca.certPem));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    const cache = mkdtempSync(join(tmpdir(), 'interlock-cache-'));
    const trusted = getCACertificates('default');
    try {
      setDefaultCACertificates([ca.certPem]);
      const asked = remoteAccess({
        agent: 'bot',
        token: 'sesame',
        proxyUrl: `https://${host}:${address.port}`,
        env: { XDG_CACHE_HOME: cache },
      });
      if (good) assert.equal((await asked).proxyUrl, `https://${host}:${address.port}`);
      else await assert.rejects(asked, /does not match certificate/);
    } finally {
      setDefaultCACertificates(trusted);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(cache, { recursive: true });
    }
  }
});

test('a session may be named, else each call has its own', async () => {
  await using ca = await createThrowawayCa();
  await using proxy = await proxyThat((response) => response.end(ca.certPem));
  assert.equal((await access(proxy, 'bot~nightly')).username, 'bot~nightly');
  assert.notEqual((await access(proxy)).session, (await access(proxy)).session);
});

for (const [name, answer, code] of [
  ['a wrong token', (response: ServerResponse) => response.writeHead(407).end(), 'IDENTITY_REJECTED'],
  ['something that is no Interlock', (response: ServerResponse) => response.end('<html>'), 'UPSTREAM_PROTOCOL'],
  ['a refusal', (response: ServerResponse) => response.writeHead(403).end(), 'UPSTREAM_PROTOCOL'],
  ['an endless answer', (response: ServerResponse) => response.end('x'.repeat(100_000)), 'CONNECT_FAILED'],
  ['a hang-up', (response: ServerResponse) => response.destroy(), 'CONNECT_FAILED'],
] as const) {
  test(`${name} is told apart, and leaves no file`, async () => {
    await using proxy = await proxyThat(answer);
    await assert.rejects(
      access(proxy),
      (error) => error instanceof InterlockError && error.code === code && !error.message.includes('sesame'),
    );
    assert.deepEqual(readdirSync(proxy.cache), []);
  });
}

test('a leaf certificate is no CA', async () => {
  await using ca = await createThrowawayCa();
  const leaf = await ca.issue(['a.example']);
  await using proxy = await proxyThat((response) => response.end(leaf.certPem));
  await assert.rejects(access(proxy), /gave no CA certificate/);
});

test('a proxy URL is scheme, host and port, and no more', async () => {
  for (const proxyUrl of ['p:1', 'ftp://p', 'http://u:p@p:1', 'http://p/x', '']) {
    await assert.rejects(
      remoteAccess({ agent: 'a', token: 't', proxyUrl, env: {} }),
      (error) => error instanceof InterlockError && error.code === 'USAGE',
      proxyUrl,
    );
  }
});
