// Which names a certificate is for: its alternative names, and never its common name.

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { it } from 'node:test';
import { checkIdentity } from '../../src/tls/upstream-identity.ts';
import { make } from './certificate-maker.ts';

async function verdict(servername: string, names: readonly string[], commonName = 'x'): Promise<string | null> {
  const { certPem } = await make({ name: commonName, issuer: null, names });
  return checkIdentity(servername, new X509Certificate(certPem))?.message ?? null;
}

it('accepts exact names, one-label wildcards and addresses', async () => {
  for (const [servername, name] of [
    ['a.test', 'a.test'],
    ['a.test', 'A.TEST'],
    ['x.a.test', '*.a.test'],
    ['127.0.0.1', '127.0.0.1'],
    ['2001:db8::1', '2001:db8:0::1'],
    ['_s.a.test', '_s.a.test'],
  ] as const) {
    assert.equal(await verdict(servername, [name]), null, `${servername} by ${name}`);
  }
});

it('refuses everything near', async () => {
  const near = [
    ['a.test', 'b.test'],
    ['a.test', '*.test'],
    ['x.y.a.test', '*.a.test'],
    ['a.test', '*.a.test'],
    ['xa.a.test', 'x*.a.test'],
    ['127.0.0.1', '127.0.0.2'],
    ['a.test', '*'],
    ['x.a.test', '.a.test'],
  ] as const;
  for (const [servername, name] of near)
    assert.match((await verdict(servername, [name])) ?? 'accepted', /another name/, `${servername} by ${name}`);
});

it('never looks at the common name', async () => {
  assert.match((await verdict('a.test', [], 'a.test')) ?? 'accepted', /no subject alternative name/);
  assert.match((await verdict('a.test', ['127.0.0.1'], 'a.test')) ?? 'accepted', /another name: 127\.0\.0\.1/);
  assert.match((await verdict('127.0.0.1', ['a.test'], '127.0.0.1')) ?? 'accepted', /another name: a\.test/);
});

it('shows a bounded list of names', async () => {
  const message =
    (await verdict(
      'a.test',
      Array.from({ length: 40 }, (_, index) => `n${index}.test`),
    )) ?? '';
  assert.match(message, /n7\.test and 32 more$/);
});
