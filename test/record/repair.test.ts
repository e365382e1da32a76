// A damaged ledger is built anew: what is lost is on record, the rest holds, the damaged one stays as it was.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLedger } from '../../src/record/chain.ts';
import { decodeEntry } from '../../src/record/entry-codec.ts';
import type { StateStore } from '../../src/record/ledger.ts';
import { repairLedger } from '../../src/record/repair.ts';
import { doubtedUntil, REPAIRED_AT } from '../../src/record/repaired-at.ts';
import { entryKey, HEAD_KEY, stateKey } from '../../src/record/store-keys.ts';
import { checkpointWriter } from '../../src/record/checkpoint.ts';
import { loadSigner, signerFor } from '../../src/record/signer.ts';
import { openStore } from '../../src/record/open-store.ts';
import { verifyFolder } from '../../src/record/verify-store.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { sampleLedger } from './damage.ts';
import { verdictOf } from './sample-bodies.ts';
import { temporaryFolder } from './temporary-folder.ts';

const REPAIR = join(import.meta.dirname, '../../src/record/repair.ts');

test('what verifies is saved, what is lost is named by verify, and the ledger goes on', async (t) => {
  const dataDir = temporaryFolder(t);
  const sample = await sampleLedger(dataDir, 12);
  // The newest: older ones may be left from before a compaction.
  const table =
    sample.files
      .filter((name) => name.endsWith('.ldb'))
      .toSorted()
      .at(-1) ?? '';
  const file = join(dataDir, 'ledger', table);
  const bytes = readFileSync(file);
  // State stands in front; behind the middle are entries.
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  await throwsWithCode('STORE_CORRUPT', () => verifyFolder(dataDir, {}));

  const looked = await repairLedger(dataDir, { dryRun: true });
  assert.equal(looked.kept, null);
  const report = await repairLedger(dataDir, { dryRun: false });
  assert.deepEqual([report.lost, report.entries], [looked.lost, sample.entries]);
  assert.ok(report.lostEntries > 0 && report.lostEntries < sample.entries / 2);
  assert.ok(readdirSync(join(dataDir, report.kept ?? '')).length > 0);

  const holds = await verifyFolder(dataDir, {});
  assert.deepEqual([holds.firstBad, holds.entries], [null, sample.entries + 1]);
  assert.ok(
    holds.notes.some((note) => note.includes(`lost by damage: ${JSON.stringify(report.lost)}`)),
    holds.notes.join('\n'),
  );
  const ledger = await openLedger({ dataDir, version: '0.0.0' });
  await ledger.append(verdictOf('later'), 'synced');
  assert.equal((await ledger.get(report.lost[0]?.from ?? 0))?.body.type, 'lost');
  assert.equal(await ledger.get('agent:3-1'), 'token-x3-1');
  await throwsWithCode('STORE_LOCKED', () => repairLedger(dataDir, { dryRun: true }));
  const other = `await (await import(${JSON.stringify(REPAIR)})).repairLedger(${JSON.stringify(dataDir)}, { dryRun: false })`;
  const ran = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', other]);
  assert.match(ran.stderr.toString(), /STORE_LOCKED/);
  await ledger.append(verdictOf('still held'), 'synced');
  await ledger.close();
  assert.equal((await verifyFolder(dataDir, {})).ok, true);

  // A second repair with nothing new to lose counts the earlier losses again.
  assert.equal((await repairLedger(dataDir, { dryRun: false })).lostEntries, 0);
  assert.equal((await verifyFolder(dataDir, {})).firstBad, null);
});

test('a log with a damaged record gives all the others', async (t) => {
  const dataDir = temporaryFolder(t);
  const ledger = await openLedger({ dataDir, version: '0.0.0' });
  for (let i = 0; i < 20; i += 1) await ledger.append(verdictOf(`x${i}`), 'synced');
  await ledger.close();
  const log = join(dataDir, 'ledger', readdirSync(join(dataDir, 'ledger')).find((name) => name.endsWith('.log')) ?? '');
  const bytes = readFileSync(log);
  const at = bytes.indexOf('x7@customer');
  bytes[at] = 0x79;
  writeFileSync(log, bytes);
  await throwsWithCode('STORE_CORRUPT', () => openLedger({ dataDir, version: '0.0.0' }));
  assert.deepEqual((await repairLedger(dataDir, { dryRun: false })).lost, [{ from: 8, to: 8 }]);
  assert.equal((await verifyFolder(dataDir, {})).firstBad, null);
});

const STARTED = 4;

/** Four entries, closed. */
async function small(dataDir: string): Promise<void> {
  const ledger = await openLedger({ dataDir, version: '0.0.0' });
  for (let i = 1; i < STARTED; i += 1) await ledger.append(verdictOf(`x${i}`), 'synced');
  await ledger.close();
}

async function lose(dataDir: string, sequences: readonly number[]): Promise<void> {
  const store = await openStore(dataDir, { create: false });
  await store.write(
    sequences.map((sequence) => ({ put: entryKey(sequence), value: 'nothing of it is left' })),
    true,
  );
  await store.close();
}

test('what can not be repaired is named, and stays as it is', async (t) => {
  const sample = join(temporaryFolder(t), 'data');
  await small(sample);
  const cases: ReadonlyArray<readonly [why: RegExp, harm: (dataDir: string) => unknown]> = [
    [/there is no ledger to repair/, (dataDir) => rmSync(join(dataDir, 'ledger'), { recursive: true })],
    [/its key is gone/, (dataDir) => rmSync(join(dataDir, 'ledger-key.pem'))],
    [/no entry of it can be read/, (dataDir) => lose(dataDir, [...Array(STARTED + 1).keys()])],
    [/ledger-repaired holds no repair/, (dataDir) => renameSync(join(dataDir, 'ledger'), join(dataDir, 'ledger-repaired'))],
    [
      /no manifest of its sealed segments reads/,
      (dataDir) => {
        mkdirSync(join(dataDir, 'segments'));
        writeFileSync(join(dataDir, 'segments', '0000000000000000.manifest'), '');
      },
    ],
  ];
  for (const [why, harm] of cases) {
    const dataDir = join(temporaryFolder(t), 'data');
    cpSync(sample, dataDir, { recursive: true });
    await harm(dataDir);
    const before = readdirSync(dataDir).toSorted();
    await assert.rejects(repairLedger(dataDir, { dryRun: false }), { code: 'STORE_CORRUPT', message: why });
    assert.deepEqual(readdirSync(dataDir).toSorted(), before, String(why));
  }
});

test('a head that another key signed, or nobody did, makes nothing lost behind the last entry', async (t) => {
  const sample = join(temporaryFolder(t), 'data');
  await small(sample);
  const ledger = loadSigner(sample)?.keyId ?? '';
  const root = '07'.repeat(32);
  const foreign = checkpointWriter(signerFor(generateKeyPairSync('ed25519').privateKey), ledger)(100, root);
  const own = checkpointWriter(loadSigner(sample) ?? assert.fail(), ledger)(100, root);
  for (const [note, lost] of [
    [foreign, []],
    [own.replace(/^100$/m, '90'), []],
    [own, [{ from: STARTED + 1, to: 99 }]], // behind the stop
  ] as const) {
    const dataDir = join(temporaryFolder(t), 'data');
    cpSync(sample, dataDir, { recursive: true });
    const store = await openStore(dataDir, { create: false });
    await store.write([{ put: HEAD_KEY, value: note }], true);
    await store.close();
    assert.deepEqual((await repairLedger(dataDir, { dryRun: true })).lost, lost, note);
  }
});

test('of many losses the first 64 are listed and all are counted; state is in doubt up to the last entry, whatever the clock says', async (t) => {
  const dataDir = temporaryFolder(t);
  const ledger = await openLedger({ dataDir, version: '0.0.0' });
  const state = [{ put: 'k', value: 'kept' }];
  await Promise.all(Array.from({ length: 140 }, (_, i) => ledger.append(verdictOf(`x${i}`), 'written', state)));
  await ledger.close();
  const lost = Array.from({ length: 66 }, (_, i) => 2 * i + 1);
  await lose(dataDir, lost);
  const report = await repairLedger(dataDir, { dryRun: false, clock: () => 0 });
  assert.deepEqual([report.lost.length, report.lostEntries], [66, 66]);
  const { ok, firstBad } = await verifyFolder(dataDir, {});
  assert.deepEqual([ok, firstBad], [true, null]);
  const store = await openStore(dataDir, { create: false });
  const body = decodeEntry((await store.get(entryKey(report.entries))) ?? '')?.body;
  const told = await store.get(stateKey(REPAIRED_AT));
  assert.deepEqual([await store.get(stateKey('k')), Array.isArray(body?.['lost']) && body['lost'].length], ['kept', 64]);
  await store.close();
  assert.ok((told ?? '') > '2020', told);
  const doubt = (value: string | undefined): Promise<number | null> =>
    doubtedUntil({ get: () => Promise.resolve(value) } as unknown as StateStore);
  assert.deepEqual(
    [await doubt(undefined), await doubt('no time'), await doubt(told)],
    [null, Number.POSITIVE_INFINITY, Date.parse(told ?? '')],
  );
});

test('where nothing is missing nothing is in doubt', async (t) => {
  const dataDir = temporaryFolder(t);
  const ledger = await openLedger({ dataDir, version: '0.0.0' });
  await ledger.append(verdictOf('x1'), 'synced', [{ put: 'k', value: 'kept' }]);
  await ledger.close();
  const { lost, damages, entries } = await repairLedger(dataDir, { dryRun: false });
  const store = await openStore(dataDir, { create: false });
  const body = decodeEntry((await store.get(entryKey(entries))) ?? '')?.body;
  assert.deepEqual([lost, damages, body?.['type'], body?.['note'], body?.['keys']], [[], [], 'repair', '', undefined]);
  assert.deepEqual([await store.get(stateKey('k')), await store.get(stateKey(REPAIRED_AT))], ['kept', undefined]);
  await store.close();
});
