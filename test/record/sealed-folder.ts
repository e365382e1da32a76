// A data folder of which the first 512 entries are sealed, for the rooms that read over it.

import { openLedger, type OpenLedger } from '../../src/record/chain.ts';
import type { RetentionRules } from '../../src/record/retention.ts';
import { outcomeOf, verdictOf } from './sample-bodies.ts';

const DAY_MS = 86_400_000;

/** Exchange `x-<i>` is the verdict in entry 2i + 1 and its outcome in the next; ten days old. */
export async function fillSealed(dataDir: string): Promise<void> {
  const ledger = await openSealed(dataDir, undefined, Date.now() - 10 * DAY_MS);
  for (let i = 0; i < 300; i += 1) {
    void ledger.append(verdictOf(`x-${i}`), 'written');
    ledger.note(outcomeOf(`x-${i}`, String(2 * i + 1)));
  }
  await ledger.flush();
  await ledger.archive.seal();
  await ledger.close();
}

export function openSealed(dataDir: string, retention?: RetentionRules, nowMs = Date.now()): Promise<OpenLedger> {
  const sealing = { keepLive: 50, segmentEntries: 256, ...(retention === undefined ? {} : { retention }) };
  return openLedger({ dataDir, version: '0.0.0', start: 'lazy', clock: () => nowMs, sealing });
}
