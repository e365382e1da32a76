// The first entry that is not older than a moment: by halving, since times nearly always grow with the sequence.

import type { LedgerReader } from './ledger.ts';

/** Entries `low` to `high` are looked at; those that are no longer kept count as the next one that is. */
export async function seekTime(
  ledger: Pick<LedgerReader, 'get' | 'entries'>,
  ms: number,
  range: { readonly low: number; readonly high: number },
): Promise<number> {
  let { low, high } = range;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const entry = (await ledger.get(middle)) ?? (await nextKept(ledger, middle));
    if (entry !== undefined && entry.sequence < high && Date.parse(entry.time) < ms) low = entry.sequence + 1;
    else high = middle;
  }
  return low;
}

async function nextKept(ledger: Pick<LedgerReader, 'entries'>, from: number): ReturnType<LedgerReader['get']> {
  for await (const entry of ledger.entries(from, 1)) return entry;
  return undefined;
}
