// The signing key: made privately, refused when others may read it, never replaced in silence.

import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { chmodSync, existsSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { draftSigner, keepSigner, keyIdOf, KEY_FILE, loadSigner } from '../../src/record/signer.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('a drafted key is kept under its lasting name with mode 0600', (t) => {
  const folder = temporaryFolder(t);
  assert.equal(loadSigner(folder), null);
  const draft = draftSigner(folder);
  assert.ok(!existsSync(join(folder, KEY_FILE)));
  keepSigner(folder);
  assert.equal(statSync(join(folder, KEY_FILE)).mode & 0o777, 0o600);
  assert.equal(loadSigner(folder)?.publicKey, draft.publicKey);
  assert.equal(draft.keyId, keyIdOf(draft.publicKey));
});

test('signatures verify under the published key', (t) => {
  const signer = draftSigner(temporaryFolder(t));
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(signer.publicKey, 'base64')]);
  const message = Buffer.from('head');
  assert.ok(verify(null, message, createPublicKey({ key: der, format: 'der', type: 'spki' }), signer.sign(message)));
});

test('a key that group or others may read is refused', async (t) => {
  const folder = temporaryFolder(t);
  draftSigner(folder);
  keepSigner(folder);
  for (const mode of [0o640, 0o604, 0o620, 0o610]) {
    chmodSync(join(folder, KEY_FILE), mode);
    await throwsWithCode('KEY_EXPOSED', () => loadSigner(folder));
  }
});

test('a link in the place of the key is refused', async (t) => {
  const folder = temporaryFolder(t);
  draftSigner(folder);
  symlinkSync(join(folder, 'ledger-key.pem.new'), join(folder, KEY_FILE));
  await throwsWithCode('KEY_EXPOSED', () => loadSigner(folder));
});

test('another kind of key, or no key, is refused without a word of its content', async (t) => {
  const folder = temporaryFolder(t);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  for (const content of [String(privateKey.export({ type: 'pkcs8', format: 'pem' })), 'not a key: hunter2', '']) {
    writeFileSync(join(folder, KEY_FILE), content, { mode: 0o600 });
    const error = await throwsWithCode('STORE_CORRUPT', () => loadSigner(folder));
    assert.ok(!error.message.includes('hunter2') && error.cause === undefined);
  }
});
