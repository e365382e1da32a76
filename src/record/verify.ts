// Walks a whole chain and finds the first entry that does not hold. Pure over its source: no store, no key file, no clock.

import { readCheckpoint } from './checkpoint.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Json } from './canonical.ts';
import { decodeEntry, leafHash, NO_PREVIOUS } from './entry-codec.ts';
import { trackExchanges } from './exchange-tracker.ts';
import type { ExchangeTracker } from './exchange-tracker.ts';
import { parseEntryKey } from './store-keys.ts';
import { checkHidden } from './verify-hidden.ts';
import type { VerifyProblem, VerifyReport } from './verify-report.ts';

interface ChainSource {
  /** Every pair between the entry prefix and its end, in key order, in pages. */
  readonly pages: AsyncIterable<ReadonlyArray<readonly [key: string, value: string]>>;
  /** The signed head as stored. */
  readonly headNote: string | undefined;
  /** Base64 of the raw Ed25519 key that must have signed it. Pin it: whoever rebuilds a chain brings another key (threat F4). */
  readonly publicKey: string;
}

export interface VerifyChainOptions {
  /** A signed checkpoint kept elsewhere, or null. Only it shows that a tail was cut off or the whole store rolled back (threat F3). */
  readonly checkpoint: string | null;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Entries between two progress calls. */
const PROGRESS_EVERY = 10_000;

export async function verifyChain(source: ChainSource, options: VerifyChainOptions): Promise<VerifyReport> {
  const tracker = trackExchanges();
  const walk = newWalk(tracker);
  const head = readNote(source.headNote, source.publicKey);
  const outside = options.checkpoint === null ? null : readNote(options.checkpoint, source.publicKey);
  walk.outside = outside?.checkpoint ?? null;
  const total = head.checkpoint?.size ?? 0;
  let told = 0;
  pages: for await (const page of source.pages) {
    for (const [key, value] of page) {
      if (!step(walk, key, value)) break pages;
    }
    if (walk.next - told >= PROGRESS_EVERY) options.onProgress?.((told = walk.next), total);
  }
  finish(walk, head, outside);
  options.onProgress?.(walk.next, total);
  const { unfinished, gaps, notes } = tracker.result();
  const firstBad = walk.bad;
  return {
    ok: firstBad === null,
    entries: walk.next,
    head: walk.hash,
    publicKey: source.publicKey,
    firstBad,
    unfinished,
    gaps,
    notes,
    checkpoint: source.headNote ?? '',
  };
}

interface Walk {
  /** Sequence that the next entry must have; entries walked so far. */
  next: number;
  /** Leaf hash of the entry before `next`. */
  hash: string;
  /** The last entry, until it is known whether a hidden record follows it. */
  last: { readonly text: string; readonly body: Json } | null;
  bad: VerifyProblem | null;
  /** Entry that does not follow the one before: which of the two was changed shows in the next link. */
  doubt: number | null;
  erased: number;
  outside: Checkpoint | null;
  readonly tracker: ExchangeTracker;
}

function newWalk(tracker: ExchangeTracker): Walk {
  return { next: 0, hash: NO_PREVIOUS, last: null, bad: null, doubt: null, erased: 0, outside: null, tracker };
}

/** One pair. False: a problem was found and the walk is over. */
function step(walk: Walk, key: string, value: string): boolean {
  const place = parseEntryKey(key);
  if (place === null)
    return bad(
      walk,
      walk.next,
      `a key that Interlock never writes stands among the entries: ${JSON.stringify(key.slice(0, 40))}`,
    );
  if (place.hidden) return stepHidden(walk, place.sequence, value);
  return stepEntry(walk, place.sequence, value);
}

function stepEntry(walk: Walk, sequence: number, text: string): boolean {
  countErased(walk);
  const entry = decodeEntry(text);
  const hash = leafHash(text);
  // The doubt first: it is about an earlier entry than anything found here.
  if (walk.doubt !== null) return resolveDoubt(walk, walk.doubt, entry !== null && entry.previous === walk.hash);
  if (sequence !== walk.next) return bad(walk, walk.next, `entry ${walk.next} is missing: the next one found is ${sequence}`);
  if (entry === null) return bad(walk, sequence, `entry ${sequence} is not in the form that entries are written in`);
  if (entry.sequence !== sequence) return bad(walk, sequence, `in the place of entry ${sequence} stands entry ${entry.sequence}`);
  if (entry.previous !== walk.hash) walk.doubt = sequence;
  else if (walk.outside?.size === sequence + 1 && walk.outside.head !== hash) return bad(walk, sequence, differs(sequence));
  if (walk.doubt === null) walk.tracker.see(entry);
  walk.next = sequence + 1;
  walk.hash = hash;
  walk.last = { text, body: entry.body };
  return true;
}

function stepHidden(walk: Walk, sequence: number, value: string): boolean {
  if (walk.doubt !== null) return true;
  if (sequence !== walk.next - 1 || walk.last === null)
    return bad(walk, Math.min(sequence, walk.next), `hidden values of entry ${sequence} stand without it`);
  const result = checkHidden(walk.last.text, walk.last.body, value);
  walk.last = null;
  if (result.problem !== null) return bad(walk, sequence, `hidden values of entry ${sequence}: ${result.problem}`);
  walk.erased += result.erased;
  return true;
}

/** An entry with commitments that no hidden record followed. */
function countErased(walk: Walk): void {
  if (walk.last !== null && walk.doubt === null) walk.erased += checkHidden(walk.last.text, walk.last.body, null).erased;
  walk.last = null;
}

/** If entry `at` is what its successor says it is, then the one before it was changed; else it was changed itself. */
function resolveDoubt(walk: Walk, at: number, itselfHolds: boolean): boolean {
  if (at === 0) return bad(walk, 0, 'the first entry does not begin the chain');
  if (itselfHolds) return bad(walk, at - 1, `entry ${at - 1} was changed: its hash is not the one that entry ${at} holds`);
  return bad(
    walk,
    at,
    `entry ${at} was changed: it does not follow entry ${at - 1} and its own hash is not the one recorded behind it`,
  );
}

function finish(walk: Walk, head: ReadNote, outside: ReadNote | null): void {
  if (walk.bad !== null) return;
  countErased(walk);
  const signed = head.checkpoint;
  if (walk.doubt !== null) resolveDoubt(walk, walk.doubt, signed?.size === walk.next && signed.head === walk.hash);
  else if (signed === null) bad(walk, walk.next, `the signed head: ${head.problem}`);
  else if (signed.size > walk.next)
    bad(walk, walk.next, `entry ${walk.next} is missing: the signed head counts ${signed.size} entries`);
  else if (signed.size < walk.next) bad(walk, signed.size, `entry ${signed.size} stands behind the signed head`);
  else if (signed.head !== walk.hash)
    bad(walk, Math.max(0, walk.next - 1), `entry ${walk.next - 1} is not the one that the head signs`);
  else finishOutside(walk, outside);
  if (walk.erased > 0) walk.tracker.add(`${walk.erased} hidden values are no longer kept; their commitments hold`);
}

function finishOutside(walk: Walk, outside: ReadNote | null): void {
  if (outside === null) return;
  if (outside.checkpoint === null) bad(walk, walk.next, `the checkpoint given: ${outside.problem}`);
  else if (outside.checkpoint.size > walk.next) {
    bad(
      walk,
      walk.next,
      `entry ${walk.next} is missing: the checkpoint given attests ${outside.checkpoint.size} entries, the chain ends before`,
    );
  } else if (outside.checkpoint.size === 0 && outside.checkpoint.head !== NO_PREVIOUS) bad(walk, 0, differs(0));
}

function differs(sequence: number): string {
  return `entry ${sequence} is not the one that the checkpoint given attests: this chain took another course at or before it`;
}

function bad(walk: Walk, sequence: number, problem: string): false {
  walk.bad ??= { sequence, problem };
  return false;
}

interface ReadNote {
  readonly checkpoint: Checkpoint | null;
  readonly problem: string;
}

function readNote(note: string | undefined, publicKey: string): ReadNote {
  if (note === undefined) return { checkpoint: null, problem: 'there is none' };
  try {
    return { checkpoint: readCheckpoint(note, publicKey), problem: '' };
  } catch (error) {
    return { checkpoint: null, problem: error instanceof Error ? error.message : String(error) };
  }
}
