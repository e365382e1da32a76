// Refusals before identity: one summary entry per source and second, so that nobody can fill the disk from outside.

import type { ErrorCode } from '../errors.ts';
import type { Ledger } from '../record/ledger.ts';

export interface RefusalTally {
  count(source: string, code: ErrorCode, sample: string): void;
  /** Writes what was counted so far; called on stop. */
  flush(): void;
}

interface Count {
  total: number;
  readonly codes: Record<string, number>;
  readonly sample: string;
}

const PERIOD_MS = 1_000;
/** Sources told apart in one period; all beyond are one row, so that spoofed sources can't grow the entry or the map. */
const MAX_SOURCES = 64;

export function createRefusalTally(ledger: Pick<Ledger, 'note'>): RefusalTally {
  const counts = new Map<string, Count>();
  let timer: NodeJS.Timeout | null = null;

  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    for (const [source, { total, codes, sample }] of counts)
      ledger.note({ type: 'refusals', source, count: total, codes, sample });
    counts.clear();
  };

  return {
    count(source, code, sample) {
      const key = counts.has(source) || counts.size < MAX_SOURCES ? source : 'others';
      const known = counts.get(key) ?? { total: 0, codes: {}, sample: sample.slice(0, 200) };
      known.total += 1;
      known.codes[code] = (known.codes[code] ?? 0) + 1;
      counts.set(key, known);
      timer ??= setTimeout(flush, PERIOD_MS);
    },
    flush,
  };
}
