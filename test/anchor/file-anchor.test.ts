// One file of checkpoints: what is written, what is read of it, and that it is on disk and closed behind each round.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Answered } from '../../src/anchor/anchor.ts';
import { fileAnchor, noteIn } from '../../src/anchor/file-anchor.ts';
import { checkpointWriter } from '../../src/record/checkpoint.ts';
import { signerFor } from '../../src/record/signer.ts';
import { temporaryFolder } from '../record/temporary-folder.ts';

const ROOT = 'ab'.repeat(32);
const signed = checkpointWriter(signerFor(generateKeyPairSync('ed25519').privateKey));

/** Files that this process holds open, as far as the system tells. */
function opened(): string[] {
  if (!existsSync('/proc/self/fd')) return [];
  return readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(join('/proc/self/fd', fd));
    } catch {
      return '';
    }
  });
}

function anchored(t: TestContext) {
  const path = join(temporaryFolder(t), 'kept.notes');
  const anchor = fileAnchor(path, () => 0);
  const ledger = { root: async () => ROOT, consistency: async () => [] };
  const keep = (size: number, kept = 0): Promise<Answered> => anchor.keep({ note: signed(size, ROOT), size, kept }, ledger);
  const sizes = (): unknown[] =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => noteIn(line)?.split('\n')[1] ?? null);
  return { path, keep, sizes };
}

test('a round without anything new writes no line', async (t) => {
  const { keep, sizes } = anchored(t);
  for (const size of [3, 3, 5]) assert.equal((await keep(size)).result, 'kept');
  assert.deepEqual(sizes(), ['3', '5']);
});

test('a line whose note is none is passed over', async (t) => {
  const { path, keep, sizes } = anchored(t);
  await keep(3);
  appendFileSync(path, '{"time":"","note":"nothing of it is left"}\nnull\n7\n');
  assert.equal((await keep(5, 3)).result, 'kept');
  assert.deepEqual(sizes(), ['3', null, null, null, '5']);
});

test('each line is on disk before the round ends, the file is closed, and only its end is read', async (t) => {
  const { path, keep } = anchored(t);
  await keep(3);
  appendFileSync(path, ' '.repeat(100_000) + '\n');
  appendFileSync(path, readFileSync(path, 'utf8').split('\n')[0] + '\n');
  const probe = await open(path, 'r');
  const handles: typeof probe = Object.getPrototypeOf(probe);
  await probe.close();
  const [synced, read] = [t.mock.method(handles, 'datasync'), t.mock.method(handles, 'read')];
  assert.equal((await keep(5, 3)).result, 'kept');
  assert.deepEqual([synced.mock.callCount(), read.mock.callCount()], [1, 1]);
  assert.deepEqual(
    opened().filter((name) => name === path),
    [],
  );
  const [{ buffer }] = read.mock.calls[0]?.arguments as unknown as [{ buffer: Buffer }];
  assert.equal(buffer.length, 65_536);
});
