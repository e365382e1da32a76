// Takes entries that were dropped out of the index: they name agents, hosts and tickets of things that are no longer kept.

import { BUCKET_PREFIX, sequencesInBucket } from './exchange-bucket.ts';
import { OUTCOME_PREFIX, verdictsIn } from './outcome-page.ts';
import { pauses } from './pace.ts';
import { sequencesOf } from './posting.ts';
import type { Store } from './store.ts';

/** Sequences, both included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Which ranges are out of it. */
const FORGOTTEN_KEY = 'm:forgotten';
/** Terms, exchanges, outcomes and seconds: see entry-index.ts. */
const PREFIXES = ['i:', BUCKET_PREFIX, OUTCOME_PREFIX, 'w:'] as const;
const BATCH = 500;
const DIGITS = 16;

/** Reads the whole index when there is something new to forget. A posting goes once all of it was dropped. */
export async function forgetDropped(store: Store, dropped: readonly Range[]): Promise<void> {
  const wanted = JSON.stringify(dropped);
  if (((await store.get(FORGOTTEN_KEY)) ?? '[]') === wanted) return;
  const pace = pauses();
  let batch: Array<{ readonly del: string }> = [];
  for (const prefix of PREFIXES)
    for await (const page of store.pages({ from: prefix, to: `${prefix}\uffff` })) {
      for (const [key, value] of page) {
        if (sequencesFor(key, value).every((sequence) => isIn(dropped, sequence))) batch.push({ del: key });
        await pace.breath();
      }
      if (batch.length >= BATCH) {
        await store.write(batch, false);
        batch = [];
      }
      await pace();
    }
  await store.write([...batch, { put: FORGOTTEN_KEY, value: wanted }], false);
  for (const prefix of PREFIXES) await store.compact(prefix, `${prefix}\uffff`);
}

function sequencesFor(key: string, value: string): number[] {
  if (key.startsWith('w:')) return [Number(value)];
  if (key.startsWith(BUCKET_PREFIX)) return sequencesInBucket(key, value, null);
  if (key.startsWith(OUTCOME_PREFIX)) return verdictsIn(key, value);
  return sequencesOf(Number(key.slice(-DIGITS)), value);
}

function isIn(ranges: readonly Range[], sequence: number): boolean {
  return ranges.some(({ from, to }) => from <= sequence && sequence <= to);
}
