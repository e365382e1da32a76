// Entries that the index took in and has not written yet: a few keys for all of them, where one for each would be most of its cost.

import { eachTerm, termKey, type TermKind } from './entry-terms.ts';
import type { Entry } from './entry.ts';
import { addToBucket, type Bucket, bucketKey } from './exchange-bucket.ts';
import type { StateChange } from './ledger.ts';
import { addOutcome, outcomeKey, type OutcomePages } from './outcome-page.ts';
import { postingOf } from './posting.ts';
import { sixteenDigits } from './store-keys.ts';

export interface IndexBatch {
  /** Where it begins. */
  readonly first: number;
  /** The sequence that it takes in next. */
  next: number;
  /** Kind, then value, then the sequences that have it: keys are only made when it is written, once for many entries. */
  readonly terms: Map<TermKind, Map<string, number[]>>;
  readonly exchanges: Map<string, Bucket>;
  readonly outcomes: OutcomePages;
  /** Each second, as the first 19 characters of its time, and its first entry. */
  readonly seconds: Map<string, number>;
}

export function newBatch(next: number): IndexBatch {
  return { first: next, next, terms: new Map(), exchanges: new Map(), outcomes: new Map(), seconds: new Map() };
}

export function takeEntry(batch: IndexBatch, { body, time }: Pick<Entry, 'body' | 'time'>): void {
  const sequence = batch.next;
  batch.next += 1;
  const second = time.slice(0, 19);
  if (!batch.seconds.has(second)) batch.seconds.set(second, sequence);
  eachTerm(body, (kind, value) => {
    if (kind === 'exchange') addToBucket(batch.exchanges, value, sequence);
    else addTerm(batch, kind, value, sequence);
  });
  if (body.type === 'outcome' && /^\d{1,15}$/.test(body.verdictEntry))
    addOutcome(batch.outcomes, Number(body.verdictEntry), body);
}

function addTerm({ terms }: IndexBatch, kind: TermKind, value: string, sequence: number): void {
  let values = terms.get(kind);
  if (values === undefined) terms.set(kind, (values = new Map()));
  const sequences = values.get(value);
  if (sequences === undefined) values.set(value, [sequence]);
  // An entry can have a term twice.
  else if (sequences.at(-1) !== sequence) sequences.push(sequence);
}

/** All but the seconds, of which the index may have an earlier entry. */
export function changesOf({ first, terms, exchanges, outcomes }: IndexBatch): StateChange[] {
  const changes: StateChange[] = [];
  for (const [kind, values] of terms)
    for (const [value, sequences] of values) {
      const posting = postingOf(sequences);
      changes.push({ put: termKey({ kind, value }) + sixteenDigits(posting.first), value: posting.rest });
    }
  for (const [bucket, held] of exchanges) changes.push({ put: bucketKey(bucket, held.first), value: held.text });
  for (const [page, text] of outcomes) changes.push({ put: outcomeKey(page, first), value: text });
  return changes;
}
