// What leaves repeat of their CA.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { InterlockError } from '../../src/errors.ts';
import { readIssuerIdentity } from '../../src/tls/issuer-identity.ts';
import { make } from './certificate-maker.ts';

it('is the subject octet for octet, and the key identifier', async () => {
  const ca = await make({ name: 'CA é', issuer: null, ca: true });
  const identity = readIssuerIdentity(new X509Certificate(ca.certPem));
  assert.deepEqual(identity.name, Buffer.from(ca.certificate.subjectName.toArrayBuffer()));
  assert.deepEqual(
    identity.keyIdentifier,
    Buffer.from(ca.certificate.getExtension('2.5.29.14')?.value ?? new ArrayBuffer(0)).subarray(2),
  );
});

it('is refused where there is no key identifier', () => {
  const folder = mkdtempSync(join(tmpdir(), 'interlock-issuer-'));
  try {
    const config = join(folder, 'openssl.cnf');
    writeFileSync(
      config,
      '[req]\ndistinguished_name=dn\nx509_extensions=ext\nprompt=no\n[dn]\nCN=Bare\n[ext]\nbasicConstraints=critical,CA:TRUE\nsubjectKeyIdentifier=none\n',
    );
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        join(folder, 'key.pem'),
        '-out',
        join(folder, 'ca.pem'),
        '-config',
        config,
      ],
      { stdio: 'pipe' },
    );
    const bare = new X509Certificate(readFileSync(join(folder, 'ca.pem')));
    assert.throws(
      () => readIssuerIdentity(bare),
      (error) => error instanceof InterlockError && error.code === 'CA_INVALID',
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
