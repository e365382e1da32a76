// Reads what still reads of a store's files, without LevelDB: every block and record that its checksum vouches for.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readBatch } from './level-batch.ts';
import type { LevelChange } from './level-batch.ts';
import { readLevelLog } from './level-log.ts';
import { readManifest } from './level-manifest.ts';
import { readTable } from './level-table.ts';

export interface Salvage {
  /** The last value of each key; keys that were deleted are not there. */
  readonly pairs: ReadonlyMap<string, string>;
  /** What does not read, in plain words. */
  readonly damages: readonly string[];
}

/**
 * Tables that MANIFEST no longer names are left out while it reads whole: they hold what was erased since. Else all are taken.
 * Changes nothing. Holds all of it in memory. Throws what reading a file throws.
 */
export async function salvage(folder: string): Promise<Salvage> {
  const names = (await readdir(folder)).toSorted();
  const damages: string[] = [];
  const newest = new Map<string, LevelChange>();
  const live = await liveFiles(folder, names, damages);
  for (const name of names) {
    const number = Number.parseInt(name, 10);
    if (/^\d+\.(ldb|sst)$/.test(name) && (live === null || live.tables.has(number))) {
      const { changes, damages: bad } = readTable(await readFile(join(folder, name)));
      keepNewest(newest, changes);
      damages.push(...bad.map((problem) => `${name}: ${problem}`));
    } else if (/^\d+\.log$/.test(name) && (live === null || number >= live.logNumber)) {
      readLog(await readFile(join(folder, name)), name, newest, damages);
    }
  }
  const pairs = new Map<string, string>();
  for (const { key, value } of newest.values()) if (value !== null) pairs.set(key, value);
  return { pairs, damages };
}

interface LiveFiles {
  readonly tables: ReadonlySet<number>;
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
  const missing = [...manifest.tables].filter((number) => !there.has(number));
  damages.push(...missing.map((number) => `table ${number}: it is missing`));
  if (manifest.logNumber > 0 && !there.has(manifest.logNumber)) {
    damages.push(`log ${manifest.logNumber}: it is missing`);
    return null;
  }
  return manifest;
}

function readLog(file: Buffer, name: string, newest: Map<string, LevelChange>, damages: string[]): void {
  const log = readLevelLog(file);
  for (const { bytes } of log.records) keepNewest(newest, readBatch(bytes) ?? []);
  damages.push(...log.damages.map(({ offset, problem }) => `${name}: byte ${offset}: ${problem}`));
}

function keepNewest(newest: Map<string, LevelChange>, changes: readonly LevelChange[]): void {
  for (const change of changes) {
    const known = newest.get(change.key);
    if (known === undefined || known.order <= change.order) newest.set(change.key, change);
  }
}
