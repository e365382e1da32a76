// Reads what still reads of a store's files, without LevelDB: every block and record that its checksum vouches for.
//
// Files are read one at a time and what they hold goes into a scratch store, which puts it into order: memory stays flat, however large the
// ledger is.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readBatch } from './level-batch.ts';
import type { LevelChange } from './level-batch.ts';
import { readLevelLog } from './level-log.ts';
import { readManifest } from './level-manifest.ts';
import { readTable } from './level-table.ts';
import type { StateChange } from './ledger.ts';
import { unplaced } from './placing.ts';
import type { Pair, Store } from './store.ts';

export interface Salvage {
  /** The last value of a key that is in the files; undefined as well when it was deleted. */
  get(key: string): Promise<string | undefined>;
  /** The last value of each key that is there from `from` (included) to `to` (excluded), ascending. */
  pairs(range: { readonly from: string; readonly to: string }): AsyncGenerator<Pair>;
  /** What does not read, in plain words. */
  readonly damages: readonly string[];
}

/** Changes in one batch. */
const BATCH = 1000;

/**
 * Tables that MANIFEST no longer names are left out while it reads whole: they hold what was erased since. Else all are taken.
 * Changes nothing in `folder`; `scratch` is an empty store that is thrown away behind. Throws what reading a file throws.
 */
export async function salvage(folder: string, scratch: Store): Promise<Salvage> {
  const names = (await readdir(folder)).toSorted();
  const damages: string[] = [];
  const live = await liveFiles(folder, names, damages);
  for (const name of names) {
    const number = Number.parseInt(name, 10);
    if (/^\d+\.(ldb|sst)$/.test(name) && (live === null || live.tables.has(number))) {
      const { changes, damages: bad } = readTable(await readFile(join(folder, name)));
      await sortInto(scratch, changes);
      damages.push(...bad.map((problem) => `${name}: ${problem}`));
    } else if (/^\d+\.log$/.test(name) && (live === null || number >= live.logNumber)) {
      const log = readLevelLog(await readFile(join(folder, name)));
      for (const { bytes, offset } of log.records) {
        const batch = readBatch(bytes);
        if (batch === null) damages.push(`${name}: byte ${offset}: a record is no batch`);
        else await sortInto(scratch, batch);
      }
      damages.push(...log.damages.map(({ offset, problem }) => `${name}: byte ${offset}: ${problem}`));
      if (log.tornAt !== null) damages.push(`${name}: byte ${log.tornAt}: it ends in half a record`);
    }
  }
  return {
    damages,
    async get(key) {
      for await (const [, value] of newestIn(scratch, { from: key + END, to: key + BEHIND })) return value;
      return undefined;
    },
    pairs: (range) => newestIn(scratch, range),
  };
}

/** Ends a key in the scratch store; behind it stands its order, the newest first. No key of ours holds either. */
const END = '\u0000';
const BEHIND = '\u0001';
const ORDER_DIGITS = 16;

async function sortInto(scratch: Store, changes: readonly LevelChange[]): Promise<void> {
  for (let from = 0; from < changes.length; from += BATCH) {
    const said = changes.slice(from, from + BATCH).flatMap(unplaced);
    const batch = said.map(({ key, value, order }): StateChange => {
      const age = String(Number.MAX_SAFE_INTEGER - order).padStart(ORDER_DIGITS, '0');
      return { put: key + END + age, value: value === null ? '' : `=${value}` };
    });
    await scratch.write(batch, false);
  }
}

async function* newestIn(scratch: Store, range: { readonly from: string; readonly to: string }): AsyncGenerator<Pair> {
  let last: string | null = null;
  for await (const page of scratch.pages(range)) {
    for (const [placed, value] of page) {
      const key = placed.slice(0, -ORDER_DIGITS - END.length);
      if (key !== last && value !== '') yield [key, value.slice(1)];
      last = key;
    }
  }
}

interface LiveFiles {
  readonly tables: ReadonlyMap<number, unknown>;
  readonly logNumber: number;
}

async function liveFiles(folder: string, names: readonly string[], damages: string[]): Promise<LiveFiles | null> {
  const current = await readFile(join(folder, 'CURRENT'), 'latin1').catch(() => '');
  const name = current.trimEnd();
  const manifest = names.includes(name) ? readManifest(await readFile(join(folder, name))) : null;
  if (manifest === null || manifest.torn) {
    damages.push(`${name === '' ? 'CURRENT' : name}: it does not say which files hold`);
    return null;
  }
  const there = new Set(names.map((one) => Number.parseInt(one, 10)));
  const missing = [...manifest.tables.keys()].filter((number) => !there.has(number));
  damages.push(...missing.map((number) => `table ${number}: it is missing`));
  if (manifest.logNumber > 0 && !there.has(manifest.logNumber)) {
    damages.push(`log ${manifest.logNumber}: it is missing`);
    return null;
  }
  return manifest;
}
