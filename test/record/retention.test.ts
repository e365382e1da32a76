// Retention: whole segments go, the rest still verifies and says what is gone.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Sealing } from '../../src/record/archive.ts';
import { openLedger } from '../../src/record/chain.ts';
import type { OpenLedger } from '../../src/record/chain.ts';
import { leafHash } from '../../src/record/entry-codec.ts';
import { holdsInclusion } from '../../src/record/merkle-proof.ts';
import { chooseDropped } from '../../src/record/retention.ts';
import type { SizedSegment } from '../../src/record/retention.ts';
import { trustedClock } from '../../src/record/retainer.ts';
import { segmentPath } from '../../src/record/segment-files.ts';
import { STORE_FOLDER } from '../../src/record/store.ts';
import { DAY_MS, filled, OLD, START_MS } from './aged-folder.ts';
import { holding } from './held-bytes.ts';

test('segments that are too old go, and what is left verifies from there, with the first key pinned', async (t) => {
  const { dataDir, open } = await filled(t);
  const ledger = await open(OLD);
  const { publicKey, keys } = ledger;
  const kept = ledger.checkpoint();
  assert.equal(await ledger.archive.retain(), 1);
  assert.deepEqual(ledger.dropped, [{ from: 0, to: 255 }]);
  assert.equal(await ledger.get(10), undefined);
  assert.ok((await ledger.get(256)) !== undefined);
  for (const part of ['entries', 'values'] as const) assert.ok(!existsSync(segmentPath(dataDir, 0, part)));
  for (const pinned of [publicKey, keys.keys[0]?.publicKey ?? '']) {
    const report = await ledger.verify({ publicKey: pinned, kept: [{ source: 'kept', note: kept }] });
    assert.deepEqual([report.ok, report.firstBad], [true, null]);
    assert.match(report.notes.join('\n'), /256 entries were dropped by retention, which is on record: 0 to 255/);
  }
  const [told] = (await ledger.tail(5)).filter(({ body }) => body.type === 'retention');
  assert.ok(told?.body.type === 'retention');
  assert.deepEqual([told.body.dropped, told.body.rule], [[{ from: 0, to: 255, lostEntries: 0 }], 'older than 6 days']);
  await assert.rejects(ledger.prover.evidence(10, ledger.signedHead.size), {
    code: 'NAME_UNKNOWN',
    message: /dropped by retention/,
  });
  assert.ok((await ledger.prover.evidence(300, ledger.signedHead.size)).path.length > 0);
});

test('what was sealed is in no file of the database, though it never left the memory of LevelDB before', async (t) => {
  const { dataDir } = await filled(t);
  assert.deepEqual(holding(join(dataDir, STORE_FOLDER), 'x-5@customer.example'), []);
});

test('what was let go is in no file of the database either', async (t) => {
  const { dataDir, open } = await filled(t, 'compacted');
  const hidden = 'x-5@customer.example';
  assert.ok(holding(join(dataDir, STORE_FOLDER), hidden).length > 0, 'deleted, and still in a table');
  const ledger = await open(OLD);
  assert.equal(await ledger.archive.retain(), 1);
  assert.deepEqual(holding(dataDir, hidden), []);
});

test('a change of keys and earlier drops outlive the segment they were in', async (t) => {
  const { open } = await filled(t);
  const ledger = await open({ keepDays: 1, keepBytes: null });
  const first = ledger.keys.keys[0]?.publicKey ?? '';
  assert.equal(await ledger.archive.retain(), 3);
  const report = await ledger.verify({ publicKey: first });
  assert.deepEqual([report.ok, report.firstBad, report.keys.length], [true, null, 2]);
  const { size, hash } = ledger.signedHead;
  const changed = ledger.keys.keys[1]?.from ?? 0;
  assert.equal(await ledger.get(changed), undefined);
  const { text, path: way } = await ledger.prover.evidence(changed, size);
  assert.ok(holdsInclusion(leafHash(text), changed, size, way, hash));
  await ledger.close();
  const again = await open();
  assert.ok((await again.verify({ publicKey: first })).ok);
});

test('what is kept of a dropped segment is proven: changed, missing or made up it does not hold', async (t) => {
  const { dataDir, open } = await filled(t);
  const ledger = await open({ keepDays: 1, keepBytes: null });
  await ledger.archive.retain();
  const path = segmentPath(dataDir, 256, 'kept');
  const whole = readFileSync(path, 'utf8');
  assert.match(whole, /rotated/);
  for (const changed of [
    whole.replace('yearly', 'weekly'),
    whole.replace(/"sequence":\d+,"text"/, '"sequence":300,"text"'),
    '{}\n',
    '',
  ]) {
    writeFileSync(path, changed);
    const report = await ledger.verify({});
    assert.equal(report.ok, false, changed.slice(0, 80));
  }
  rmSync(path);
  assert.match((await ledger.verify({})).firstBad?.problem ?? '', /missing or does not belong/);
  writeFileSync(path, whole);
  assert.ok((await ledger.verify({})).ok);
});

test('entries that were taken away without a word are found', async (t) => {
  const { dataDir, open } = await filled(t);
  for (const part of ['entries', 'values'] as const) rmSync(segmentPath(dataDir, 0, part));
  writeFileSync(segmentPath(dataDir, 0, 'kept'), '');
  const ledger = await open();
  const report = await ledger.verify({});
  assert.deepEqual(report.firstBad?.sequence, 0);
  assert.match(report.firstBad?.problem ?? '', /no entry of the ledger tells that they were dropped/);
});

test('a checkpoint kept elsewhere of a size that was dropped is told of, not passed over in silence', async (t) => {
  const { open } = await filled(t);
  const ledger = await open();
  const { prover } = ledger;
  assert.ok(prover.keys().length > 0);
  const hundredth = (await ledger.get(100))?.previous ?? '';
  assert.ok(hundredth !== '');
  await ledger.close();
  const again = await open(OLD);
  await again.archive.retain();
  const manifest = again.archive.list()[0]?.manifest.checkpoint ?? '';
  const report = await again.verify({ kept: [{ source: 'old.note', note: manifest }] });
  assert.ok(report.ok, JSON.stringify(report.firstBad));
});

test('by size: the oldest go until the rest fits', async (t) => {
  const { dataDir, open } = await filled(t);
  const size = (first: number): number =>
    (['entries', 'values'] as const).reduce((sum, part) => sum + readFileSync(segmentPath(dataDir, first, part)).length, 0);
  const ledger = await open({ keepDays: null, keepBytes: size(512) });
  assert.equal(await ledger.archive.retain(), 2);
  assert.deepEqual(ledger.dropped, [{ from: 0, to: 511 }]);
  assert.equal(await ledger.archive.retain(), 0);
  assert.ok((await ledger.verify({})).ok);
});

test('nothing is dropped any more once it is closing, and nothing is on record as dropped', async (t) => {
  const { open } = await filled(t);
  const ledger = await open(OLD);
  const retaining = ledger.archive.retain();
  await ledger.close();
  assert.equal(await retaining, 0);
  const again = await open();
  const told = (await again.tail(5)).filter(({ body }) => body.type === 'retention');
  assert.deepEqual([again.dropped, told], [[], []]);
});

test('once the clock was set nothing is dropped for its age until the next start', async (t) => {
  const { dataDir } = await filled(t);
  let nowMs = START_MS;
  const problems: unknown[] = [];
  const sealing: Sealing = { keepLive: 100, segmentEntries: 256, retention: OLD, onProblem: (error) => problems.push(error) };
  const open = (): Promise<OpenLedger> => openLedger({ dataDir, version: '0.0.0', start: 'lazy', clock: () => nowMs, sealing });
  const ledger = await open();
  nowMs += 365 * DAY_MS;
  assert.equal(await ledger.archive.retain(), 0);
  assert.match(String(problems[0]), /the clock was set/);
  await ledger.close();
  const again = await open();
  t.after(() => again.close());
  assert.equal(await again.archive.retain(), 3);
});

test('where no age counts, a clock that was set is no problem', async (t) => {
  const { dataDir } = await filled(t);
  let nowMs = START_MS;
  const problems: unknown[] = [];
  const rules = { keepDays: null, keepBytes: 2 ** 40 };
  const sealing: Sealing = { keepLive: 100, segmentEntries: 256, retention: rules, onProblem: (error) => problems.push(error) };
  const ledger = await openLedger({ dataDir, version: '0.0.0', start: 'lazy', clock: () => nowMs, sealing });
  t.after(() => ledger.close());
  nowMs += 365 * DAY_MS;
  assert.equal(await ledger.archive.retain(), 0);
  assert.deepEqual(problems, []);
});

test('a clock that was set drops nothing for its age', () => {
  let nowMs = START_MS;
  let told = 0;
  const trusted = trustedClock(
    () => nowMs,
    () => (told += 1),
  );
  assert.equal(trusted(), START_MS);
  nowMs += 365 * DAY_MS;
  assert.deepEqual([trusted(), trusted(), told], [null, null, 1]);
  nowMs = START_MS - 365 * DAY_MS;
  assert.equal(trusted(), null, 'nor one that was set back');
  nowMs = START_MS;
  assert.equal(trusted(), null, 'nor one that is right again: who set it once may do so again');
  const manifest = { first: 0, entries: 256, to: '2026-01-01T00:00:00.000Z' };
  const old = [{ segment: { manifest }, bytes: 10 }] as unknown as SizedSegment[];
  assert.equal(chooseDropped(old, OLD, [], null), null);
  assert.equal(chooseDropped(old, OLD, [], START_MS + 365 * DAY_MS)?.segments.length, 1);
  assert.equal(chooseDropped(old, OLD, [], START_MS + 6 * DAY_MS), null, 'not older, just as old');
});
