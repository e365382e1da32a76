// The keys are shown, and changed with a reason only; a pinned key is given as itself, as a verifier key or as a file.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pinnedKey } from '../../src/cli/pinned-key.ts';
import { signerFor } from '../../src/record/signer.ts';
import { parseVerifierKey, verifierKey } from '../../src/record/signed-note.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { fakeCli } from './fake-cli.ts';

test('keys are shown for people and as JSON', async () => {
  const it = fakeCli();
  assert.equal(await it.run('ledger', 'key', 'show'), 0);
  assert.match(it.out(), /ledger +interlock-tree\/k\nverifier key +interlock-tree\/k\+00000000\+bb\nkey 1 +bb {2}from entry 0/);
  const json = fakeCli();
  await json.run('ledger', 'key', 'show', '--json');
  assert.match(JSON.stringify(json.json()), /"from":0/);
});

test('a change needs a reason, which goes on record', async () => {
  const it = fakeCli();
  assert.equal(await it.run('ledger', 'key', 'rotate'), 2);
  assert.match(it.err(), /a reason is needed/);
  assert.equal(await it.run('ledger', 'key', 'rotate', '--reason', 'yearly'), 0);
  assert.match(JSON.stringify(it.operator.calls), /"reason":"yearly"/);
  assert.match(it.out(), /changed the key/);
});

test('a pinned key is read in each of its forms, and nothing else is one', async () => {
  const { publicKey } = signerFor(generateKeyPairSync('ed25519').privateKey);
  const folder = mkdtempSync(join(tmpdir(), 'interlock-key-'));
  const verifier = verifierKey({ name: 'interlock-tree/aa', publicKey, type: 0x01 });
  writeFileSync(join(folder, 'raw'), `${publicKey}\n`);
  writeFileSync(join(folder, 'verifier'), `${verifier}\n`);
  for (const given of [publicKey, verifier, 'raw', 'verifier']) assert.equal(pinnedKey(given, folder), publicKey);
  writeFileSync(join(folder, 'other'), 'hello');
  for (const given of ['other', 'missing', '', verifier.replace('aa', 'ab')]) {
    await throwsWithCode('USAGE', async () => pinnedKey(given, folder));
  }
  assert.deepEqual(parseVerifierKey(verifier), { name: 'interlock-tree/aa', publicKey, type: 0x01 });
});
