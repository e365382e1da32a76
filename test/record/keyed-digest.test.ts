// Keyed digests: stable in one data folder, different in another.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openKeyedDigest, SECRET_FILE } from '../../src/record/keyed-digest.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('it is HMAC-SHA-256 with the secret of the folder, the same after a restart', (t) => {
  const folder = temporaryFolder(t);
  const digest = openKeyedDigest(folder);
  const secret = readFileSync(join(folder, SECRET_FILE));
  assert.equal(statSync(join(folder, SECRET_FILE)).mode & 0o777, 0o600);
  for (const text of ['', '1234', 'ü€😀', '\ud800', 'x'.repeat(8192), 'é'.repeat(4097), 'y'.repeat(100_000), 'z']) {
    assert.equal(digest(text), createHmac('sha256', secret).update(text).digest('hex'));
    assert.equal(digest(Buffer.from(text)), digest(text));
  }
  assert.equal(openKeyedDigest(folder)(Buffer.from('1234')), digest('1234'));
  assert.notEqual(openKeyedDigest(temporaryFolder(t))('1234'), digest('1234'));
});

test('an exposed or cut secret is refused', async (t) => {
  const folder = temporaryFolder(t);
  openKeyedDigest(folder);
  chmodSync(join(folder, SECRET_FILE), 0o644);
  await throwsWithCode('KEY_EXPOSED', () => openKeyedDigest(folder));
  chmodSync(join(folder, SECRET_FILE), 0o600);
  writeFileSync(join(folder, SECRET_FILE), 'short');
  await throwsWithCode('STORE_CORRUPT', () => openKeyedDigest(folder));
});
