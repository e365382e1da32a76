// Damages one file of a ledger and says what became of it: for the fast test and for `make faults`.

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InterlockError } from '../../src/errors.ts';
import { openLedger } from '../../src/record/chain.ts';
import { verifyFolder } from '../../src/record/verify-store.ts';
import { outcomeOf, verdictOf } from './sample-bodies.ts';

export interface Sample {
  readonly dataDir: string;
  readonly entries: number;
  readonly state: string;
  /** Names of the store's files that hold data. */
  readonly files: readonly string[];
}

export type DamageKind = 'flip' | 'cut' | 'zeros' | 'garbage' | 'gone';

export interface Damage {
  readonly file: string;
  readonly kind: DamageKind;
  /** From 0 to 1: where in the file. */
  readonly place: number;
  readonly bit: number;
}

/** `harmless`: all is there; `refused`: STORE_CORRUPT; `found`: verify names it; `told`: less is there and the start entry says so. */
export type Fate = 'harmless' | 'refused' | 'found' | 'told' | 'silent';

/** Four runs, so that entries lie in three tables and a log; the last one with state beside them. */
export async function sampleLedger(folder: string, perRun = 40): Promise<Sample> {
  for (let run = 0; run < 4; run += 1) {
    const ledger = await openLedger({ dataDir: folder, version: '0.0.0' });
    for (let i = 0; i < perRun; i += 1) {
      const exchange = `x${run}-${i}`;
      const state = [{ put: `agent:${run}-${i}`, value: `token-${exchange}` }];
      const { entry } = await ledger.append(verdictOf(exchange), i % 4 === 0 ? 'synced' : 'written', state);
      ledger.note(outcomeOf(exchange, entry));
    }
    await ledger.close();
  }
  const { entries, state } = await contentOf(folder);
  const files = readdirSync(join(folder, 'ledger')).filter((name) => /^(CURRENT|MANIFEST-\d+|\d+\.(log|ldb))$/.test(name));
  // The look at it left a start, an entry and a stop behind.
  return { dataDir: folder, entries: entries + 3, state, files };
}

async function contentOf(dataDir: string): Promise<{ entries: number; state: string; note: string }> {
  const ledger = await openLedger({ dataDir, version: '0.0.0', start: 'lazy' });
  try {
    const entries = ledger.size;
    const state = JSON.stringify(await ledger.list(''));
    await ledger.append(verdictOf('after'), 'written');
    const { body } = (await ledger.get(entries)) ?? {};
    return { entries, state, note: body?.type === 'start' ? body.note : '' };
  } finally {
    await ledger.close();
  }
}

/** On a copy of the sample. */
export async function fateOf(sample: Sample, damage: Damage): Promise<{ readonly fate: Fate; readonly told: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'interlock-damage-'));
  try {
    cpSync(sample.dataDir, folder, { recursive: true });
    harm(join(folder, 'ledger', damage.file), damage);
    return await openedFate(sample, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function openedFate(sample: Sample, folder: string): Promise<{ fate: Fate; told: string }> {
  let content: Awaited<ReturnType<typeof contentOf>>;
  try {
    // Before anything is written to it: verify has to find what an open might sweep away.
    const before = await verifyFolder(folder, {});
    if (!before.ok) return { fate: 'found', told: before.firstBad?.problem ?? '' };
    content = await contentOf(folder);
  } catch (error) {
    if (!(error instanceof InterlockError) || error.code !== 'STORE_CORRUPT') throw error;
    return { fate: 'refused', told: error.message };
  }
  const report = await verifyFolder(folder, {});
  if (!report.ok) return { fate: 'found', told: report.firstBad?.problem ?? '' };
  if (content.note !== '') return { fate: 'told', told: content.note };
  const whole = content.entries === sample.entries && content.state === sample.state;
  // A last record that is gone whole leaves no trace in the log. The run then has no stop, which verify tells.
  const noted = report.notes.find((note) => note.includes('did not stop in order'));
  if (!whole && noted !== undefined) return { fate: 'told', told: noted };
  return { fate: whole ? 'harmless' : 'silent', told: '' };
}

function harm(file: string, { kind, place, bit }: Damage): void {
  if (kind === 'gone') return rmSync(file);
  const bytes = readFileSync(file);
  const at = Math.min(bytes.length - 1, Math.floor(place * bytes.length));
  if (at < 0) return;
  // A log of which nothing at all is left looks like one that was just begun: only a checkpoint kept elsewhere tells (docs/limits.md).
  if (kind === 'cut') return writeFileSync(file, bytes.subarray(0, Math.max(1, at)));
  if (kind === 'flip') bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit % 8));
  else bytes.fill(kind === 'zeros' ? 0 : 0xa5, at, Math.min(bytes.length, at + 512));
  writeFileSync(file, bytes);
}
