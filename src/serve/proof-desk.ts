// What an operator hands to an auditor: an entry's proof, chosen hidden values with it, and that the ledger goes on from a checkpoint.

import { InterlockError } from '../errors.ts';
import type { Directory } from '../identify/directory.ts';
import { planOf, ticketOf } from '../proof/belonging.ts';
import { keptPlaces, makeConsistency, makeProof, type ProofRooms } from '../proof/make-proof.ts';
import { proofJson } from '../proof/proof-file.ts';
import type { Json } from '../record/canonical.ts';
import type { StoredEntry } from '../record/entry-codec.ts';
import type { EntryIndex } from '../record/entry-index.ts';
import type { Term } from '../record/entry-terms.ts';
import type { Feed } from '../record/feed.ts';
import type { Ledger } from '../record/ledger.ts';
import type { LedgerProver } from '../record/prover.ts';

export interface ProveRequest {
  /** The entry's id. */
  readonly id: string;
  /** With the text of the bundle that decided, and with the outcome and the ticket's moves. */
  readonly bundle: boolean;
  readonly related: boolean;
  /** A checkpoint (signed note) that the reader has; null: none. */
  readonly since: string | null;
}

export interface DiscloseRequest extends ProveRequest {
  /** Places of hidden values: `actions/0/facts/recipients`. */
  readonly fields: readonly string[];
  /** Of a user, to be on record as that user; null: none was given. */
  readonly token: string | null;
  readonly osUser: string | null;
  readonly reason: string;
}

/** A file as JSON's values (docs/ledger-proofs.md), and what is not in it and why. */
export interface ProofAnswer {
  readonly proof: { readonly [key: string]: Json };
  readonly notes: readonly string[];
}

export interface ProofDesk {
  /** Throws NAME_UNKNOWN, USAGE for a checkpoint of another ledger, STORE_CORRUPT. */
  proveEntry(request: ProveRequest): Promise<ProofAnswer>;
  /** As `proveEntry`; NAME_UNKNOWN for a value that is not kept, APPROVER_REFUSED, and RECORD_FAILED: then nothing is disclosed. */
  discloseEntry(request: DiscloseRequest): Promise<ProofAnswer>;
  /** `newer` null: the ledger as it is now. */
  proveConsistency(older: string, newer: string | null): Promise<ProofAnswer>;
}

export interface ProofDeskRooms {
  readonly ledger: Pick<Ledger, 'append'> & { readonly prover: LedgerProver };
  readonly directory: Pick<Directory, 'authenticateUser'>;
  readonly bundles: ProofRooms['bundles'];
  /** Asked for when first needed. */
  readonly history: () => Promise<{ readonly index: Pick<EntryIndex, 'newest'>; readonly feed: Pick<Feed, 'settled'> }>;
}

/** Entries looked at for one term. */
const MAX_CANDIDATES = 200;

export function createProofDesk(rooms: ProofDeskRooms): ProofDesk {
  const { ledger, directory, bundles } = rooms;
  const { prover } = ledger;
  const proofRooms: ProofRooms = { prover, bundles, candidates: (entry) => candidatesOf(entry, rooms) };

  async function prove(request: ProveRequest, disclose: readonly string[], beside: number | null): Promise<ProofAnswer> {
    const { bundle, related, since } = request;
    const wanted = { sequence: sequenceOf(request.id), bundle, related, since, disclose, beside };
    const { file, notes } = await makeProof(wanted, proofRooms);
    return { proof: proofJson(file), notes };
  }

  return {
    proveEntry: (request) => prove(request, [], null),
    async discloseEntry(request) {
      const { fields, token, osUser, reason } = request;
      const user = token === null ? null : userOf(directory, token);
      const kept = await keptPlaces(sequenceOf(request.id), prover);
      const missing = fields.find((place) => !kept.includes(place));
      // Before it is recorded: what can't be disclosed was not.
      if (missing !== undefined || fields.length === 0) throw unkept(missing ?? '', kept);
      // INVARIANT: no value leaves before it is on disk that it did, and by whose hand.
      const places = [...new Set(fields)];
      const { entry } = await ledger.append({ type: 'disclosure', entry: request.id, places, user, osUser, reason }, 'synced');
      return prove(request, places, Number(entry));
    },
    async proveConsistency(older, newer) {
      return { proof: proofJson(await makeConsistency(older, newer, prover)), notes: [] };
    },
  };
}

async function candidatesOf({ sequence, body }: StoredEntry, { history }: ProofDeskRooms): Promise<number[]> {
  const terms = termsOf(body);
  const of = body['type'] === 'outcome' && typeof body['verdictEntry'] === 'string' ? Number(body['verdictEntry']) : Number.NaN;
  const known = Number.isSafeInteger(of) ? [of] : [];
  if (terms.length === 0) return known;
  const { index, feed } = await history();
  await feed.settled();
  const found = await Promise.all(terms.map((term) => index.newest(term, Number.MAX_SAFE_INTEGER, MAX_CANDIDATES)));
  return [...new Set([...known, ...found.flat()])].filter((one) => one !== sequence);
}

function termsOf(body: StoredEntry['body']): Term[] {
  const values = { exchange: body['type'] === 'verdict' ? body['exchange'] : null, ticket: ticketOf(body), plan: planOf(body) };
  const kinds = ['exchange', 'ticket', 'plan'] as const;
  return kinds.flatMap((kind) => {
    const value = values[kind];
    return typeof value === 'string' ? [{ kind, value }] : [];
  });
}

function sequenceOf(id: string): number {
  if (/^(?:0|[1-9]\d{0,14})$/.test(id)) return Number(id);
  throw new InterlockError('NAME_UNKNOWN', 'there is no such entry: an id is the number that `interlock ledger tail` shows');
}

function unkept(place: string, kept: readonly string[]): InterlockError {
  const what = place === '' ? 'say which hidden values to disclose' : `the entry keeps no hidden value at ${place}`;
  return new InterlockError('NAME_UNKNOWN', what, {
    hint: kept.length === 0 ? 'it hides none, or they were erased' : `it keeps ${kept.join(', ')}`,
  });
}

function userOf(directory: ProofDeskRooms['directory'], token: string): string {
  const user = directory.authenticateUser(token);
  if (user !== null) return user.name;
  throw new InterlockError('APPROVER_REFUSED', 'this token is not that of an active user', {
    hint: 'leave it out, and the operating system user is recorded as the command tells it',
  });
}
