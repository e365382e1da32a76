// Segments as they are found on disk: whose manifests they are, and what is read of one that is whole, in part there, or dropped.

import assert from 'node:assert/strict';
import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { ensurePrivateFolder } from '../../src/record/private-file.ts';
import { compressFrame, seekTable } from '../../src/record/seekable-file.ts';
import { segmentFolder, segmentPath } from '../../src/record/segment-files.ts';
import { manifestText } from '../../src/record/segment-manifest.ts';
import { FRAME_ENTRIES, openSegments } from '../../src/record/segments.ts';
import { draftSigner } from '../../src/record/signer.ts';
import { SAMPLE_TIME } from './sample-bodies.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Two frames. */
const WIDTH = 2 * FRAME_ENTRIES;
const HASH = '0'.repeat(64);

/** A folder with the segments from these entries on; an entry is its own number, and its values are `v` with it. */
async function folderOf(t: TestContext, ...firsts: readonly number[]): Promise<string> {
  const dataDir = temporaryFolder(t);
  ensurePrivateFolder(segmentFolder(dataDir));
  for (const first of firsts) {
    writeManifest(dataDir, first);
    await writeLines(dataDir, first, 'entries', (sequence) => String(sequence));
    await writeLines(dataDir, first, 'values', (sequence) => `v${sequence}`);
  }
  return dataDir;
}

function writeManifest(dataDir: string, first: number, entries = WIDTH): void {
  const signer = draftSigner(dataDir);
  const manifest = {
    ...{ ledger: signer.keyId, first, entries, previous: HASH, last: HASH, node: HASH, sha256: HASH, bytes: 1, withValues: 1 },
    ...{ from: SAMPLE_TIME, to: SAMPLE_TIME, path: [], checkpoint: 'x' },
  };
  writeFileSync(segmentPath(dataDir, first, 'manifest'), manifestText(manifest, signer));
}

async function writeLines(
  dataDir: string,
  first: number,
  part: 'entries' | 'values',
  lineOf: (sequence: number) => string,
): Promise<void> {
  const plain = [0, 1].map((frame) =>
    Buffer.from(Array.from({ length: FRAME_ENTRIES }, (_, i) => `${lineOf(first + frame * FRAME_ENTRIES + i)}\n`).join('')),
  );
  const packed = await Promise.all(plain.map(compressFrame));
  const table = seekTable(packed.map(({ length }, i) => ({ bytes: length, plainBytes: plain[i]?.length ?? 0 })));
  writeFileSync(segmentPath(dataDir, first, part), Buffer.concat([...packed, table]));
}

test('an entry is read from its frame, and from no segment where there is none or only its manifest', async (t) => {
  const dataDir = await folderOf(t, 0, WIDTH, 3 * WIDTH);
  rmSync(segmentPath(dataDir, WIDTH, 'entries'));
  const segments = await openSegments(dataDir);
  assert.deepEqual([segments.width, segments.end], [WIDTH, 4 * WIDTH]);
  assert.deepEqual(
    segments.list().map(({ manifest, gone }) => [manifest.first, gone]),
    [
      [0, false],
      [WIDTH, true],
      [3 * WIDTH, false],
    ],
  );
  for (const sequence of [0, 255, 256, 511, 3 * WIDTH + 300]) {
    const first = sequence - (sequence % FRAME_ENTRIES);
    assert.equal(segments.at(sequence)?.manifest.first, sequence - (sequence % WIDTH));
    const frame = await segments.frame(sequence);
    const { entries = [], values = [] } = frame ?? {};
    const plain = await segments.plainFrame(sequence);
    assert.deepEqual([frame?.first, plain?.first], [first, first]);
    assert.deepEqual([entries[sequence - first], values[sequence - first]], [String(sequence), `v${sequence}`]);
    assert.deepEqual(
      [String(plain?.entries), String(plain?.values)],
      [entries, values].map((all) => `${all.join('\n')}\n`),
    );
  }
  // A killed drop left the second one's values, and the third one is not there.
  for (const sequence of [WIDTH, 2 * WIDTH - 1, 2 * WIDTH, 4 * WIDTH])
    assert.deepEqual([await segments.frame(sequence), await segments.plainFrame(sequence)], [undefined, undefined]);
});

test('a file that went away while it is open leaves the other one to be read', async (t) => {
  const dataDir = await folderOf(t, 0, WIDTH);
  const segments = await openSegments(dataDir);
  rmSync(segmentPath(dataDir, 0, 'values'));
  const { entries, values } = (await segments.frame(0)) ?? {};
  assert.deepEqual([entries?.length, values, (await segments.plainFrame(0))?.values], [FRAME_ENTRIES, [], null]);
  rmSync(segmentPath(dataDir, WIDTH, 'entries'));
  assert.deepEqual((await segments.frame(WIDTH))?.entries, []);
  assert.equal((await segments.plainFrame(WIDTH))?.entries.length, 0);
});

test('every frame of a segment whose values were changed is read anew, though its file is as long as before', async (t) => {
  const dataDir = await folderOf(t, 0, WIDTH);
  const write = (letter: string): Promise<void> => writeLines(dataDir, 0, 'values', () => letter.repeat(9));
  await write('a');
  const segments = await openSegments(dataDir);
  const last = async (frame: number): Promise<unknown> => (await segments.frame(frame))?.values.at(-1);
  assert.deepEqual([await last(0), await last(256)], ['aaaaaaaaa', 'aaaaaaaaa']);
  await write('b');
  segments.forget(0);
  assert.deepEqual([await last(0), await last(256)], ['bbbbbbbbb', 'bbbbbbbbb']);
});

test('a manifest under the name of another segment, or of another width than the first, is refused', async (t) => {
  const moved = await folderOf(t, 0, WIDTH);
  renameSync(segmentPath(moved, WIDTH, 'manifest'), segmentPath(moved, 2 * WIDTH, 'manifest'));
  await assert.rejects(openSegments(moved), { code: 'STORE_CORRUPT', message: /from entry 1024 on is another one's/ });
  const wider = await folderOf(t, 0, 2 * WIDTH);
  writeManifest(wider, 2 * WIDTH, 2 * WIDTH);
  await assert.rejects(openSegments(wider), { code: 'STORE_CORRUPT', message: /from entry 1024 on is another one's/ });
});

test('entries that can not be looked for are not taken for dropped', async (t) => {
  const dataDir = await folderOf(t, 0);
  const path = segmentPath(dataDir, 0, 'entries');
  rmSync(path);
  symlinkSync(path, path);
  await assert.rejects(openSegments(dataDir), { code: 'ELOOP' });
});
