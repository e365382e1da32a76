// Where the entries of an exchange are found: exchanges whose ids differ in their last character share a key.
//
// Every exchange is new, and a key for each would be most of what the index writes. Their ids end in a number that counts up
// (exchange-factory.ts), so 36 that follow each other share one. An id that is none of those is found all the same, by a key of its own.

import { sixteenDigits } from './store-keys.ts';

export const BUCKET_PREFIX = 'x:';
const MAX_ID_CHARS = 200;
const COUNTING = /^[0-9A-Za-z]$/;
/** Stands for the whole id, where its last character is none that counts. */
const WHOLE = '-';
const DIGITS = 16;

/** The part of an exchange's id that it shares, and the one character that is its own. */
export interface Place {
  readonly bucket: string;
  readonly member: string;
}

/** The entries of one bucket that came together. */
export interface Bucket {
  readonly first: number;
  last: number;
  /** For each entry the character of its exchange and the step from the one before: `a,a1,b1,b12`. The first has no step. */
  text: string;
}

export function placeOf(exchange: string): Place {
  const id = exchange.length > MAX_ID_CHARS ? exchange.slice(0, MAX_ID_CHARS) : exchange;
  const member = id.slice(-1);
  return COUNTING.test(member) ? { bucket: id.slice(0, -1), member } : { bucket: id, member: WHOLE };
}

/** Takes in an entry behind those that are there. */
export function addToBucket(buckets: Map<string, Bucket>, exchange: string, sequence: number): void {
  const { bucket, member } = placeOf(exchange);
  const found = buckets.get(bucket);
  if (found === undefined) buckets.set(bucket, { first: sequence, last: sequence, text: member });
  else {
    // An entry can be of two exchanges, its own and its cause's: the second one has no step.
    found.text += `,${member}${sequence === found.last ? '' : sequence - found.last}`;
    found.last = sequence;
  }
}

/** What the keys of a bucket begin with; the first entry's sequence follows. */
export function bucketPrefix(bucket: string): string {
  return `${BUCKET_PREFIX}${encodeURIComponent(bucket.toWellFormed())}/`;
}

export function bucketKey(bucket: string, first: number): string {
  return bucketPrefix(bucket) + sixteenDigits(first);
}

/** Sequences that a stored bucket has of this member, ascending and each once; of all of them, where `member` is null. */
export function sequencesInBucket(key: string, text: string, member: string | null): number[] {
  const sequences: number[] = [];
  let sequence = Number(key.slice(-DIGITS));
  for (const item of text.split(',')) {
    sequence += item.length === 1 ? 0 : Number(item.slice(1));
    if ((member === null || item.startsWith(member)) && sequences.at(-1) !== sequence) sequences.push(sequence);
  }
  return sequences;
}
