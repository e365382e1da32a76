// Walks a whole chain and finds the first entry that does not hold. Pure over its source: no store, no key file, no clock.

import { bad, checkNodes, countErased, lastHolds, newWalk, resolveDoubt } from './chain-walk.ts';
import type { Walk } from './chain-walk.ts';
import { trackExchanges } from './exchange-tracker.ts';
import { walkKeys } from './key-walk.ts';
import type { LedgerKey } from './key-change.ts';
import { KEY_LOST, pinProblem } from './lost-keys.ts';
import { manifestProblem } from './segment-manifest.ts';
import type { SealedPart } from './dropped-part.ts';
import type { PlainFrame } from './segments.ts';
import { rootOf } from './merkle.ts';
import { checkResumed } from './resumed-walk.ts';
import type { Resumed } from './resumed-walk.ts';
import { pageWalk } from './page-walk.ts';
import { quickCheck } from './quick-check.ts';
import { keyIdOf } from './signer.ts';
import { matches, noteProblem, readNote } from './verify-notes.ts';
import type { KeptNote, ReadNote } from './verify-notes.ts';
import type { VerifyReport } from './verify-report.ts';
import { resumeWalk, walkState } from './walk-state.ts';

interface ChainSource {
  /** Every pair between the entry prefix and its end, in key order, in pages; or frames of lines. */
  readonly pages: AsyncIterable<ReadonlyArray<readonly [key: string, value: string]> | PlainFrame>;
  /** The signed head as stored. */
  readonly headNote: string | undefined;
  /**
   * Base64 of a raw Ed25519 key that must be one of the ledger's. Pin it: whoever rebuilds a chain brings another key (threat F4). Later keys
   * follow from the chain, in which each was signed by the one before.
   */
  readonly publicKey: string;
  /** A node of the tree as kept. */
  node(height: number, index: number): Promise<string | undefined>;
  /** Its segments, ascending. */
  readonly sealed?: readonly SealedPart[];
  /** Where an earlier walk stopped, when `pages` begin there. */
  readonly resumed?: Resumed;
}

export interface VerifyChainOptions {
  /** Signed checkpoints kept elsewhere. Only they show that a tail was cut off or the whole store rolled back (threat F3). */
  readonly kept?: readonly KeptNote[];
  /** A key that the ledger must have or have had, in the place of the one in its own folder: base64 of the raw 32 bytes. */
  readonly publicKey?: string;
  readonly onProgress?: (done: number, total: number) => void;
  /** Where an earlier walk stopped (`onState`): the entries before are not read. Throws USAGE for what is none, or of another ledger. */
  readonly resume?: string;
  /** Told now and then, and at the end of a chain that holds, where the walk is. */
  readonly onState?: (state: string) => void;
  /** Entries between two states. */
  readonly stateEvery?: number;
}

/** Some three seconds of work. */
const STATE_EVERY = 250_000;
/** Entries between two progress calls. */
const PROGRESS_EVERY = 10_000;

export async function verifyChain(source: ChainSource, options: VerifyChainOptions): Promise<VerifyReport> {
  const head = readNote({ source: 'the signed head', note: source.headNote });
  const ledger = head.note?.checkpoint.ledger ?? keyIdOf(source.publicKey);
  const { sealed = [] } = source;
  const walk = await beginWalk(source, options, { ledger, total: head.note?.checkpoint.size ?? 0 });
  const { tracker, total } = walk;
  const from = walk.next;
  const stateNow = (): string | null => (options.onState === undefined || walk.doubt !== null ? null : walkState(walk, ledger));
  if (walk.bad === null) await walkPages(walk, source, options, stateNow);
  const state = stateNow();
  const keys = keysOf(walk, source.publicKey, ledger);
  finish(walk, head, { ledger, keys, pinned: source.publicKey, sealed });
  options.onProgress?.(walk.next, total);
  const { unfinished, gaps, missingRequests, notes } = tracker.result();
  const firstBad = walk.bad;
  if (firstBad === null) tell(options, state);
  return {
    ok: firstBad === null,
    entries: walk.next,
    verifiedBefore: from,
    head: walk.hash,
    root: rootOf(walk.peaks),
    publicKey: keys.at(-1)?.publicKey ?? source.publicKey,
    keys,
    firstBad,
    unfinished,
    gaps,
    missingRequests,
    notes,
    checkpoint: source.headNote ?? '',
  };
}

/** From the first entry on, or from where an earlier walk stopped. */
async function beginWalk(
  { sealed = [], resumed }: ChainSource,
  { kept = [] }: VerifyChainOptions,
  { ledger, total }: { readonly ledger: string; readonly total: number },
): Promise<Walk> {
  const walk =
    resumed === undefined ? newWalk(trackExchanges(), walkKeys(ledger)) : resumeWalk(resumed.state, ledger, resumed.lastText);
  walk.kept = kept.map(readNote);
  walk.total = total;
  walk.sealedHeight = Math.log2(sealed[0]?.segment.manifest.entries ?? 1);
  walk.sealedNodes = new Map(sealed.map(({ segment: { manifest } }) => [manifest.first + manifest.entries, manifest.node]));
  if (resumed !== undefined) await checkResumed(walk, resumed, sealed);
  return walk;
}

/** Until the end, or the first that does not hold. */
async function walkPages(
  walk: Walk,
  source: ChainSource,
  options: VerifyChainOptions,
  stateNow: () => string | null,
): Promise<void> {
  const { onProgress, stateEvery = STATE_EVERY } = options;
  const { next: from, total } = walk;
  const dropped = (source.sealed ?? []).flatMap((part) => part.dropped ?? []);
  const pages = pageWalk(
    walk,
    quickCheck(),
    dropped.filter(({ manifest }) => manifest.first >= from),
  );
  let [told, kept] = [from, from];
  for await (const page of source.pages) {
    const went = pages.take(page);
    await checkNodes(walk, source);
    if (!went || walk.bad !== null) return;
    if (walk.next - told >= PROGRESS_EVERY) onProgress?.((told = walk.next), total);
    if (walk.next - kept >= stateEvery) {
      kept = walk.next;
      tell(options, stateNow());
    }
  }
}

function tell({ onState }: VerifyChainOptions, state: string | null): void {
  if (state !== null) onState?.(state);
}

interface Trust {
  readonly ledger: string;
  readonly keys: readonly LedgerKey[];
  readonly pinned: string;
  readonly sealed: readonly SealedPart[];
}

/** The keys that the entries tell of; the pinned one alone where none was changed. Of a first one that was lost, who pins it still has it. */
function keysOf({ keys: { keys } }: Walk, pinned: string, ledger: string): readonly LedgerKey[] {
  const [first, ...later] = keys;
  if (first === undefined) return [{ publicKey: pinned, from: 0 }];
  return first.publicKey === KEY_LOST && keyIdOf(pinned) === ledger ? [{ publicKey: pinned, from: 0 }, ...later] : keys;
}

function finish(walk: Walk, head: ReadNote, trust: Trust): void {
  if (walk.bad !== null) return;
  countErased(walk);
  const signed = noteProblem(head, trust.ledger, trust.keys) === null ? (head.note?.checkpoint ?? null) : null;
  if (walk.doubt !== null) resolveDoubt(walk, walk.doubt.at, signed !== null && lastHolds(walk, walk.doubt.previous, signed));
  else if (!trust.keys.some(({ publicKey }) => publicKey === trust.pinned))
    bad(walk, walk.next, `the key ${keyIdOf(trust.pinned)} is none of this ledger's`);
  else if (!reaches(walk, trust)) return;
  else if (signed === null) bad(walk, walk.next, `${head.source}: ${noteProblem(head, trust.ledger, trust.keys) ?? ''}`);
  else if (signed.size > walk.next)
    bad(walk, walk.next, `entry ${walk.next} is missing: the signed head counts ${signed.size} entries`);
  else if (signed.size < walk.next) bad(walk, signed.size, `entry ${signed.size} stands behind the signed head`);
  else if (!matches(signed, walk))
    bad(walk, Math.max(0, walk.next - 1), `entry ${walk.next - 1} or one before is not the one that the head signs`);
  else finishLost(walk, trust);
  if (walk.erased > 0) walk.tracker.add(`${walk.erased} hidden values are no longer kept; their commitments hold`);
}

/** Does the pinned key vouch for the one in force? Over a change that damage took it does not. */
function reaches(walk: Walk, { keys, pinned }: Trust): boolean {
  const { breaks } = walk.keys;
  const broken = pinProblem(keys, breaks, pinned);
  if (broken !== null) return bad(walk, broken.sequence, broken.problem);
  for (const { index } of breaks) {
    const { publicKey = '', from = 0 } = keys[index] ?? {};
    walk.tracker.add(
      `the change to key ${keyIdOf(publicKey)} (entry ${from}) was lost by damage, and with it the word of the key before: only the key that was given says that it is this ledger's`,
    );
  }
  return true;
}

function finishLost(walk: Walk, trust: Trust): void {
  const problem = walk.lost.problem(walk.drops.lostEntries);
  const unrecorded = walk.drops.unrecorded();
  if (problem !== null) bad(walk, walk.next - 1, problem);
  else if (unrecorded !== null)
    bad(walk, unrecorded, `entries from ${unrecorded} on are gone, and no entry of the ledger tells that they were dropped`);
  else if (walk.drops.note() !== null && walk.keys.keys.length === 0 && keyIdOf(trust.pinned) !== trust.ledger)
    bad(
      walk,
      walk.next,
      `the key ${keyIdOf(trust.pinned)} is not the one that this ledger began with, and no change of keys is there`,
    );
  else if (finishSealed(walk, trust)) for (const read of walk.kept) finishKept(walk, read, trust);
}

/** Every segment's manifest is signed by a key of this ledger. */
function finishSealed(walk: Walk, { ledger, keys, sealed }: Trust): boolean {
  for (const { segment } of sealed) {
    const problem = manifestProblem(
      segment.note,
      ledger,
      keys.map(({ publicKey }) => publicKey),
    );
    const { first } = segment.manifest;
    if (problem !== null) return bad(walk, first, `the manifest of the segment from entry ${first} on is not valid: ${problem}`);
  }
  const note = walk.drops.note();
  if (note !== null) walk.tracker.add(note);
  return true;
}

function finishKept(walk: Walk, read: ReadNote, { ledger, keys }: Trust): void {
  const problem = noteProblem(read, ledger, keys);
  const size = read.note?.checkpoint.size ?? 0;
  if (problem !== null) bad(walk, walk.next, `${read.source}: ${problem}`);
  else if (size > walk.next)
    bad(walk, walk.next, `entry ${walk.next} is missing: ${read.source} attests ${size} entries, the chain ends before`);
  else if (walk.differing.has(read)) bad(walk, Math.max(0, size - 1), differs(size, read));
  else if (!walk.compared.has(read) && size > 0)
    walk.tracker.add(
      `${read.source} attests ${size} entries: the last of them were dropped, so it can't be held against them any more`,
    );
}

function differs(size: number, read: ReadNote): string {
  return `the first ${size} entries are not those that ${read.source} attests: this chain took another course before entry ${size}`;
}
