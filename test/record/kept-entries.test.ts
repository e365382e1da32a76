// Which entries outlive their segment, how a segment is let go, and that nothing kept of it counts that does not belong there.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { encodeEntry, leafHash, NO_PREVIOUS } from '../../src/record/entry-codec.ts';
import { isKept, readKept } from '../../src/record/kept-entries.ts';
import { nodeHash } from '../../src/record/merkle.ts';
import type { Pace } from '../../src/record/pace.ts';
import { chooseDropped, dropSegment, retentionBody, sizedSegments } from '../../src/record/retention.ts';
import { segmentFolder, segmentPath } from '../../src/record/segment-files.ts';
import type { SegmentManifest } from '../../src/record/segment-manifest.ts';
import { openSegments, type Segment, type Segments } from '../../src/record/segments.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { SAMPLE_TIME } from './sample-bodies.ts';
import { temporaryFolder } from './temporary-folder.ts';

const entry = (body: string, sequence = 0): string => encodeEntry(body, NO_PREVIOUS, sequence, SAMPLE_TIME);
const LOST = '{"type":"lost"}';
const PLAIN = '{"type":"outcome"}';
const OLD = { keepDays: 1, keepBytes: null };
const unhurried: Pace = Object.assign(() => Promise.resolve(), { breath: () => Promise.resolve(), atOnce: () => 1 });

const MANIFEST: SegmentManifest = {
  ...{ ledger: '', first: 0, entries: 2, previous: '', last: '', node: '', sha256: '', bytes: 0, withValues: 0 },
  ...{ from: SAMPLE_TIME, to: SAMPLE_TIME, path: [], checkpoint: '' },
};

/** One segment of these entries, on disk as two files that nobody reads. */
async function segmentOf(t: TestContext, entries: readonly string[]) {
  const dataDir = temporaryFolder(t);
  mkdirSync(segmentFolder(dataDir));
  for (const part of ['entries', 'values'] as const) writeFileSync(segmentPath(dataDir, 0, part), 'x');
  const segment: Segment = { manifest: { ...MANIFEST, entries: entries.length }, note: '', gone: false };
  const added: Segment[] = [];
  const segments: Segments = {
    ...(await openSegments(dataDir, 256)),
    frame: () => Promise.resolve({ first: 0, entries, values: [] }),
    add: (one) => void added.push(one),
  };
  return { dataDir, segment, added, drop: { dataDir, segments, pathOf: () => Promise.resolve([]), pace: unhurried } };
}

test('changes of keys, repairs, drops and holds are kept, and the last entry where it is lost; nothing else', () => {
  for (const type of ['key', 'repair', 'retention', 'hold'])
    for (const isLast of [true, false]) assert.equal(isKept(entry(`{"type":"${type}"}`), isLast), true, type);
  assert.deepEqual([isKept(entry(LOST), true), isKept(entry(LOST), false)], [true, false]);
  for (const body of [PLAIN, '{"of":{"type":"key"},"type":"outcome"}'])
    assert.deepEqual([isKept(entry(body), true), isKept(entry(body), false)], [false, false]);
});

test('what is kept is on disk before the rest goes, and the segment is gone last', async (t) => {
  const { dataDir, segment, added, drop } = await segmentOf(t, [entry(PLAIN), entry(LOST, 1)]);
  const files = (): boolean[] => (['entries', 'values'] as const).map((part) => existsSync(segmentPath(dataDir, 0, part)));
  const draft = `${segmentPath(dataDir, 0, 'kept')}.draft`;
  mkdirSync(draft);
  await assert.rejects(dropSegment(segment, drop), { code: 'EISDIR' });
  rmdirSync(draft);
  const ended: Pace = Object.assign(() => Promise.reject(new Error('it is closed')), unhurried);
  await assert.rejects(dropSegment(segment, { ...drop, pace: ended }), /it is closed/);
  assert.deepEqual([files(), added], [[true, true], []]);
  await dropSegment(segment, drop);
  assert.deepEqual([files(), added], [[false, false], [{ ...segment, gone: true }]]);
  assert.match(readFileSync(segmentPath(dataDir, 0, 'kept'), 'utf8'), /^\{"sequence":1,.*lost.*\}\n$/);
});

test('what is told of a drop counts the lost ones, and only segments that are there are chosen, so many at once', async (t) => {
  const { dataDir, segment, drop } = await segmentOf(t, [entry(PLAIN), entry(LOST, 1)]);
  const sized = await sizedSegments(dataDir, [segment, { ...segment, gone: true }]);
  assert.deepEqual(sized, [{ segment, bytes: 2 }]);
  const { dropped } = await retentionBody({ segments: sized, rule: '' }, drop.segments, unhurried);
  assert.deepEqual(dropped, [{ from: 0, to: 1, lostEntries: 1 }]);
  const many = Array.from({ length: 65 }, () => ({ segment, bytes: 2 }));
  for (const rules of [OLD, { keepDays: null, keepBytes: 0 }])
    assert.equal(chooseDropped(many, rules, [], Date.parse(SAMPLE_TIME) + 2 * 86_400_000)?.segments.length, 64);
});

test('each kept entry stands where it says, and its way leads to the segment: else none of it counts', async (t) => {
  const { dataDir } = await segmentOf(t, []);
  const texts = [entry(PLAIN), entry(LOST, 1)];
  const [left = '', right = ''] = texts.map(leafHash);
  const manifest = { ...MANIFEST, node: nodeHash(left, right) };
  const line = { sequence: 1, text: texts[1], path: [left] };
  const put = (...lines: unknown[]): void =>
    writeFileSync(segmentPath(dataDir, 0, 'kept'), lines.map((one) => `${JSON.stringify(one)}\n`).join(''));
  put(line);
  assert.deepEqual(
    (await readKept(dataDir, manifest)).map(({ sequence }) => sequence),
    [1],
  );
  for (const bad of [
    ...[null, 7, {}, { ...line, sequence: '1' }, { ...line, text: 5 }, { ...line, path: 'x' }],
    ...[
      { ...line, sequence: 0 },
      { ...line, text: 'no entry' },
      { ...line, path: [right] },
    ],
    { ...line, path: Array.from({ length: 33 }, () => left) },
  ]) {
    put(line, bad);
    await throwsWithCode('STORE_CORRUPT', () => readKept(dataDir, manifest));
  }
  // Proven, and not where it says that it is.
  const moved = entry(LOST, 7);
  put({ ...line, text: moved });
  await throwsWithCode('STORE_CORRUPT', () => readKept(dataDir, { ...manifest, node: nodeHash(left, leafHash(moved)) }));
  writeFileSync(segmentPath(dataDir, 0, 'kept'), 'torn\n');
  await throwsWithCode('STORE_CORRUPT', () => readKept(dataDir, manifest));
  // Of another segment: the same entries, counted from where that one begins.
  put(line);
  await throwsWithCode('STORE_CORRUPT', () => readKept(dataDir, { ...manifest, first: 2, entries: 2 }));
});
