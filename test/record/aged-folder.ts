// A ledger of which the first 768 of some 1,000 entries are sealed, aged some days, for what lets go of segments.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Sealing } from '../../src/record/archive.ts';
import { openLedger } from '../../src/record/chain.ts';
import type { OpenLedger } from '../../src/record/chain.ts';
import type { RetentionRules } from '../../src/record/retention.ts';
import { outcomeOf, verdictOf } from './sample-bodies.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const DAY_MS = 86_400_000;
export const START_MS = Date.UTC(2026, 0, 1);
export const WHO = { reason: 'case 12', osUser: 'root' };
export const NEVER: RetentionRules = { keepDays: null, keepBytes: null };
/** The first segment is older. */
export const OLD: RetentionRules = { keepDays: 6, keepBytes: null };

export interface Filled {
  readonly dataDir: string;
  open(retention?: RetentionRules, more?: Partial<Sealing>): Promise<OpenLedger>;
  /** By this alone; null: as a command does. */
  openBy(sealing: Sealing | null): Promise<OpenLedger>;
}

/** Some 1,000 entries, a day each hundred, sealed in three segments; the key was changed in the second one. `cut`: the first step that is not come to. */
export async function filled(t: TestContext, cut?: 'compacted'): Promise<Filled> {
  const dataDir = temporaryFolder(t);
  let nowMs = START_MS;
  const openBy: Filled['openBy'] = async (sealing) => {
    const how = sealing === null ? {} : { sealing };
    const ledger = await openLedger({ dataDir, version: '0.0.0', start: 'lazy', clock: () => nowMs, ...how });
    t.after(() => ledger.close());
    return ledger;
  };
  const open: Filled['open'] = (retention = NEVER, more = {}) =>
    openBy({ keepLive: 100, segmentEntries: 256, retention, ...more });
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
  return { dataDir, open, openBy };
}
