// A pinned key is read from base64 or PEM; a private key and other keys are refused.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { isRawKey, pinnedKey } from '../../src/proof/public-key.ts';

test('base64 and PEM are the same key; anything else is refused', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
  assert.equal(pinnedKey(`${raw}\n`), raw);
  assert.equal(pinnedKey(String(publicKey.export({ type: 'spki', format: 'pem' }))), raw);
  assert.deepEqual([isRawKey(raw), isRawKey('key.pem')], [true, false]);
  assert.throws(() => pinnedKey(String(privateKey.export({ type: 'pkcs8', format: 'pem' }))), /private key/);
  const other = String(generateKeyPairSync('x25519').publicKey.export({ type: 'spki', format: 'pem' }));
  for (const bad of ['', 'AAAA', other]) assert.throws(() => pinnedKey(bad), /no Ed25519 public key/);
});
