// Checks a proof file with the public key alone: no data folder, no network, no clock.

import { bundleDigest } from '../decide/bundle-digest.ts';
import { canonical, type Json } from '../record/canonical.ts';
import { type Checkpoint, originOf } from '../record/checkpoint.ts';
import { decodeEntry, encodeEntry, leafHash, type StoredEntry } from '../record/entry-codec.ts';
import { holdsConsistency, holdsInclusion } from '../record/merkle-proof.ts';
import type { LedgerKey } from '../record/key-change.ts';
import { walkKeys } from '../record/key-walk.ts';
import { keyIdOf } from '../record/signer.ts';
import { type KeptNote, noteProblem, readNote } from '../record/verify-notes.ts';
import { checkHidden } from '../record/verify-hidden.ts';
import { belongs } from './belonging.ts';
import { type ConsistencyFile, type KeyWord, PROOF_FORMAT, type ProofFile, type ProvenEntry, type Since } from './proof-file.ts';
import { policyPlaces, type PolicyPlace } from './policy-places.ts';

export interface CheckedEntry extends StoredEntry {
  /** Disclosed values by place, each checked against its commitment. */
  readonly disclosed: ReadonlyArray<{ readonly place: string; readonly value: Json }>;
  /** Values that the entry commits to and this file does not show. */
  readonly hidden: number;
}

export interface ProofReport {
  readonly ok: boolean;
  /** What does not hold, in the words for people; empty when all does. */
  readonly problems: readonly string[];
  /** The reader gave the key. False: it is the file's own word, and whoever made the file could have made the ledger. */
  readonly pinned: boolean;
  readonly publicKey: string;
  /** The origin line: `interlock-tree/<ledger>`. */
  readonly ledger: string;
  /** Null: its signature does not hold, or it is none. */
  readonly checkpoint: { readonly size: number; readonly root: string } | null;
  /** Null: of a consistency file, or it can't be read. */
  readonly entry: CheckedEntry | null;
  readonly related: readonly CheckedEntry[];
  /** Null: the bundle's text is not in the file. */
  readonly bundle: { readonly digest: string; readonly policies: readonly PolicyPlace[] } | null;
  /** Size of the older checkpoint that the file goes on from. */
  readonly since: number | null;
}

export interface CheckHow {
  /** Base64 of the raw key that the reader trusts; null: none. */
  readonly pinned: string | null;
  /** Checkpoints that the reader has kept: the file's tree must be one of theirs, or go on from it. */
  readonly kept?: readonly KeptNote[];
}

interface Work {
  /** Key id of the ledger's first key. */
  readonly ledger: string;
  readonly keys: readonly LedgerKey[];
  readonly problems: string[];
}

export function checkProof(file: ProofFile | ConsistencyFile, { pinned, kept = [] }: CheckHow): ProofReport {
  const work = workOf(file);
  // INVARIANT: any key of the ledger may be pinned, since each signed the next; no other.
  if (pinned !== null && !work.keys.some(({ publicKey }) => publicKey === pinned))
    work.problems.push(`the file speaks of the key ${file.publicKey}, which is not the one that you gave`);
  const checkpoint = checkpointIn(work, 'the checkpoint', file.checkpoint);
  for (const [i, change] of file.keys.entries()) checkEntry(work, `change of keys ${i + 1}`, change, checkpoint);
  const since = file.since === null ? null : checkSince(work, file.since, checkpoint);
  for (const note of kept) checkKept(work, note, [checkpoint, since]);
  const proof = file.format === PROOF_FORMAT ? checkEntries(work, file, checkpoint) : NOTHING;
  const { problems, ledger } = work;
  return {
    ok: problems.length === 0,
    problems,
    pinned: pinned !== null,
    publicKey: file.publicKey,
    ledger: originOf({ ledger }),
    checkpoint: checkpoint === null ? null : { size: checkpoint.size, root: checkpoint.hash },
    ...proof,
    since: since?.size ?? null,
  };
}

/** Whose notes the file's must be: its keys, followed from the ledger's first. That they are entries of the tree is asked with the others. */
function workOf({ publicKey, keys }: KeyWord): Work {
  const problems: string[] = [];
  const first = keys.map(({ text }) => decodeEntry(text)?.body['previousKey'])[0];
  const ledger = keyIdOf(typeof first === 'string' ? first : publicKey);
  if (keys.length === 0) return { ledger, keys: [{ publicKey, from: 0 }], problems };
  const walk = walkKeys(ledger);
  for (const [i, { text }] of keys.entries()) {
    const entry = decodeEntry(text);
    const problem = entry?.body['type'] === 'key' ? walk.see(entry.sequence, entry.body) : 'it is no change of keys';
    if (problem !== null) problems.push(`change of keys ${i + 1}: ${problem}`);
  }
  if (walk.keys.at(-1)?.publicKey !== publicKey)
    problems.push('the changes of keys do not lead to the key that the file speaks of');
  return { ledger, keys: walk.keys, problems };
}

/** INVARIANT: a root comes from a note that the key in force at its size signed, or there is none and nothing is in it. */
function checkpointIn({ ledger, keys, problems }: Work, what: string, note: string): Checkpoint | null {
  const read = readNote({ source: what, note });
  const problem = noteProblem(read, ledger, keys);
  const checkpoint = read.note?.checkpoint;
  if (problem === null && checkpoint?.attests === 'root') return checkpoint;
  problems.push(problem === null ? `${what} is of before the tree: it signs no root` : `${what}: ${problem}`);
  return null;
}

function checkSince(work: Work, { checkpoint, path }: Since, newer: Checkpoint | null): Checkpoint | null {
  const older = checkpointIn(work, 'the older checkpoint', checkpoint);
  if (older === null || newer === null) return null;
  if (holdsConsistency(sized(older), sized(newer), path)) return older;
  work.problems.push(`the ledger of ${newer.size} entries does not go on from the checkpoint over ${older.size}`);
  return null;
}

function checkKept(work: Work, { source, note }: KeptNote, proven: ReadonlyArray<Checkpoint | null>): void {
  const kept = checkpointIn(work, source, note);
  if (kept === null) return;
  if (proven.some((one) => one !== null && one.size === kept.size && one.hash === kept.hash)) return;
  work.problems.push(
    `the file does not go on from ${source}, over ${kept.size} entries: ask for one made with \`--since\` that checkpoint`,
  );
}

function sized({ size, hash }: Checkpoint): { readonly size: number; readonly root: string } {
  return { size, root: hash };
}

const NOTHING = { entry: null, related: [], bundle: null };

function checkEntries(
  work: Work,
  file: ProofFile,
  checkpoint: Checkpoint | null,
): Pick<ProofReport, 'entry' | 'related' | 'bundle'> {
  const entry = checkEntry(work, 'the entry', file.entry, checkpoint);
  const related: CheckedEntry[] = [];
  const seen = new Set(entry === null ? [] : [entry.sequence]);
  for (const [i, proven] of file.related.entries()) {
    const checked = checkEntry(work, `related entry ${i + 1}`, proven, checkpoint);
    if (checked === null || entry === null) continue;
    const { sequence } = checked;
    if (seen.has(sequence)) work.problems.push(`entry ${sequence} is in the file twice`);
    else if (!belongs(entry, checked)) work.problems.push(`entry ${sequence} does not belong to entry ${entry.sequence}`);
    seen.add(sequence);
    related.push(checked);
  }
  return { entry, related, bundle: checkBundle(work, file, entry) };
}

function checkEntry(work: Work, what: string, proven: ProvenEntry, checkpoint: Checkpoint | null): CheckedEntry | null {
  const { problems } = work;
  const { text, path, values } = proven;
  const entry = decodeEntry(text);
  // INVARIANT: one spelling of an entry: what a reader's JSON parser takes from it is what was hashed (threat F13).
  if (entry === null || !isCanonical(text, entry)) {
    problems.push(`${what} is not in the form that entries are written in`);
    return null;
  }
  const named = `entry ${entry.sequence}`;
  if (checkpoint !== null && !holdsInclusion(leafHash(text), entry.sequence, checkpoint.size, path, checkpoint.hash))
    problems.push(`${named} is not number ${entry.sequence + 1} of the ${checkpoint.size} entries that the checkpoint signs`);
  const { problem, erased } = checkHidden(text, entry.body, JSON.stringify(values));
  if (problem !== null) problems.push(`disclosed values of ${named}: ${problem}`);
  const disclosed = problem === null ? Object.entries(values).map(([place, { value }]) => ({ place, value })) : [];
  return { ...entry, disclosed, hidden: erased };
}

function isCanonical(text: string, { body, previous, sequence, time }: StoredEntry): boolean {
  try {
    return encodeEntry(canonical(body), previous, sequence, time) === text;
  } catch {
    return false;
  }
}

function checkBundle(work: Work, { bundle }: ProofFile, entry: CheckedEntry | null): ProofReport['bundle'] {
  if (bundle === null || entry === null) return null;
  const { digest, files } = bundle;
  if (entry.body['bundle'] !== digest) work.problems.push(`entry ${entry.sequence} was not decided by bundle ${digest}`);
  if (bundleDigest(files) !== digest) {
    work.problems.push(`the bundle's files are not those of ${digest}`);
    return null;
  }
  const named = entry.body['policies'];
  const ids = Array.isArray(named) ? named.filter((id) => typeof id === 'string') : [];
  return { digest, policies: policyPlaces(files, ids) };
}
