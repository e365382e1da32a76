// The CA on disk: made once, hard to steal, whole or not at all.

import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { InterlockError, type ErrorCode } from '../../src/errors.ts';
import { daysLeft, loadOrCreateAuthority } from '../../src/tls/certificate-authority.ts';
import { make } from './certificate-maker.ts';

const DAY_MS = 86_400_000;
const folders: string[] = [];

after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'interlock-certs-'));
  folders.push(folder);
  return folder;
}

/** A folder that does not exist yet. */
const newCerts = (): string => join(newFolder(), 'certs');

const mode = (path: string): number => statSync(path).mode & 0o777;

async function throwsNaming(code: ErrorCode, words: string, promise: Promise<unknown>): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof InterlockError, String(error));
    assert.equal(error.code, code);
    assert.ok(error.message.includes(words), `${error.message} does not say ${words}`);
    return true;
  });
}

describe('on first run', () => {
  it('makes a P-256 CA that may only issue leaves', async () => {
    const certs = newCerts();
    const authority = await loadOrCreateAuthority(certs);
    assert.equal(authority.created, true);
    assert.equal(authority.caFile, join(certs, 'ca.pem'));
    assert.equal(authority.caBundleFile, join(certs, 'ca-bundle.pem'));
    const text = execFileSync('openssl', ['x509', '-in', authority.caFile, '-noout', '-text']).toString();
    for (const words of [
      /CA:TRUE, pathlen:0/,
      /Basic Constraints: critical/,
      /Key Usage: critical\s+Certificate Sign, CRL Sign\s/,
      /Subject Key Identifier/,
      /prime256v1/,
    ])
      assert.match(text, words);
    assert.ok(authority.cert.serialNumber.length >= 31, 'the serial is random and long');
    assert.ok(daysLeft(authority.expiresAt) > 365 && daysLeft(authority.expiresAt) <= 3650);
    assert.ok(authority.cert.validFromDate.getTime() < Date.now());
    execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', authority.caFile, authority.caFile]);
  });

  it('gives every CA its own name and key', async () => {
    const one = await loadOrCreateAuthority(newCerts());
    const two = await loadOrCreateAuthority(newCerts());
    assert.notEqual(one.cert.subject, two.cert.subject);
    assert.notEqual(one.cert.serialNumber, two.cert.serialNumber);
    assert.notDeepEqual(one.key.export({ type: 'pkcs8', format: 'der' }), two.key.export({ type: 'pkcs8', format: 'der' }));
  });

  it('keeps the key to its owner and lets others read the certificate, whatever the umask', async () => {
    for (const umask of [0o000, 0o077]) {
      const before = process.umask(umask);
      try {
        const certs = newCerts();
        const authority = await loadOrCreateAuthority(certs);
        assert.equal(mode(join(certs, 'ca-key.pem')), 0o600);
        assert.equal(mode(authority.caFile), 0o644);
        assert.equal(mode(authority.caBundleFile), 0o644);
        assert.equal(mode(certs), 0o755);
        assert.deepEqual(readdirSync(certs).toSorted(), ['ca-bundle.pem', 'ca-key.pem', 'ca.pem']);
      } finally {
        process.umask(before);
      }
    }
  });

  it('writes a bundle of our CA and the public roots', async () => {
    const authority = await loadOrCreateAuthority(newCerts());
    const blocks =
      readFileSync(authority.caBundleFile, 'latin1').match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
    assert.ok(blocks.length > 50);
    assert.equal(new X509Certificate(blocks[0] ?? '').fingerprint256, authority.cert.fingerprint256);
    assert.ok(!readFileSync(authority.caBundleFile, 'latin1').includes('PRIVATE KEY'));
  });

  it('leaves one whole pair when several processes start at once', async () => {
    const certs = newCerts();
    const script = `import { loadOrCreateAuthority } from ${JSON.stringify(new URL('../../src/tls/certificate-authority.ts', import.meta.url).href)};
      const authority = await loadOrCreateAuthority(${JSON.stringify(certs)});
      process.stdout.write(authority.created + ' ' + authority.cert.fingerprint256);`;
    const start = async (): Promise<string> =>
      (await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])).stdout;
    const answers = await Promise.all([start(), start(), start(), start()]);
    assert.equal(answers.filter((answer) => answer.startsWith('true')).length, 1);
    assert.equal(new Set(answers.map((answer) => answer.split(' ')[1])).size, 1);
    assert.deepEqual(readdirSync(certs).toSorted(), ['ca-bundle.pem', 'ca-key.pem', 'ca.pem']);
  });

  it('leaves one whole pair when called at once', async () => {
    const certs = newCerts();
    const made = await Promise.all(Array.from({ length: 8 }, () => loadOrCreateAuthority(certs)));
    assert.equal(made.filter(({ created }) => created).length, 1);
    assert.equal(new Set(made.map(({ cert }) => cert.fingerprint256)).size, 1);
  });
});

describe('on later runs', () => {
  it('reads the same CA back', async () => {
    const certs = newCerts();
    const made = await loadOrCreateAuthority(certs);
    const read = await loadOrCreateAuthority(certs);
    assert.equal(read.created, false);
    assert.equal(read.certPem, made.certPem);
    assert.equal(mode(join(certs, 'ca-key.pem')), 0o600);
  });

  it('refuses a key that others may read, with the command that helps', async () => {
    for (const wide of [0o640, 0o604, 0o660, 0o620]) {
      const certs = newCerts();
      await loadOrCreateAuthority(certs);
      chmodSync(join(certs, 'ca-key.pem'), wide);
      await throwsNaming('KEY_EXPOSED', `chmod 600 ${join(certs, 'ca-key.pem')}`, loadOrCreateAuthority(certs));
    }
  });

  it('takes a key of mode 0400', async () => {
    const certs = newCerts();
    await loadOrCreateAuthority(certs);
    chmodSync(join(certs, 'ca-key.pem'), 0o400);
    assert.equal((await loadOrCreateAuthority(certs)).created, false);
  });

  it('names the one of the pair that is missing, and makes nothing', async () => {
    for (const [gone, kept] of [
      ['ca.pem', 'ca-key.pem'],
      ['ca-key.pem', 'ca.pem'],
    ] as const) {
      const certs = newCerts();
      await loadOrCreateAuthority(certs);
      unlinkSync(join(certs, gone));
      await throwsNaming('CA_INVALID', `${join(certs, gone)} is missing`, loadOrCreateAuthority(certs));
      assert.equal(existsSync(join(certs, gone)), false);
      assert.equal(existsSync(join(certs, kept)), true);
    }
  });

  it('refuses a key of another certificate', async () => {
    const [one, two] = [newCerts(), newCerts()];
    await loadOrCreateAuthority(one);
    await loadOrCreateAuthority(two);
    copyFileSync(join(one, 'ca-key.pem'), join(two, 'ca-key.pem'));
    await throwsNaming('CA_INVALID', `${join(two, 'ca-key.pem')} is not the key of`, loadOrCreateAuthority(two));
  });

  it('refuses files that hold something else, without repeating it', async () => {
    for (const file of ['ca.pem', 'ca-key.pem']) {
      const certs = newCerts();
      await loadOrCreateAuthority(certs);
      writeFileSync(join(certs, file), 'hunter2');
      await throwsNaming('CA_INVALID', join(certs, file), loadOrCreateAuthority(certs));
    }
  });

  it('refuses a CA that is out of its time', async () => {
    const certs = newCerts();
    const { expiresAt } = await loadOrCreateAuthority(certs);
    await throwsNaming(
      'CA_INVALID',
      'expired',
      loadOrCreateAuthority(certs, () => expiresAt.getTime() + 1),
    );
    await throwsNaming(
      'CA_INVALID',
      'not valid before',
      loadOrCreateAuthority(certs, () => Date.now() - DAY_MS),
    );
  });

  it('takes a CA of the operator, and refuses a certificate that is none', async () => {
    for (const ca of [true, false]) {
      const certs = newFolder();
      const own = await make({ name: 'Own', issuer: null, ca, rsaBits: 2048 });
      writeFileSync(join(certs, 'ca.pem'), own.certPem);
      writeFileSync(join(certs, 'ca-key.pem'), own.keyPem, { mode: 0o600 });
      if (ca) assert.equal((await loadOrCreateAuthority(certs)).created, false);
      else await throwsNaming('CA_INVALID', 'is not a CA certificate', loadOrCreateAuthority(certs));
    }
  });
});

it('counts whole days until the end', () => {
  const now = Date.now();
  assert.equal(daysLeft(new Date(now + 30 * DAY_MS), now), 30);
  assert.equal(daysLeft(new Date(now + 30 * DAY_MS - 1), now), 29);
  assert.equal(daysLeft(new Date(now - 1), now), -1);
});
