// A log with a hole: cut off only where nothing synced stands behind it, kept beside the store, told in the start entry.

import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { openLedger } from '../../src/record/chain.ts';
import { readBatch } from '../../src/record/level-batch.ts';
import { readLevelLog } from '../../src/record/level-log.ts';
import { unplaced } from '../../src/record/placing.ts';
import { HEAD_KEY, SYNCED_KEY } from '../../src/record/store-keys.ts';
import { verifyFolder } from '../../src/record/verify-store.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { verdictOf } from './sample-bodies.ts';
import { temporaryFolder } from './temporary-folder.ts';

interface Killed {
  readonly dataDir: string;
  /** The log that was being written, and its bytes. */
  readonly log: string;
  readonly bytes: Buffer;
  /** Offsets of its records, and the number of the last synced one. */
  readonly offsets: readonly number[];
  readonly lastSynced: number;
  /** Entries that were acknowledged as synced. */
  readonly synced: number;
}

/** A run as a kill leaves it: six synced entries among written ones, then `tail` written ones. */
async function killedRun(folder: string, tail: number): Promise<Killed> {
  const running = join(folder, 'running');
  const dataDir = join(folder, 'killed');
  const ledger = await openLedger({ dataDir: running, version: '0.0.0' });
  for (let i = 0; i < 12; i += 1) await ledger.append(verdictOf(`x${i}`), i % 2 === 1 ? 'synced' : 'written');
  const synced = ledger.size;
  for (let i = 0; i < tail; i += 1) await ledger.append(verdictOf(`tail${i}`), 'written');
  cpSync(running, dataDir, { recursive: true });
  await ledger.close();
  const log = readdirSync(join(dataDir, 'ledger')).find((name) => name.endsWith('.log')) ?? '';
  const bytes = readFileSync(join(dataDir, 'ledger', log));
  const { records } = readLevelLog(bytes);
  const lastSynced = records.findLastIndex((one) => isSynced(one.bytes));
  return { dataDir, log, bytes, offsets: records.map(({ offset }) => offset), lastSynced, synced };
}

/** It says that it itself is on disk. */
function isSynced(record: Buffer): boolean {
  const said = readBatch(record)?.flatMap(unplaced) ?? [];
  const valueOf = (wanted: string): string => said.find(({ key }) => key === wanted)?.value ?? '';
  return valueOf(HEAD_KEY).split('\n')[1] === valueOf(SYNCED_KEY);
}

/** A copy of the run whose log holds these bytes. */
function withLog(t: TestContext, run: Killed, bytes: Buffer): string {
  const dataDir = mkdtempSync(join(temporaryFolder(t), 'copy-'));
  cpSync(run.dataDir, dataDir, { recursive: true });
  writeFileSync(join(dataDir, 'ledger', run.log), bytes);
  return dataDir;
}

function flipped(run: Killed, record: number): Buffer {
  const bytes = Buffer.from(run.bytes);
  const at = (run.offsets[record] ?? 0) + 40;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}

function without(run: Killed, record: number): Buffer {
  const bytes = Buffer.from(run.bytes);
  return bytes.fill(0, run.offsets[record], run.offsets[record + 1]);
}

/** Opens it, and gives what the start entry tells and how many entries stood before it. */
async function opened(dataDir: string): Promise<{ note: string; entries: number }> {
  const ledger = await openLedger({ dataDir, version: '0.0.0', start: 'lazy' });
  const entries = ledger.size;
  await ledger.append(verdictOf('after'), 'written');
  const { body } = (await ledger.get(entries)) ?? {};
  await ledger.close();
  return { entries, note: body?.type === 'start' ? body.note : '' };
}

for (const [name, harm] of [
  ['a flipped bit', flipped],
  ['zeros', without],
] as const) {
  test(`${name} behind the last synced batch: cut off there, kept, told, and the chain verifies`, async (t) => {
    const run = await killedRun(temporaryFolder(t), 6);
    assert.equal(run.offsets.length - run.lastSynced, 7);
    for (let record = run.lastSynced + 1; record < run.offsets.length; record += 1) {
      const bytes = harm(run, record);
      const dataDir = withLog(t, run, bytes);
      const { note, entries } = await opened(dataDir);
      assert.equal(entries, run.synced + record - run.lastSynced - 1, 'all up to the hole is there');
      assert.match(note, new RegExp(`from byte ${run.offsets[record]} of ${run.log} on .* is kept in ledger-lost`));
      const [kept = '', ...more] = readdirSync(join(dataDir, 'ledger-lost'));
      assert.deepEqual(more, []);
      assert.ok(readFileSync(join(dataDir, 'ledger-lost', kept)).equals(bytes), 'what was cut is kept');
      assert.equal((await verifyFolder(dataDir, {})).ok, true);
      assert.equal((await opened(dataDir)).note, '', 'told once');
    }
  });

  test(`${name} in or before the last synced batch: refused, and nothing is cut`, async (t) => {
    const run = await killedRun(temporaryFolder(t), 3);
    for (let record = 0; record <= run.lastSynced; record += 1) {
      const bytes = harm(run, record);
      const dataDir = withLog(t, run, bytes);
      await throwsWithCode('STORE_CORRUPT', () => opened(dataDir));
      assert.ok(readFileSync(join(dataDir, 'ledger', run.log)).equals(bytes), `record ${record}`);
      assert.equal(existsSync(join(dataDir, 'ledger-lost')), false);
    }
  });
}

test('a log torn at any place behind the last synced batch keeps every synced entry', async (t) => {
  const run = await killedRun(temporaryFolder(t), 4);
  const from = run.offsets[run.lastSynced + 1] ?? 0;
  for (let end = from + 3; end < run.bytes.length; end += Math.ceil((run.bytes.length - from) / 12)) {
    const dataDir = withLog(t, run, run.bytes.subarray(0, end));
    const { note, entries } = await opened(dataDir);
    assert.ok(entries >= run.synced, `cut at ${end}`);
    if (!run.offsets.includes(end)) assert.match(note, /half a record/);
    assert.equal(existsSync(join(dataDir, 'ledger-lost')), false);
    assert.equal((await verifyFolder(dataDir, {})).ok, true);
  }
});
