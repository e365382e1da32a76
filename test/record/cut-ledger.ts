// A ledger that was written on a journaled disk, and what must hold of it after a power cut at any moment.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLedger } from '../../src/record/chain.ts';
import { faultyDisk } from '../support/faulty-disk.ts';
import { readPowerRecord } from '../support/power-cut.ts';
import type { PowerRecord } from '../support/power-cut.ts';

const APPENDER = join(import.meta.dirname, 'appender.ts');

/** One entry in seven synced, or few. Calls `use` with what was recorded of the disk. */
export async function withAppended(
  {
    appends,
    padding,
    durability = 'mixed',
    clients = 4,
  }: {
    readonly appends: number;
    readonly padding: number;
    readonly durability?: 'mixed' | 'rare';
    readonly clients?: number;
  },
  use: (record: PowerRecord) => Promise<void>,
): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'interlock-cut-'));
  await using disk = await faultyDisk(dataDir);
  try {
    const args = [APPENDER, dataDir, 'cut', durability, String(appends), String(padding), String(clients)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...disk.env } });
    child.stdout.resume();
    await once(child, 'close');
    await use(readPowerRecord({ root: dataDir, journal: disk.journal, grave: disk.grave }));
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

export interface CutReport {
  /** Entries that the cut ledger has, its new start included. */
  readonly entries: number;
  /** Acknowledged ones that are gone; none of them was to be synced. */
  readonly lost: number;
  /** What the new start says of its end. */
  readonly note: string;
}

/** Throws when a synced entry is gone, when the ledger does not open or hold, or when state stands without its entry. */
export async function checkCut(record: PowerRecord, moment: number, random: () => number): Promise<CutReport> {
  const folder = await mkdtemp(join(tmpdir(), 'interlock-cut-'));
  try {
    record.restore(moment, folder, random);
    const said = record.said(moment).map((line) => line.split(' '));
    const acknowledged = said.flatMap(([word, entry, exchange = '', durability]) =>
      word === 'ack' ? [{ entry: Number(entry), exchange, synced: durability === 'synced' }] : [],
    );
    // A synced entry takes all before it to the disk.
    const surely = Math.max(-1, ...acknowledged.filter(({ synced }) => synced).map(({ entry }) => entry));
    const ledger = await openLedger({ dataDir: folder, version: '0.0.0' });
    try {
      const report = await ledger.verify({ kept: [] });
      assert.deepEqual([report.ok, report.firstBad], [true, null]);
      const found = new Map<number, string>();
      let note = '';
      for await (const { sequence, body } of ledger.entries(0, Number.MAX_SAFE_INTEGER / 4)) {
        if (body.type === 'verdict') found.set(sequence, body.exchange);
        if (body.type === 'start') note = `${body.syncedSize} ${body.note}`;
      }
      const gone = acknowledged.filter(({ entry, exchange }) => found.get(entry) !== exchange);
      const missed = gone.filter(({ entry }) => entry <= surely);
      assert.deepEqual(missed, [], 'synced entries are gone');
      const exchanges = new Set(found.values());
      for (const [key, exchange] of await ledger.list('last:')) assert.ok(exchanges.has(exchange), `${key} without its entry`);
      return { entries: report.entries, lost: gone.length, note };
    } finally {
      await ledger.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same numbers for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
