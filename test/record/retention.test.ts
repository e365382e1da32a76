// Retention and legal hold: whole segments go, what is held stays, the rest still verifies and says what is gone.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Sealing } from '../../src/record/archive.ts';
import { openLedger } from '../../src/record/chain.ts';
import type { OpenLedger } from '../../src/record/chain.ts';
import { leafHash } from '../../src/record/entry-codec.ts';
import { holdsInclusion } from '../../src/record/merkle-proof.ts';
import { chooseDropped } from '../../src/record/retention.ts';
import type { RetentionRules, SizedSegment } from '../../src/record/retention.ts';
import { trustedClock } from '../../src/record/retainer.ts';
import { segmentPath } from '../../src/record/segment-files.ts';
import { STORE_FOLDER } from '../../src/record/store.ts';
import { holding } from './held-bytes.ts';
import { outcomeOf, verdictOf } from './sample-bodies.ts';
import { temporaryFolder } from './temporary-folder.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 1);
const WHO = { reason: 'case 12', osUser: 'root' };
const NEVER: RetentionRules = { keepDays: null, keepBytes: null };

interface Filled {
  readonly dataDir: string;
  open(retention?: RetentionRules, more?: Partial<Sealing>): Promise<OpenLedger>;
}

/** Some 1,000 entries, a day each hundred, sealed in three segments; the key was changed in the second one. `cut`: the first step that is not come to. */
async function filled(t: TestContext, cut?: 'compacted'): Promise<Filled> {
  const dataDir = temporaryFolder(t);
  let nowMs = START_MS;
  const open: Filled['open'] = async (retention = NEVER, more = {}) => {
    const sealing: Sealing = { keepLive: 100, segmentEntries: 256, retention, ...more };
    const ledger = await openLedger({ dataDir, version: '0.0.0', start: 'lazy', clock: () => nowMs, sealing });
    t.after(() => ledger.close());
    return ledger;
  };
  const onStep = (step: string): void => {
    if (cut !== undefined && step === 'deleted') throw new Error('cut off');
  };
  const ledger = await open(NEVER, { onStep });
  for (let i = 0; i < 480; i += 1) {
    nowMs = START_MS + Math.floor(i / 50) * DAY_MS;
    if (i === 200) await ledger.rotateKey({ reason: 'yearly', osUser: null });
    void ledger.append(verdictOf(`x-${i}`), 'written');
    ledger.note(outcomeOf(`x-${i}`, String(i)));
    if (i % 50 === 49) await ledger.flush();
  }
  await ledger.flush();
  nowMs = START_MS + 10 * DAY_MS;
  const sealing = ledger.archive.seal();
  await (cut === undefined ? sealing : assert.rejects(sealing, /cut off/));
  assert.equal(ledger.archive.list().length, cut === undefined ? 3 : 1);
  await ledger.close();
  return { dataDir, open };
}

const OLD: RetentionRules = { keepDays: 6, keepBytes: null };

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

test('what is held is neither dropped nor erased, until it is released by name', async (t) => {
  const { open } = await filled(t);
  const before = await open();
  const { hold } = await before.archive.holds.add({ ...WHO, from: 300, to: 310 });
  await before.close();
  const ledger = await open({ keepDays: 1, keepBytes: null });
  await assert.rejects(ledger.archive.erase({ ...WHO, subject: 'x-150@customer.example' }), { code: 'LEDGER_HELD' });
  await assert.rejects(ledger.archive.erase({ ...WHO, entry: 301, places: [] }), { code: 'LEDGER_HELD' });
  await ledger.archive.retain();
  assert.deepEqual(ledger.dropped, [
    { from: 0, to: 255 },
    { from: 512, to: 767 },
  ]);
  const told = (await ledger.tail(50)).flatMap(({ body }) =>
    body.type === 'retention' ? body.dropped.map(({ from }) => from) : [],
  );
  assert.deepEqual(told, [0, 512], 'nothing is told of that is held');
  assert.ok((await ledger.get(305)) !== undefined);
  assert.ok((await ledger.verify({})).ok);
  await assert.rejects(ledger.archive.holds.release({ ...WHO, hold: 'h_none' }), { code: 'NAME_UNKNOWN' });
  assert.equal((await ledger.archive.holds.release({ ...WHO, hold })).from, 300);
  assert.deepEqual(await ledger.archive.holds.list(), []);
  await ledger.archive.retain();
  assert.deepEqual(ledger.dropped, [{ from: 0, to: 767 }]);
  const moves = (await ledger.tail(20)).flatMap(({ body }) =>
    body.type === 'hold' ? [[body.move, body.hold, body.osUser, body.reason]] : [],
  );
  assert.deepEqual(moves, [
    ['added', hold, 'root', 'case 12'],
    ['released', hold, 'root', 'case 12'],
  ]);
});

test('a hold without an end holds what is still to come, and one that can not be read holds everything', async (t) => {
  const { open } = await filled(t);
  const before = await open();
  await before.archive.holds.add({ ...WHO, from: 0, to: null });
  await before.close();
  const ledger = await open({ keepDays: 1, keepBytes: null });
  assert.equal(await ledger.archive.retain(), 0);
  const { entry } = await ledger.append(verdictOf('later'), 'synced');
  await assert.rejects(ledger.archive.erase({ ...WHO, entry: Number(entry), places: [] }), { code: 'LEDGER_HELD' });
  await assert.rejects(ledger.archive.holds.add({ ...WHO, from: 5, to: 4 }), { code: 'USAGE' });
  await assert.rejects(ledger.archive.holds.add({ ...WHO, from: 1e9, to: null }), { code: 'USAGE' });
  await ledger.append(verdictOf('x'), 'synced', [{ put: 'hold:h_bad', value: '{"hold":1}' }]);
  await assert.rejects(ledger.archive.retain(), { code: 'STORE_CORRUPT' });
});

for (const step of ['recorded', 'dropped'] as const)
  test(`killed when it was ${step}, the next start drops what is on record`, async (t) => {
    const { dataDir, open } = await filled(t);
    const child = spawn(process.execPath, [join(import.meta.dirname, 'retaining-appender.ts'), dataDir, step], {
      stdio: 'inherit',
    });
    const [, signal] = await once(child, 'close');
    assert.equal(signal, 'SIGKILL');
    const ledger = await open();
    assert.equal(await ledger.archive.retain(), step === 'recorded' ? 3 : 2);
    assert.deepEqual(ledger.dropped, [{ from: 0, to: 767 }]);
    assert.ok((await ledger.verify({})).ok);
  });

test('killed between the two files of a segment: the next time the hidden values go as well', async (t) => {
  const { dataDir, open } = await filled(t);
  const path = segmentPath(dataDir, 0, 'values');
  const values = readFileSync(path);
  const ledger = await open(OLD);
  assert.equal(await ledger.archive.retain(), 1);
  await ledger.close();
  writeFileSync(path, values);
  const again = await open(OLD);
  assert.equal(await again.archive.retain(), 0);
  assert.ok(!existsSync(path));
});

test('a hold that came between the record and a drop that was killed counts, wherever in the segment it is', async (t) => {
  const { open } = await filled(t);
  const before = await open();
  await before.archive.holds.add({ ...WHO, from: 255, to: 255 });
  await before.append(verdictOf('x'), 'synced', [{ put: 'retention', value: '[0,256,"x"]' }]);
  await before.close();
  const ledger = await open({ keepDays: 1000, keepBytes: null });
  assert.equal(await ledger.archive.retain(), 1);
  assert.deepEqual(ledger.dropped, [{ from: 256, to: 511 }]);
  await ledger.append(verdictOf('x'), 'synced', [{ put: 'retention', value: '{}' }]);
  assert.equal(await ledger.archive.retain(), 0, 'what is no list names nothing');
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
  const manifest = { first: 0, entries: 256, to: '2026-01-01T00:00:00.000Z' };
  const old = [{ segment: { manifest }, bytes: 10 }] as unknown as SizedSegment[];
  assert.equal(chooseDropped(old, OLD, [], null), null);
  assert.equal(chooseDropped(old, OLD, [], START_MS + 365 * DAY_MS)?.segments.length, 1);
  assert.equal(chooseDropped(old, OLD, [], START_MS + 6 * DAY_MS), null, 'not older, just as old');
});
