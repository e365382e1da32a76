// Frames by their number, in any order and from several files, and what becomes of that when a file is changed or taken away.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { createFrameReader } from '../../src/record/frame-reader.ts';
import { compressFrame, seekTable } from '../../src/record/seekable-file.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** One line each. */
async function writeFrames(path: string, lines: readonly string[]): Promise<void> {
  const packed = await Promise.all(lines.map((line) => compressFrame(Buffer.from(`${line}\n`))));
  const table = seekTable(packed.map((bytes, i) => ({ bytes: bytes.length, plainBytes: (lines[i] ?? '').length + 1 })));
  writeFileSync(`${path}.new`, Buffer.concat([...packed, table]));
  renameSync(`${path}.new`, path);
}

const KIB = 1024;
/** What zstd can halve and no more: some frames are larger than what is read at once, some windows hold many. */
const SIZES_KIB = [1, 300, 300, 300, 2000, 1, 1, 1, 500, 500, 1, 1400, 1];

test('frames are the same in whatever order they are asked for', async (t) => {
  const folder = temporaryFolder(t);
  const files = ['a', 'b'].map((name) => ({
    path: join(folder, name),
    lines: SIZES_KIB.map((kib, i) => `${name}${i} ${randomBytes((kib * KIB) / 2).toString('hex')}`),
  }));
  for (const { path, lines } of files) await writeFrames(path, lines);
  const run = fc.record({ file: fc.nat({ max: 1 }), from: fc.nat({ max: 12 }), count: fc.integer({ min: 1, max: 13 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(run, { maxLength: 4 }), async (runs) => {
      const reader = createFrameReader();
      for (const { file, from, count } of runs)
        for (let i = from; i < Math.min(from + count, SIZES_KIB.length); i += 1) {
          const { path = '', lines = [] } = files[file] ?? {};
          assert.equal((await reader.plain(path, i))?.equals(Buffer.from(`${lines[i]}\n`)), true, `${file} ${i}`);
        }
    }),
    {
      numRuns: 20,
      examples: [
        [
          [
            { file: 0, from: 5, count: 8 },
            { file: 0, from: 0, count: 13 },
          ],
        ],
      ],
    },
  );
});

test('who reads one frame after the other has many of them from one read of the file, and nobody else', async (t) => {
  const path = join(temporaryFolder(t), 'x');
  // Of some 40 KiB on disk: 13 of them are the first that come to 512.
  const lines = Array.from({ length: 30 }, () => randomBytes(40 * KIB).toString('hex'));
  await writeFrames(path, lines);
  for (const [asked, ahead] of [
    [[0], 0],
    [[1, 0], 0],
    [[0, 2], 0],
    [[0, 1], 12],
    [[0, 1, 0, 1], 12],
    [[0, 1, 2, 3], 10],
    [Array.from({ length: 15 }, (_, i) => i), 12],
    [[15, 16, 0, 1], 12],
    [[1, 2, 20, 21], 8],
  ] as const) {
    const reader = createFrameReader();
    for (const i of asked) assert.ok((await reader.plain(path, i))?.equals(Buffer.from(`${lines[i]}\n`)));
    renameSync(path, `${path}.away`);
    let found = 0;
    while ((await reader.plain(path, (asked.at(-1) ?? 0) + 1 + found)) !== null) found += 1;
    assert.equal(found, ahead, asked.join(', '));
    renameSync(`${path}.away`, path);
  }
});

test('a file that is not there has no frames, nor has one any behind its last', async (t) => {
  const path = join(temporaryFolder(t), 'x');
  const reader = createFrameReader();
  assert.equal(await reader.plain(path, 0), null);
  await writeFrames(path, ['a', 'b']);
  reader.forget(path);
  assert.deepEqual([String(await reader.plain(path, 1)), await reader.plain(path, 2)], ['b\n', null]);
});

test('a file that can not be read is not one that is not there', async (t) => {
  const path = join(temporaryFolder(t), 'x');
  mkdirSync(path);
  await assert.rejects(createFrameReader().plain(path, 0), { code: 'EISDIR' });
  rmSync(path, { recursive: true });
  await writeFrames(path, ['a', 'b']);
  truncateSync(path, 20);
  await assert.rejects(createFrameReader().plain(path, 0), { code: 'STORE_CORRUPT' });
});

test('of a file that was changed nothing is known any more, though it is as long as before', async (t) => {
  const path = join(temporaryFolder(t), 'x');
  const lines = ['a', 'b', 'c'].map((letter) => letter.repeat(1000));
  await writeFrames(path, lines);
  const reader = createFrameReader();
  const all = async (): Promise<string[]> => {
    const found: string[] = [];
    for (const [i] of lines.entries()) found.push(String(await reader.plain(path, i)));
    return found;
  };
  assert.deepEqual(
    await all(),
    lines.map((line) => `${line}\n`),
  );
  const changed = lines.toReversed();
  await writeFrames(path, changed);
  reader.forget(path);
  assert.deepEqual(
    await all(),
    changed.map((line) => `${line}\n`),
  );
});

test('a file that is changed or goes between its table and its frame is no damaged one', async (t) => {
  const path = join(temporaryFolder(t), 'x');
  const reader = createFrameReader();
  for (const inOrder of [true, false]) {
    await writeFrames(path, ['a'.repeat(700), 'b', 'c']);
    assert.equal((await reader.plain(path, inOrder ? 0 : 2))?.length, inOrder ? 701 : 2);
    await writeFrames(path, ['', 'other', 'c']);
    assert.equal(String(await reader.plain(path, 1)), 'other\n');
  }
  rmSync(path);
  assert.equal(await reader.plain(path, 0), null);
});
