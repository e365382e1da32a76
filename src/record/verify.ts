// Walks a whole chain and finds the first entry that does not hold. Pure over its source: no store, no key file, no clock.

import type { Checkpoint, LedgerName } from './checkpoint.ts';
import type { Json } from './canonical.ts';
import { decodeEntry, leafHash, NO_PREVIOUS } from './entry-codec.ts';
import { trackExchanges } from './exchange-tracker.ts';
import type { ExchangeTracker } from './exchange-tracker.ts';
import { addLeaf, rootOf } from './merkle.ts';
import type { TreeNode } from './merkle.ts';
import { parseEntryKey } from './store-keys.ts';
import { checkHidden } from './verify-hidden.ts';
import { matches, readNote } from './verify-notes.ts';
import type { KeptNote, ReadNote } from './verify-notes.ts';
import type { VerifyProblem, VerifyReport } from './verify-report.ts';

interface ChainSource {
  /** Every pair between the entry prefix and its end, in key order, in pages. */
  readonly pages: AsyncIterable<ReadonlyArray<readonly [key: string, value: string]>>;
  /** The signed head as stored. */
  readonly headNote: string | undefined;
  /** Whose key must have signed it. Pin it: whoever rebuilds a chain brings another key (threat F4). */
  readonly name: LedgerName;
  /** A node of the tree as kept. */
  node(height: number, index: number): Promise<string | undefined>;
}

export interface VerifyChainOptions {
  /** Signed checkpoints kept elsewhere. Only they show that a tail was cut off or the whole store rolled back (threat F3). */
  readonly kept?: readonly KeptNote[];
  readonly onProgress?: (done: number, total: number) => void;
}

/** Entries between two progress calls. */
const PROGRESS_EVERY = 10_000;

export async function verifyChain(source: ChainSource, options: VerifyChainOptions): Promise<VerifyReport> {
  const tracker = trackExchanges();
  const walk = newWalk(tracker);
  const head = readNote({ source: 'the signed head', note: source.headNote }, source.name);
  walk.kept = (options.kept ?? []).map((note) => readNote(note, source.name));
  const total = head.checkpoint?.size ?? 0;
  walk.total = total;
  let told = 0;
  for await (const page of source.pages) {
    const went = page.every(([key, value]) => step(walk, key, value));
    await checkNodes(walk, source);
    if (!went || walk.bad !== null) break;
    if (walk.next - told >= PROGRESS_EVERY) options.onProgress?.((told = walk.next), total);
  }
  finish(walk, head);
  options.onProgress?.(walk.next, total);
  const { unfinished, gaps, notes } = tracker.result();
  const firstBad = walk.bad;
  return {
    ok: firstBad === null,
    entries: walk.next,
    head: walk.hash,
    root: rootOf(walk.peaks),
    publicKey: source.name.publicKey,
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
  doubt: { readonly at: number; readonly previous: string } | null;
  erased: number;
  /** Of the tree over the entries walked so far. */
  readonly peaks: string[];
  /** Entries that the signed head counts. */
  total: number;
  /** The peaks before the last two of them: if the last link breaks, only the signed root tells which of the two was changed. */
  beforeLastTwo: readonly string[];
  /** Nodes completed since the last page, to be held against those that are kept. */
  made: TreeNode[];
  kept: readonly ReadNote[];
  readonly tracker: ExchangeTracker;
}

function newWalk(tracker: ExchangeTracker): Walk {
  return {
    next: 0,
    hash: NO_PREVIOUS,
    last: null,
    bad: null,
    doubt: null,
    erased: 0,
    peaks: [],
    total: 0,
    beforeLastTwo: [],
    made: [],
    kept: [],
    tracker,
  };
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
  if (walk.doubt !== null) return resolveDoubt(walk, walk.doubt.at, entry !== null && entry.previous === walk.hash);
  if (sequence !== walk.next) return bad(walk, walk.next, `entry ${walk.next} is missing: the next one found is ${sequence}`);
  if (entry === null) return bad(walk, sequence, `entry ${sequence} is not in the form that entries are written in`);
  if (entry.sequence !== sequence) return bad(walk, sequence, `in the place of entry ${sequence} stands entry ${entry.sequence}`);
  if (entry.previous !== walk.hash) walk.doubt = { at: sequence, previous: entry.previous };
  else walk.tracker.see(entry);
  if (sequence === walk.total - 2) walk.beforeLastTwo = [...walk.peaks];
  addLeaf(walk.peaks, sequence, hash, (node) => walk.made.push(node));
  walk.next = sequence + 1;
  walk.hash = hash;
  walk.last = { text, body: entry.body };
  return walk.doubt !== null || fitsKept(walk);
}

/** Do checkpoints kept elsewhere attest these very entries? */
function fitsKept(walk: Walk): boolean {
  for (const note of walk.kept) {
    if (note.checkpoint?.size === walk.next && !matches(note.checkpoint, walk))
      return bad(walk, Math.max(0, walk.next - 1), differs(walk.next, note));
  }
  return true;
}

/** Nodes that are kept are no entries: a proof made of a changed one would not hold, so it is told. */
async function checkNodes(walk: Walk, source: ChainSource): Promise<void> {
  const { made } = walk;
  walk.made = [];
  if (walk.doubt !== null) return;
  for (const { height, index, hash } of made) {
    const kept = await source.node(height, index);
    const first = index * 2 ** height;
    if (kept === hash) continue;
    const what = kept === undefined ? 'is missing' : 'was changed';
    bad(walk, first, `the tree's node over entries ${first} to ${first + 2 ** height - 1} ${what}`);
    return;
  }
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

/** Does the signed head stand for the last entry as it is and another one before it: that which the last one names? */
function lastHolds(walk: Walk, previous: string, signed: Checkpoint): boolean {
  const { hash, total, beforeLastTwo } = walk;
  if (walk.next !== total) return false;
  const peaks = [...beforeLastTwo];
  addLeaf(peaks, total - 2, previous, () => undefined);
  addLeaf(peaks, total - 1, hash, () => undefined);
  return matches(signed, { hash, peaks });
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

function finish(walk: Walk, head: ReadNote): void {
  if (walk.bad !== null) return;
  countErased(walk);
  const signed = head.checkpoint;
  if (walk.doubt !== null) resolveDoubt(walk, walk.doubt.at, signed !== null && lastHolds(walk, walk.doubt.previous, signed));
  else if (signed === null) bad(walk, walk.next, `${head.source}: ${head.problem}`);
  else if (signed.size > walk.next)
    bad(walk, walk.next, `entry ${walk.next} is missing: the signed head counts ${signed.size} entries`);
  else if (signed.size < walk.next) bad(walk, signed.size, `entry ${signed.size} stands behind the signed head`);
  else if (!matches(signed, walk))
    bad(walk, Math.max(0, walk.next - 1), `entry ${walk.next - 1} or one before is not the one that the head signs`);
  else for (const note of walk.kept) finishKept(walk, note);
  if (walk.erased > 0) walk.tracker.add(`${walk.erased} hidden values are no longer kept; their commitments hold`);
}

function finishKept(walk: Walk, note: ReadNote): void {
  if (note.checkpoint === null) bad(walk, walk.next, `${note.source}: ${note.problem}`);
  else if (note.checkpoint.size > walk.next) {
    bad(
      walk,
      walk.next,
      `entry ${walk.next} is missing: ${note.source} attests ${note.checkpoint.size} entries, the chain ends before`,
    );
  } else if (note.checkpoint.size === 0 && !matches(note.checkpoint, { hash: NO_PREVIOUS, peaks: [] }))
    bad(walk, 0, differs(0, note));
}

function differs(size: number, note: ReadNote): string {
  return `the first ${size} entries are not those that ${note.source} attests: this chain took another course before entry ${size}`;
}

function bad(walk: Walk, sequence: number, problem: string): false {
  walk.bad ??= { sequence, problem };
  return false;
}
