// Entries that came onto the disk after their callers had been refused: what they promised is taken back, on record (threat F7).

import type { EntryBody, OutcomeBody, VerdictBody } from './entry.ts';
import type { StateChange } from './ledger.ts';
import type { Pending } from './pending.ts';

/** Sequences, both included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Withdrawal {
  /** The entries that do not count. */
  readonly ranges: readonly Range[];
  /** What tells so for each exchange: its outcome, or that a grant, a step or a reservation is given back. */
  readonly bodies: readonly EntryBody[];
  /** Puts the state back to what those who were refused still believe. */
  readonly state: readonly StateChange[];
}

/** What each key of the state had, undefined for none. */
export type PreviousState = ReadonlyMap<string, string | undefined>;

export const NOTHING_WITHDRAWN: Withdrawal = { ranges: [], bodies: [], state: [] };

const MAX_RANGES = 64;
/** Verdicts by which a request goes. */
const FORWARDED: ReadonlySet<string> = new Set(['ALLOW', 'ALLOW_LOG', 'CONSTRAIN']);
const WHY = 'its entry came onto the disk too late: it was refused, and nothing was sent';

/**
 * `first`: sequence of the first of `entries`. `previous`: null when it is not known: then the state stays as it was
 * written, which lets nothing go that was not let go before.
 * INVARIANT: entries that nobody waited for count, and so does a change of keys: the chain goes on under the new one.
 */
export function withdraw(first: number, entries: readonly Pending[], previous: PreviousState | null): Withdrawal {
  const withdrawn = entries.flatMap((entry, i) => (isWithdrawn(entry) ? [{ entry, sequence: first + i }] : []));
  return {
    ranges: rangesOf(withdrawn.map(({ sequence }) => sequence)),
    bodies: withdrawn.flatMap(({ entry, sequence }) => bodiesFor(entry.body, String(sequence))),
    state:
      previous === null ? [] : [...previous].map(([key, value]) => (value === undefined ? { del: key } : { put: key, value })),
  };
}

export function isWithdrawn({ waiter, rekey }: Pending): boolean {
  return waiter !== null && rekey === null;
}

function rangesOf(sequences: readonly number[]): Range[] {
  const ranges: Range[] = [];
  for (const sequence of sequences) {
    const last = ranges.at(-1);
    if (last !== undefined && (sequence === last.to + 1 || ranges.length === MAX_RANGES))
      ranges.splice(-1, 1, { from: last.from, to: sequence });
    else ranges.push({ from: sequence, to: sequence });
  }
  return ranges;
}

function bodiesFor(body: EntryBody, sequence: string): EntryBody[] {
  switch (body.type) {
    case 'verdict':
      return FORWARDED.has(body.verdict) ? [notSent(body, sequence)] : [];
    case 'ticket':
      return body.move === 'spent' || body.move === 'used' ? [{ ...body, move: 'returned', note: WHY }] : [];
    case 'plan':
      return body.move === 'consumed' ? [{ ...body, move: 'returned', note: WHY }] : [];
    case 'budget':
      return body.move === 'reserved' ? [{ ...body, move: 'returned', used: [] }] : [];
    default:
      return [];
  }
}

function notSent({ exchange }: VerdictBody, verdictEntry: string): OutcomeBody {
  const nothing = { requestBytes: 0, responseBytes: 0, durationMs: 0, requestDigest: null, responseDigest: null };
  return { type: 'outcome', exchange, verdictEntry, result: 'refused', status: 503, ...nothing, error: `RECORD_FAILED: ${WHY}` };
}
