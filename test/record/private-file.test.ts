// Private files are whole, 0600, and in a folder of 0700.

import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ensurePrivateFolder, readPrivateFile, writePrivateFile } from '../../src/record/private-file.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('what was written is read back, large content too', (t) => {
  const path = join(temporaryFolder(t), 'secret');
  const content = Buffer.alloc(300_000, 7);
  writePrivateFile(path, content);
  assert.deepEqual(readPrivateFile(path), content);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('a wide draft left by a crash does not make the file wide', (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'secret.draft'), 'old', { mode: 0o666 });
  chmodSync(join(folder, 'secret.draft'), 0o666);
  writePrivateFile(join(folder, 'secret'), 'new');
  assert.equal(statSync(join(folder, 'secret')).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder), ['secret']);
});

test('a missing file is null, a folder in its place is refused', async (t) => {
  const folder = temporaryFolder(t);
  assert.equal(readPrivateFile(join(folder, 'none')), null);
  mkdirSync(join(folder, 'dir'), { mode: 0o700 });
  await throwsWithCode('KEY_EXPOSED', () => readPrivateFile(join(folder, 'dir')));
});

test('folders are made 0700, and ours are narrowed', (t) => {
  const folder = join(temporaryFolder(t), 'a', 'b');
  ensurePrivateFolder(folder);
  assert.ok(existsSync(folder));
  chmodSync(folder, 0o755);
  ensurePrivateFolder(folder);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
});
