// A verification that goes on where another stopped says the same as one that reads all, but of what was changed behind its back.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openLedger } from '../../src/record/chain.ts';
import type { OpenLedger } from '../../src/record/chain.ts';
import { checkpointWriter } from '../../src/record/checkpoint.ts';
import { peaksOf } from '../../src/record/merkle.ts';
import { loadSigner } from '../../src/record/signer.ts';
import { entryKey } from '../../src/record/store-keys.ts';
import { openStore } from '../../src/record/open-store.ts';
import { verifyFolder } from '../../src/record/verify-store.ts';
import type { VerifyChainOptions } from '../../src/record/verify.ts';
import type { VerifyReport } from '../../src/record/verify-report.ts';
import { outcomeOf, START, verdictOf } from './sample-bodies.ts';
import { temporaryFolder } from './temporary-folder.ts';

const SEALING = { keepLive: 100, segmentEntries: 256 };

interface Filled {
  readonly dataDir: string;
  readonly ledger: OpenLedger;
  /** Checkpoints of some sizes on the way. */
  readonly kept: readonly string[];
}

const folder = mkdtempSync(join(tmpdir(), 'interlock-resumed-'));
let shared: Filled;
before(async () => void (shared = await fill(folder)));
after(async () => {
  await shared.ledger.close();
  rmSync(folder, { recursive: true });
});

/** 1,400 entries: three keys, numbers with holes, exchanges without an end, a restart, values, and four sealed segments. */
async function fill(dataDir: string): Promise<Filled> {
  const ledger = await openLedger({ dataDir, version: '0.0.0', sealing: SEALING });
  const kept: string[] = [];
  for (let i = 0; i < 700; i += 1) {
    void ledger.append(verdictOf(`x${i}`, i % 9 === 0 ? { agentSequence: i + 1 } : {}), 'written');
    if (i % 50 !== 0) ledger.note(outcomeOf(`x${i}`, String(ledger.size)));
    if (i % 60 === 0) await ledger.flush();
    if (i % 240 === 0) kept.push(ledger.checkpoint());
    if (i === 100 || i === 500) await ledger.rotateKey({ reason: 'yearly', osUser: null });
    if (i === 300) await ledger.append({ ...START, syncedSize: 5 }, 'written');
  }
  await ledger.flush();
  await ledger.archive.seal();
  return { dataDir, ledger, kept };
}

async function statesOf(
  ledger: OpenLedger,
  options: VerifyChainOptions = {},
): Promise<{ states: string[]; report: VerifyReport }> {
  const states: string[] = [];
  const report = await ledger.verify({ ...options, stateEvery: 1, onState: (state) => states.push(state) });
  return { states, report };
}

const nextOf = (state: string): number => (JSON.parse(state) as { next: number }).next;
const changed = (state: string, change: object): string => JSON.stringify({ ...(JSON.parse(state) as object), ...change });

/** Outside of the ledger's own hands, which must be closed. */
async function overwrite(dataDir: string, sequence: number, change: (text: string) => string): Promise<void> {
  const store = await openStore(dataDir, { create: false });
  const text = (await store.get(entryKey(sequence))) ?? assert.fail(`entry ${sequence} is not live`);
  await store.write([{ put: entryKey(sequence), value: change(text) }], true);
  await store.close();
}

test('from wherever it goes on, the report is that of a walk of everything', async () => {
  const { ledger, kept } = shared;
  const against = kept.map((note, i) => ({ source: `note ${i}`, note }));
  const { states, report } = await statesOf(ledger, { kept: against });
  assert.equal(report.ok, true, report.firstBad?.problem);
  assert.ok(report.missingRequests > 0 && report.unfinished > 0 && report.keys.length === 3 && report.notes.length > 0);
  assert.ok(states.length > 5);
  for (const resume of states) {
    const again = await ledger.verify({ resume, kept: against });
    assert.deepEqual(again, { ...report, verifiedBefore: nextOf(resume) });
  }
  assert.equal(nextOf(states.at(-1) ?? ''), ledger.size);
});

test('what was appended since is all that is read', async () => {
  const { ledger } = shared;
  const resume = (await statesOf(ledger)).states.at(-1) ?? '';
  void ledger.append(verdictOf('later'), 'written');
  await ledger.flush();
  const told: number[] = [];
  const report = await ledger.verify({ resume, onProgress: (done) => told.push(done) });
  assert.deepEqual([report.ok, report.verifiedBefore, report.entries], [true, ledger.size - 1, ledger.size]);
  assert.deepEqual({ ...report, verifiedBefore: 0 }, await ledger.verify({}));
});

test('an edit before is found by who reads all and not by who goes on; one of the last entry is found by both', async (t) => {
  const { dataDir, ledger } = await fill(temporaryFolder(t));
  const { states } = await statesOf(ledger);
  const resume = states.at(-2) ?? '';
  await ledger.close();
  const next = nextOf(resume);
  await overwrite(dataDir, next - 20, (text) => text.replace('"body":{', '"body":{"a":1,'));
  assert.equal((await verifyFolder(dataDir, {})).firstBad?.sequence, next - 20);
  assert.deepEqual((await verifyFolder(dataDir, { resume })).firstBad, null);
  await overwrite(dataDir, next - 1, (text) => text.replace('"version":1', '"version":2'));
  const report = await verifyFolder(dataDir, { resume });
  assert.match(report.firstBad?.problem ?? '', new RegExp(`entry ${next - 1} is not the one that was verified before`));
  const store = await openStore(dataDir, { create: false });
  await store.write([{ del: entryKey(next - 1) }], true);
  await store.close();
  const gone = await verifyFolder(dataDir, { resume });
  assert.deepEqual([gone.firstBad?.sequence, gone.firstBad?.problem], [next - 1, report.firstBad?.problem]);
});

test('a checkpoint that can not be proven any more is no pass', async (t) => {
  const { dataDir, ledger, kept } = await fill(temporaryFolder(t));
  const resume = (await statesOf(ledger)).states.at(-1) ?? '';
  await ledger.close();
  const against = { resume, kept: kept.map((note) => ({ source: 'a note', note })) };
  assert.equal((await verifyFolder(dataDir, against)).ok, true);
  const store = await openStore(dataDir, { create: false });
  await store.write([{ del: entryKey(ledger.size - 6) }], true);
  await store.close();
  const report = await verifyFolder(dataDir, against);
  assert.equal(report.ok, false);
  assert.match(report.firstBad?.problem ?? '', /does not lead from a note/);
});

test('a ledger that ends before is a ledger that was cut, also without a checkpoint kept elsewhere', async () => {
  const { ledger } = shared;
  const last = (await statesOf(ledger)).states.at(-1) ?? '';
  const more = nextOf(last) + 7;
  const longer = changed(last, { next: more, peaks: peaksOf(more).map(() => 'a'.repeat(64)) });
  assert.match((await ledger.verify({ resume: longer })).firstBad?.problem ?? '', /is missing: \d+ entries were verified before/);
});

test('checkpoints of fewer entries are proven against what was verified before', async () => {
  const { dataDir, ledger } = shared;
  const resume = (await statesOf(ledger)).states.at(-1) ?? '';
  const key = loadSigner(dataDir) ?? assert.fail('no key');
  const sign = checkpointWriter(key, (JSON.parse(resume) as { ledger: string }).ledger);
  const size = ledger.size - 3;
  const other = { source: 'a note of another course', note: sign(size, 'ab'.repeat(32)) };
  const report = await ledger.verify({ resume, kept: [other] });
  assert.match(report.firstBad?.problem ?? '', /another course before entry/);
  assert.equal(report.firstBad?.sequence, size - 1);
  const proper = { source: 'a true note', note: sign(size, await ledger.prover.root(size)) };
  assert.equal((await ledger.verify({ resume, kept: [proper] })).ok, true);
  const ofAll = { source: 'a note of as many', note: sign(ledger.size, 'ab'.repeat(32)) };
  assert.match((await ledger.verify({ resume, kept: [ofAll] })).firstBad?.problem ?? '', /another course before entry/);
});

test('what the file says makes no other chain: keys are checked anew, and the tree must lead to the signed head', async () => {
  const { ledger } = shared;
  const { states } = await statesOf(ledger);
  const resume = states.at(-2) ?? '';
  const state = JSON.parse(resume) as { peaks: string[]; keys: Array<{ body: string; sequence: number }> };
  const [peak = '', ...peaks] = state.peaks;
  const flipped = (peak.startsWith('0') ? '1' : '0') + peak.slice(1);
  const report = await ledger.verify({ resume: changed(resume, { peaks: [flipped, ...peaks] }) });
  assert.equal(report.ok, false);
  const keys = state.keys.map((one) => ({ ...one, body: one.body.replace(/"signature":"..../, '"signature":"AAAA') }));
  await assert.rejects(ledger.verify({ resume: changed(resume, { keys }) }), /USAGE|did not sign/);
  await assert.rejects(ledger.verify({ resume: changed(resume, { ledger: '0'.repeat(16) }) }), { code: 'USAGE' });
  for (const change of [
    { peaks: peaks.length === 0 ? ['a'.repeat(64), peak] : peaks },
    { next: -1 },
    { next: 0, peaks: [] },
    { hash: 'x' },
    { more: 1 },
    { exchanges: {} },
    { keys: [{ sequence: 1, body: {} }] },
    { format: 'interlock-verify/2' },
  ])
    await assert.rejects(ledger.verify({ resume: changed(resume, change) }), { code: 'USAGE' }, JSON.stringify(change));
  for (const text of ['', 'null', '[]', '{}', `${resume} `.repeat(5_000)])
    await assert.rejects(ledger.verify({ resume: text }), { code: 'USAGE' });
});
