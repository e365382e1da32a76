// The CA's files: who was first wins, and what is there is never replaced.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { authorityPaths, ensureFolder, readPair, replaceFile, writePair } from '../../src/tls/authority-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'interlock-files-'));
after(() => rmSync(folder, { recursive: true, force: true }));

it('never replaces a key that is there, nor its certificate', async () => {
  const paths = authorityPaths(join(folder, 'first'));
  await ensureFolder(join(folder, 'first'));
  assert.equal(await readPair(paths), null);
  assert.equal(await writePair(paths, { certPem: 'cert 1', keyPem: 'key 1' }), true);
  assert.equal(await writePair(paths, { certPem: 'cert 2', keyPem: 'key 2' }), false);
  assert.deepEqual(await readPair(paths), { certPem: 'cert 1', keyPem: 'key 1' });
  assert.deepEqual(readdirSync(join(folder, 'first')).toSorted(), ['ca-key.pem', 'ca.pem']);
});

it('waits for the certificate of another process that has just placed its key', async () => {
  const paths = authorityPaths(folder);
  writeFileSync(paths.keyFile, 'key', { mode: 0o600 });
  setTimeout(() => writeFileSync(paths.certFile, 'cert'), 60);
  assert.deepEqual(await readPair(paths), { certPem: 'cert', keyPem: 'key' });
});

it('leaves the mode of a folder that is there, and a file that says the same', async () => {
  const existing = join(folder, 'existing');
  mkdirSync(existing, { mode: 0o700 });
  await ensureFolder(existing);
  assert.equal(statSync(existing).mode & 0o777, 0o700);
  const file = join(existing, 'bundle.pem');
  await replaceFile(file, 'one');
  const before = statSync(file).ino;
  await replaceFile(file, 'one');
  assert.equal(statSync(file).ino, before);
  await replaceFile(file, 'two');
  assert.equal(readFileSync(file, 'utf8'), 'two');
  assert.deepEqual(readdirSync(existing), ['bundle.pem']);
});
