// A repair over sealed segments: whole ones stay as they are, damaged ones are sealed anew from what verifies, dropped ones are not lost.

import assert from 'node:assert/strict';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { openLedger } from '../../src/record/chain.ts';
import type { OpenLedger } from '../../src/record/chain.ts';
import { repairLedger } from '../../src/record/repair.ts';
import type { RepairReport } from '../../src/record/repair-report.ts';
import { segmentPath } from '../../src/record/segment-files.ts';
import { rewriteValues } from '../../src/record/segment-writer.ts';
import { openStore } from '../../src/record/open-store.ts';
import { ENTRY_PREFIX, entryKey } from '../../src/record/store-keys.ts';
import { verifyFolder } from '../../src/record/verify-store.ts';
import { verifySegment } from '../../src/record/verify-segment.ts';
import { pauses } from '../../src/record/pace.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { outcomeOf, verdictOf } from './sample-bodies.ts';
import { temporaryFolder } from './temporary-folder.ts';

const template = mkdtempSync(join(tmpdir(), 'interlock-repair-sealed-'));
after(() => rmSync(template, { recursive: true }));
let made: Promise<number> | null = null;

const open = (dataDir: string, retention?: { keepDays: number; keepBytes: null }): Promise<OpenLedger> =>
  openLedger({
    dataDir,
    version: '0.0.0',
    start: 'lazy',
    clock: () => Date.UTC(2026, 0, retention === undefined ? 1 : 20),
    sealing: { keepLive: 50, segmentEntries: 256, ...(retention === undefined ? {} : { retention }) },
  });

/** Two segments some live entries in a table, and the newest in the log. Returns how many. */
async function write(): Promise<number> {
  const first = await open(template);
  for (let i = 0; i < 300; i += 1) {
    void first.append(verdictOf(`x-${i}`), 'written');
    first.note(outcomeOf(`x-${i}`, String(i)));
  }
  await first.flush();
  await first.archive.seal();
  assert.equal(first.archive.list().length, 2);
  await first.close();
  const again = await open(template);
  for (let i = 0; i < 10; i += 1) await again.append(verdictOf(`late-${i}`), 'synced');
  const { size } = again;
  await again.close();
  return size + 1;
}

async function filled(t: TestContext): Promise<{ readonly dataDir: string; readonly size: number }> {
  const size = await (made ??= write());
  const dataDir = temporaryFolder(t);
  cpSync(template, dataDir, { recursive: true });
  return { dataDir, size };
}

function flip(file: string, at: (bytes: Buffer) => number): void {
  const bytes = readFileSync(file);
  const place = at(bytes);
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

function damageLive(dataDir: string, text = 'late-3@customer'): void {
  const folder = join(dataDir, 'ledger');
  const log = readdirSync(folder).find((name) => name.endsWith('.log') && readFileSync(join(folder, name)).includes(text)) ?? '';
  flip(join(folder, log), (bytes) => bytes.indexOf(text));
}

/** Entries of both segments. */
const SEALED = 512;

/** Keys that LevelDB has of sealed entries: a start takes them away, and a repair must not leave it to that. */
async function keysBelow(dataDir: string, end: number): Promise<number> {
  const store = await openStore(dataDir, { create: false });
  let count = 0;
  for await (const page of store.pages({ from: ENTRY_PREFIX, to: entryKey(end) })) count += page.length;
  await store.close();
  return count;
}

/** Repairs, and holds what came of it against what the repair tells. */
async function repaired(dataDir: string, size: number, day = 1): Promise<RepairReport> {
  const looked = await repairLedger(dataDir, { dryRun: true });
  const report = await repairLedger(dataDir, { dryRun: false, clock: () => Date.UTC(2026, 0, day) });
  assert.deepEqual({ ...report, kept: null }, looked);
  assert.equal(report.entries, size);
  assert.deepEqual(
    readdirSync(dataDir).filter((name) => /^ledger-(salvage|repair|resealed)/.test(name)),
    [],
  );
  const { firstBad, entries } = await verifyFolder(dataDir, {});
  assert.deepEqual([firstBad, entries], [null, size + 1]);
  assert.equal(await keysBelow(dataDir, SEALED), 0);
  const ledger = await open(dataDir);
  assert.equal(ledger.archive.list().length, 2);
  const told = (await ledger.get(size))?.body;
  const whole = report.lost.length + report.damages.length === 0;
  assert.equal(told?.type === 'repair' && told.note === '', whole);
  const { publicKey } = ledger.keys;
  await ledger.append(verdictOf('later'), 'synced');
  await ledger.close();
  for (const first of [0, 256]) {
    const path = segmentPath(dataDir, first, 'entries');
    if (existsSync(path)) assert.equal((await verifySegment(path, [publicKey])).problem, null);
  }
  return report;
}

async function exchangeAt(dataDir: string, entry: number): Promise<string> {
  const ledger = await open(dataDir);
  const body = (await ledger.get(entry))?.body;
  await ledger.close();
  return body?.type === 'verdict' ? body.exchange : (body?.type ?? 'nothing');
}

test('a damaged store: live entries are lost, and what is sealed stays where it is', async (t) => {
  const { dataDir, size } = await filled(t);
  damageLive(dataDir);
  const before = readFileSync(segmentPath(dataDir, 0, 'manifest'));
  const { lost, kept } = await repaired(dataDir, size);
  assert.equal(lost.length, 1);
  assert.ok((lost[0]?.from ?? 0) >= 512, JSON.stringify(lost));
  assert.deepEqual(readFileSync(segmentPath(dataDir, 0, 'manifest')), before);
  assert.ok(!existsSync(join(dataDir, kept ?? '', 'segments')));
  assert.equal(await exchangeAt(dataDir, 1), 'x-0');
});

test('a damaged segment: the other one stays, and it is sealed anew', async (t) => {
  const { dataDir, size } = await filled(t);
  flip(segmentPath(dataDir, 0, 'entries'), (bytes) => bytes.length >> 2);
  const { lost, damages, kept } = await repaired(dataDir, size);
  assert.deepEqual(lost, [{ from: 0, to: 255 }]);
  assert.deepEqual(damages, ['segment from entry 0 on: its entries file is not the one that was sealed']);
  assert.deepEqual(readdirSync(join(dataDir, kept ?? '', 'segments')).length, 3);
  assert.equal(await exchangeAt(dataDir, 0), 'lost');
  assert.equal(await exchangeAt(dataDir, 257), 'x-128');
});

test('an entry that was changed in a whole file does not come through as true', async (t) => {
  const { dataDir, size } = await filled(t);
  const path = segmentPath(dataDir, 256, 'entries');
  await rewriteValues(
    path,
    (frame, lines) => (frame === 0 ? lines.map((line) => line.replace('"x-200"', '"y-200"')) : null),
    pauses(),
  );
  const { lost } = await repaired(dataDir, size);
  assert.deepEqual(lost, [{ from: 256, to: 511 }]);
});

test('nothing is lost with a torn end, a manifest, or the last one of them', async (t) => {
  for (const harm of [
    (dataDir: string) =>
      truncateSync(segmentPath(dataDir, 0, 'entries'), readFileSync(segmentPath(dataDir, 0, 'entries')).length - 5),
    (dataDir: string) => rmSync(segmentPath(dataDir, 0, 'manifest')),
    (dataDir: string) => flip(segmentPath(dataDir, 256, 'manifest'), (bytes) => bytes.indexOf('sha256 ') + 9),
    (dataDir: string) => rmSync(segmentPath(dataDir, 256, 'manifest')),
  ]) {
    const { dataDir, size } = await filled(t);
    harm(dataDir);
    const { lost, damages } = await repaired(dataDir, size);
    assert.deepEqual([lost, damages.length], [[], 1], String(harm));
    assert.equal(await exchangeAt(dataDir, 1), 'x-0');
  }
});

test('what LevelDB still has of a frame that is gone is saved from there', async (t) => {
  const dataDir = temporaryFolder(t);
  const source = temporaryFolder(t);
  const ledger = await openLedger({
    dataDir: source,
    version: '0.0.0',
    sealing: {
      keepLive: 50,
      segmentEntries: 256,
      onStep: (step) => step === 'manifest' && cpSync(source, dataDir, { recursive: true }),
    },
  });
  for (let i = 0; i < 200; i += 1) {
    void ledger.append(verdictOf(`x-${i}`), 'written');
    ledger.note(outcomeOf(`x-${i}`, String(i)));
  }
  await ledger.flush();
  await ledger.archive.seal();
  await ledger.close();
  flip(segmentPath(dataDir, 0, 'entries'), (bytes) => bytes.length >> 2);
  assert.deepEqual((await repairLedger(dataDir, { dryRun: false })).lost, []);
  assert.equal((await verifyFolder(dataDir, {})).firstBad, null);
});

test('a file of values that does not read costs the values, and no entry', async (t) => {
  const { dataDir, size } = await filled(t);
  flip(segmentPath(dataDir, 0, 'values'), (bytes) => bytes.length >> 2);
  const { lost, damages } = await repaired(dataDir, size);
  assert.deepEqual([lost, damages], [[], ['segment from entry 0 on: its values file is missing or damaged']]);
  const ledger = await open(dataDir);
  const reasons = await Promise.all([1, 301].map((entry) => ledger.get(entry)));
  await ledger.close();
  assert.deepEqual(
    reasons.map((entry) => entry?.body.type === 'verdict' && entry.body.reason.startsWith('commitment:')),
    [true, false],
  );
});

test('what was dropped is not lost; where the entry that tells of it is gone, that is said and nothing is made up', async (t) => {
  const { dataDir } = await filled(t);
  const dropping = await open(dataDir, { keepDays: 1, keepBytes: null });
  // Tables are rewritten here, and not when segments are dropped: the entry that tells of it stays in the log.
  await dropping.archive.seal();
  await dropping.archive.retain();
  assert.deepEqual(dropping.dropped, [{ from: 0, to: 511 }]);
  await dropping.append(verdictOf('late-11'), 'synced');
  const { size } = dropping;
  await dropping.close();
  const other = temporaryFolder(t);
  cpSync(dataDir, other, { recursive: true });
  damageLive(dataDir, 'late-11@customer');
  assert.equal((await repaired(dataDir, size + 1)).lost.length, 1);
  assert.match((await verifyFolder(dataDir, {})).notes.join('\n'), /512 entries were dropped by retention/);

  damageLive(other, '"retention"');
  const { damages } = await repairLedger(other, { dryRun: false });
  assert.match(damages.join('\n'), /entries from 0 on were dropped, and the entry that tells of it is lost/);
  assert.match((await verifyFolder(other, {})).firstBad?.problem ?? '', /no entry of the ledger tells/);
});

test('lost entries that were dropped since still count as lost', async (t) => {
  const { dataDir, size } = await filled(t);
  flip(segmentPath(dataDir, 0, 'entries'), (bytes) => bytes.length >> 2);
  await repaired(dataDir, size);
  const dropping = await open(dataDir, { keepDays: 1, keepBytes: null });
  await dropping.archive.retain();
  assert.deepEqual(dropping.dropped, [{ from: 0, to: SEALED - 1 }]);
  await dropping.append(verdictOf('late-11'), 'synced');
  const now = dropping.size;
  await dropping.close();
  damageLive(dataDir, 'late-11@customer');
  assert.equal((await repaired(dataDir, now + 1, 2)).lost.length, 1);
});

test("another's manifest behind the last one makes nothing lost: it has to go first", async (t) => {
  const { dataDir } = await filled(t);
  damageLive(dataDir);
  writeFileSync(segmentPath(dataDir, 256 * 1_000_000, 'manifest'), readFileSync(segmentPath(dataDir, 256, 'manifest')));
  await throwsWithCode('STORE_CORRUPT', () => repairLedger(dataDir, { dryRun: false }));
  for (const first of [0, 256]) appendFileSync(segmentPath(dataDir, first, 'manifest'), 'x');
  rmSync(segmentPath(dataDir, 256 * 1_000_000, 'manifest'));
  await assert.rejects(repairLedger(dataDir, { dryRun: false }), /no manifest of its sealed segments reads/);
});

test('broken off at any step of putting it into place, it is done again', async (t) => {
  for (const fatal of ['filled', 'built', 'moved', 'resealed'] as const) {
    const { dataDir, size } = await filled(t);
    flip(segmentPath(dataDir, 0, 'entries'), (bytes) => bytes.length >> 2);
    const broken = repairLedger(dataDir, {
      dryRun: false,
      onStep(step) {
        if (step === fatal) throw new Error('broken off');
      },
    });
    await assert.rejects(broken, /broken off/);
    if (fatal === 'moved') {
      // Half of the files are in their places.
      const staged = segmentPath(join(dataDir, 'ledger-resealed'), 0, 'entries');
      rmSync(segmentPath(dataDir, 0, 'entries'));
      cpSync(staged, segmentPath(dataDir, 0, 'entries'));
      rmSync(staged);
    }
    const { lost } = await repairLedger(dataDir, { dryRun: false });
    assert.deepEqual(lost, [{ from: 0, to: 255 }], fatal);
    const { firstBad, entries } = await verifyFolder(dataDir, {});
    assert.deepEqual([firstBad, entries], [null, size + 1], fatal);
  }
});
