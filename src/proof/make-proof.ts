// Makes proof files: an entry, what belongs to it, and the bundle that decided, against one signed checkpoint.

import { InterlockError } from '../errors.ts';
import { bundleContents, type BundleStore } from '../rollout/bundle-store.ts';
import { parseCheckpoint } from '../record/checkpoint.ts';
import { keyAt, ledgerOfKeys } from '../record/key-change.ts';
import { noteProblem } from '../record/verify-notes.ts';
import { decodeEntry, type StoredEntry } from '../record/entry-codec.ts';
import type { Evidence, LedgerProver } from '../record/prover.ts';
import { belongs } from './belonging.ts';
import {
  CONSISTENCY_FORMAT,
  type ConsistencyFile,
  type KeyWord,
  MAX_PROOF_BYTES,
  MAX_RELATED,
  PROOF_FORMAT,
  type ProofFile,
  type ProvenBundle,
  type ProvenEntry,
  type Since,
} from './proof-file.ts';

export interface ProofRooms {
  readonly prover: LedgerProver;
  /** Sequences that may belong to the entry, by an index. Each is looked at before it is taken. */
  readonly candidates: (entry: StoredEntry) => Promise<readonly number[]>;
  readonly bundles: Pick<BundleStore, 'read'>;
}

export interface Wanted {
  readonly sequence: number;
  /** With what belongs to it, and with the text of the bundle. */
  readonly related: boolean;
  readonly bundle: boolean;
  /** A checkpoint that the reader has: the file then proves that the ledger goes on from it. */
  readonly since: string | null;
  /** Places of hidden values that are given out with it. */
  readonly disclose: readonly string[];
  /** An entry that goes with it, found or not. */
  readonly beside: number | null;
}

export interface Made<File> {
  readonly file: File;
  /** What is not in it, and why. */
  readonly notes: readonly string[];
}

/** Texts of a bundle that a file may carry: the rest of it is entries and hashes. */
const MAX_BUNDLE_CHARS = MAX_PROOF_BYTES / 4;

/** Throws NAME_UNKNOWN for an entry or a value that there is not, USAGE for a checkpoint of another ledger, STORE_CORRUPT. */
export async function makeProof(wanted: Wanted, rooms: ProofRooms): Promise<Made<ProofFile>> {
  const { prover } = rooms;
  const { note, size } = prover.head();
  const notes: string[] = [];
  const evidence = await prover.evidence(wanted.sequence, size);
  const entry = decoded(evidence, wanted.sequence);
  const related = await relatedTo(entry, wanted, rooms, size, notes);
  const bundle = wanted.bundle ? await bundleOf(entry, rooms, notes) : null;
  const since = wanted.since === null ? null : await sinceOf(wanted.since, prover, size);
  const file: ProofFile = {
    format: PROOF_FORMAT,
    ...(await keyWord(prover, size)),
    checkpoint: note,
    entry: provenEntry(evidence, wanted),
    related,
    bundle,
    since,
  };
  return { file, notes };
}

/** That the ledger of `newer` (the present one: null) goes on from `older`. Throws USAGE when a note is not of this ledger. */
export async function makeConsistency(older: string, newer: string | null, prover: LedgerProver): Promise<ConsistencyFile> {
  const { note, size } = prover.head();
  const checkpoint = newer ?? note;
  const to = newer === null ? size : sizeOf(newer, prover);
  if (to > size) throw ahead(to, size);
  const since = await sinceOf(older, prover, to);
  return { format: CONSISTENCY_FORMAT, ...(await keyWord(prover, to)), checkpoint, since };
}

/** Where each hidden value of an entry stands that is still kept. */
export async function keptPlaces(sequence: number, prover: LedgerProver): Promise<string[]> {
  return Object.keys((await prover.evidence(sequence, prover.head().size)).hidden);
}

function decoded({ text }: Evidence, sequence: number): StoredEntry {
  const entry = decodeEntry(text);
  if (entry?.sequence === sequence) return entry;
  throw new InterlockError('STORE_CORRUPT', `entry ${sequence} can not be read`, { hint: 'run `interlock ledger verify`' });
}

/** INVARIANT: of hidden values only those asked for leave, each with its own salt. */
function provenEntry({ text, path, hidden }: Evidence, { disclose }: Wanted): ProvenEntry {
  const shown = disclose.map((place) => {
    const value = Object.hasOwn(hidden, place) ? hidden[place] : undefined;
    if (value !== undefined) return [place, value] as const;
    const there = Object.keys(hidden).join(', ');
    throw new InterlockError('NAME_UNKNOWN', `the entry keeps no hidden value at ${place}`, {
      hint: there === '' ? 'it hides none, or they were erased' : `it keeps ${there}`,
    });
  });
  return { text, path, values: Object.fromEntries(shown) };
}

async function relatedTo(
  entry: StoredEntry,
  { related, beside }: Wanted,
  rooms: ProofRooms,
  size: number,
  notes: string[],
): Promise<ProvenEntry[]> {
  const named = [...(related ? await rooms.candidates(entry) : []), ...(beside === null ? [] : [beside])];
  const found: ProvenEntry[] = [];
  // An index may know entries that the checkpoint does not sign yet.
  const sequences = [...new Set(named)].filter((one) => one < size).toSorted((a, b) => a - b);
  for (const sequence of sequences) {
    const evidence = await evidenceOf(sequence, rooms.prover, size);
    if (evidence === null) {
      notes.push(`entry ${sequence}, which may belong to it, was dropped by retention`);
      continue;
    }
    if (!belongs(entry, decoded(evidence, sequence))) continue;
    if (found.length === MAX_RELATED) {
      notes.push(`more than ${MAX_RELATED} entries belong to it; the later ones are not in the file`);
      break;
    }
    found.push({ text: evidence.text, path: evidence.path, values: {} });
  }
  return found;
}

async function bundleOf({ body }: StoredEntry, { bundles }: ProofRooms, notes: string[]): Promise<ProvenBundle | null> {
  const digest = body['bundle'];
  if (typeof digest !== 'string') return null;
  try {
    const files = bundleContents((await bundles.read(digest)).files);
    const chars = [...files.values()].reduce((sum, text) => sum + text.length, 0);
    if (chars <= MAX_BUNDLE_CHARS) return { digest, files };
    notes.push(`the bundle's text is not in the file: it has more than ${MAX_BUNDLE_CHARS} characters`);
  } catch (error) {
    if (!(error instanceof InterlockError)) throw error;
    notes.push(`the bundle's text is not in the file: ${error.message}`);
  }
  return null;
}

async function sinceOf(checkpoint: string, prover: LedgerProver, size: number): Promise<Since> {
  const older = sizeOf(checkpoint, prover);
  if (older > size) throw ahead(older, size);
  return { checkpoint, path: await prover.consistency(older, size) };
}

/** Null for one that is no longer kept. */
async function evidenceOf(sequence: number, prover: LedgerProver, size: number): Promise<Evidence | null> {
  return prover.evidence(sequence, size).catch((error: unknown) => {
    if (error instanceof InterlockError && error.code === 'NAME_UNKNOWN') return null;
    throw error;
  });
}

/** The key that signs a checkpoint of this size, and the changes that lead to it. */
async function keyWord(prover: LedgerProver, size: number): Promise<KeyWord> {
  const keys = prover.keys();
  const changes = keys.slice(1).filter(({ from }) => from < size);
  const evidence = await Promise.all(changes.map(({ from }) => prover.evidence(from, size)));
  for (const [i, change] of changes.entries()) {
    if (evidence[i] !== undefined && decoded(evidence[i], change.from).body['type'] === 'key') continue;
    throw new InterlockError(
      'STORE_CORRUPT',
      `the change of keys in entry ${change.from} was lost by damage: no file can prove anything from the first key on`,
      {
        hint: 'hold the whole ledger against the key in force: `interlock ledger verify --public-key KEY`',
      },
    );
  }
  return {
    publicKey: keyAt(keys, size) ?? prover.publicKey,
    keys: evidence.map(({ text, path }) => ({ text, path, values: {} })),
  };
}

function sizeOf(text: string, prover: LedgerProver): number {
  const note = parseCheckpoint(text);
  const keys = prover.keys();
  const problem = noteProblem({ source: '', note, problem: '' }, ledgerOfKeys(keys, prover.publicKey), keys);
  if (problem !== null) throw new InterlockError('USAGE', `the checkpoint is not one of this ledger: ${problem}`);
  const { attests, size } = note.checkpoint;
  if (attests === 'root') return size;
  throw new InterlockError('USAGE', 'the checkpoint is of before the tree, so no proof can go on from it', {
    hint: 'hold it against the whole chain: `interlock ledger verify --against FILE`',
  });
}

function ahead(size: number, has: number): InterlockError {
  return new InterlockError(
    'STORE_CORRUPT',
    `the checkpoint speaks of ${size} entries, the ledger has ${has}: its end is missing`,
    {
      hint: 'keep the data folder as it is, and run `interlock ledger verify --against` with it',
    },
  );
}
