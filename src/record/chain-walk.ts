// The walk along a chain, entry by entry: links, hidden values, the tree's nodes, the keys. It stops at the first that does not hold.

import type { Checkpoint } from './checkpoint.ts';
import { canonical } from './canonical.ts';
import type { Json } from './canonical.ts';
import { decodeEntry, encodeEntry, leafHash, NO_PREVIOUS } from './entry-codec.ts';
import type { StoredEntry } from './entry-codec.ts';
import { trackDrops } from './drops.ts';
import type { Drops } from './drops.ts';
import type { ExchangeTracker } from './exchange-tracker.ts';
import type { KeyWalk } from './key-walk.ts';
import { trackLost } from './lost-entries.ts';
import type { LostEntries } from './lost-entries.ts';
import { addLeaf } from './merkle.ts';
import type { TreeNode } from './merkle.ts';
import { parseEntryKey } from './store-keys.ts';
import { checkHidden } from './verify-hidden.ts';
import { matches } from './verify-notes.ts';
import type { ReadNote } from './verify-notes.ts';
import type { VerifyProblem } from './verify-report.ts';

export interface Walk {
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
  readonly lost: LostEntries;
  /** Of the tree over the entries walked so far. */
  readonly peaks: string[];
  /** Entries that the signed head counts. */
  total: number;
  /** The peaks before the last two of them: if the last link breaks, only the signed root tells which of the two was changed. */
  beforeLastTwo: readonly string[];
  /** Nodes completed since the last page, to be held against those that are kept. */
  made: TreeNode[];
  kept: readonly ReadNote[];
  /** Nodes that manifests of segments attest, by the size of the tree behind them. */
  sealedNodes: ReadonlyMap<number, string>;
  sealedHeight: number;
  /** Of `kept`, those whose size was met. */
  readonly compared: Set<ReadNote>;
  /** Of `kept`, those that do not attest what was found. */
  readonly differing: Set<ReadNote>;
  readonly drops: Drops;
  readonly keys: KeyWalk;
  readonly tracker: ExchangeTracker;
}

/** The last: what a walk that goes on knows already. */
export function newWalk(
  tracker: ExchangeTracker,
  keys: KeyWalk,
  { lost, drops }: Pick<Walk, 'lost' | 'drops'> = { lost: trackLost(), drops: trackDrops() },
): Walk {
  return {
    next: 0,
    hash: NO_PREVIOUS,
    last: null,
    bad: null,
    doubt: null,
    erased: 0,
    lost,
    peaks: [],
    total: 0,
    beforeLastTwo: [],
    made: [],
    kept: [],
    sealedNodes: new Map(),
    sealedHeight: 0,
    compared: new Set(),
    differing: new Set(),
    drops,
    keys,
    tracker,
  };
}

/** The one byte form of an entry (RFC 8785): another spelling of the same values is another entry. */
function isCanonical(text: string, { body, previous, sequence, time }: StoredEntry): boolean {
  try {
    return encodeEntry(canonical(body), previous, sequence, time) === text;
  } catch {
    return false;
  }
}

/** One pair. False: a problem was found and the walk is over. */
export function step(walk: Walk, key: string, value: string): boolean {
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
  if (entry === null || !isCanonical(text, entry))
    return bad(walk, sequence, `entry ${sequence} is not in the form that entries are written in`);
  if (entry.sequence !== sequence) return bad(walk, sequence, `in the place of entry ${sequence} stands entry ${entry.sequence}`);
  if (entry.previous !== walk.hash && !walk.lost.linkGone) walk.doubt = { at: sequence, previous: entry.previous };
  else if (!see(walk, entry)) return false;
  walk.lost.see(entry.body);
  walk.drops.see(entry.body);
  addEntry(walk, hash);
  walk.last = { text, body: entry.body };
  return true;
}

export function addEntry(walk: Walk, hash: string): void {
  if (walk.next === walk.total - 2) walk.beforeLastTwo = [...walk.peaks];
  addLeaf(walk.peaks, walk.next, hash, (node) => walk.made.push(node));
  advance(walk, 1, hash);
}

/** `hash`: of the last of the entries that were walked, or passed over. */
export function advance(walk: Walk, entries: number, hash: string): void {
  walk.next += entries;
  walk.hash = hash;
  if (walk.doubt === null) compareKept(walk);
}

function see(walk: Walk, entry: StoredEntry): boolean {
  walk.tracker.see(entry);
  const problem = walk.keys.see(entry.sequence, entry.body);
  if (problem === null) return true;
  return bad(walk, entry.sequence, `entry ${entry.sequence} holds ${problem}`);
}

/** Do checkpoints kept elsewhere attest these very entries? */
export function compareKept(walk: Walk): void {
  for (const read of walk.kept) {
    const checkpoint = read.note?.checkpoint;
    if (checkpoint?.size !== walk.next) continue;
    walk.compared.add(read);
    if (!matches(checkpoint, walk)) walk.differing.add(read);
  }
}

/** Nodes that are kept are no entries: a proof made of a changed one would not hold, so it is told. */
export async function checkNodes(
  walk: Walk,
  source: { node(height: number, index: number): Promise<string | undefined> },
): Promise<void> {
  const { made } = walk;
  walk.made = [];
  if (walk.doubt !== null) return;
  for (const { height, index, hash } of made) {
    const kept = await source.node(height, index);
    const first = index * 2 ** height;
    const sealed = walk.sealedNodes.get(first + 2 ** height);
    if (sealed !== undefined && height === walk.sealedHeight && sealed !== hash) {
      bad(walk, first, `the manifest of the segment from entry ${first} on is not that of its entries`);
      return;
    }
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
export function countErased(walk: Walk): void {
  if (walk.last !== null && walk.doubt === null) walk.erased += checkHidden(walk.last.text, walk.last.body, null).erased;
  walk.last = null;
}

/** Does the signed head stand for the last entry as it is and another one before it: that which the last one names? */
export function lastHolds(walk: Walk, previous: string, signed: Checkpoint): boolean {
  const { hash, total, beforeLastTwo } = walk;
  if (walk.next !== total) return false;
  const peaks = [...beforeLastTwo];
  addLeaf(peaks, total - 2, previous, () => undefined);
  addLeaf(peaks, total - 1, hash, () => undefined);
  return matches(signed, { hash, peaks });
}

/** The doubt is about an entry whose successor was dropped: `itselfHolds`, as the manifest has it. */
export function checkDoubt(walk: Walk, itselfHolds: boolean): boolean {
  return walk.doubt === null || resolveDoubt(walk, walk.doubt.at, itselfHolds);
}

/** If entry `at` is what its successor says it is, then the one before it was changed; else it was changed itself. */
export function resolveDoubt(walk: Walk, at: number, itselfHolds: boolean): boolean {
  if (at === 0) return bad(walk, 0, 'the first entry does not begin the chain');
  if (itselfHolds) return bad(walk, at - 1, `entry ${at - 1} was changed: its hash is not the one that entry ${at} holds`);
  return bad(
    walk,
    at,
    `entry ${at} was changed: it does not follow entry ${at - 1} and its own hash is not the one recorded behind it`,
  );
}

export function bad(walk: Walk, sequence: number, problem: string): false {
  walk.bad ??= { sequence, problem };
  return false;
}
