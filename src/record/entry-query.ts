// Entries that match, newest first and a page at a time: found through the index, never by walking the chain from end to end.

import type { EntryIndex } from './entry-index.ts';
import type { WantedTerm } from './entry-terms.ts';
import type { Entry } from './entry.ts';
import type { Range } from './index-sweep.ts';
import type { LedgerReader } from './ledger.ts';
import { meeting } from './meeting.ts';
import { seekTime } from './time-seek.ts';

export interface EntryQuery {
  /** All of them must hold. */
  readonly terms: readonly WantedTerm[];
  /** Sequences below this one; null for the newest. */
  readonly before: number | null;
  readonly limit: number;
  /** Milliseconds since 1970: not before, and before. */
  readonly since: number | null;
  readonly until: number | null;
  /** What no term can say. */
  readonly matches: (entry: Entry) => boolean;
}

export interface EntryPage {
  readonly entries: readonly Entry[];
  /** Give it as `before` for what follows, or null at the end. A page may be short, even empty, and still have a next. */
  readonly next: number | null;
}

export interface Searched {
  readonly ledger: LedgerReader & { readonly size: number; readonly dropped?: readonly Range[] };
  readonly index: Pick<EntryIndex, 'stretch' | 'around'>;
}

/** Entries looked at for one page. */
const MAX_LOOKED_AT = 2_000;
/** Reads of the index for one page. */
const MAX_READS = 400;
const CHUNK = 100;
/** Entries fetched at once: each may lie in another part of a sealed file. */
const FETCHED = 8;

export async function findEntries(query: EntryQuery, searched: Searched): Promise<EntryPage> {
  const { limit, since, until } = query;
  const top = Math.min(query.before ?? searched.ledger.size, searched.ledger.size);
  const below = until === null ? top : Math.min(top, await firstAt(searched, until, top));
  const found: Entry[] = [];
  let left = MAX_LOOKED_AT;
  let last = below;
  // Nothing below it is as new as that, as far as the clock went forward.
  const floor = since === null ? 0 : Math.min(below, (await searched.index.around(since)).low);
  const { terms } = query;
  const candidates =
    terms.length === 0
      ? walkChain(searched, below)
      : walkTerms(terms, searched, { below, floor, wanted: () => limit - found.length });
  for await (const candidate of candidates) {
    if (typeof candidate === 'number') return { entries: found, next: candidate };
    last = candidate.sequence;
    if (since !== null && Date.parse(candidate.time) < since) return { entries: found, next: null };
    if (query.matches(candidate)) found.push(candidate);
    left -= 1;
    if (found.length >= limit || left === 0) return { entries: found, next: last === 0 ? null : last };
  }
  return { entries: found, next: null };
}

/** The first sequence below `end` whose time is not before `ms`. */
async function firstAt({ ledger, index }: Searched, ms: number, end: number): Promise<number> {
  const { low, high } = await index.around(ms);
  return seekTime(ledger, ms, { low: Math.min(low, end), high: Math.min(high, end) });
}

/** Entries below, newest first. */
async function* walkChain({ ledger }: Searched, below: number): AsyncGenerator<Entry> {
  for (let end = below; end > 0; ) {
    const gone = ledger.dropped?.find(({ from, to }) => from < end && end <= to + 1);
    const from = gone?.from ?? Math.max(0, end - CHUNK);
    const chunk: Entry[] = [];
    if (gone === undefined)
      for await (const entry of ledger.entries(from, end - from)) if (entry.sequence < end) chunk.push(entry);
    yield* chunk.toReversed();
    end = from;
  }
}

interface Bounds {
  /** Excluded. */
  readonly below: number;
  /** Included. */
  readonly floor: number;
  /** Entries that are wanted still: no more are fetched at once. */
  readonly wanted: () => number;
}

/** Entries that have every term, newest first; then a number, to go on from, when it took too many reads. */
async function* walkTerms(
  terms: readonly WantedTerm[],
  { ledger, index }: Searched,
  { below, floor, wanted }: Bounds,
): AsyncGenerator<Entry | number> {
  const lines = meeting(terms, index, MAX_READS);
  let at = below - 1;
  for (let more = true; more && at >= floor; ) {
    const agreed: number[] = [];
    let stopped: number | null = null;
    while (more && agreed.length < Math.max(1, Math.min(wanted(), FETCHED))) {
      const step = await lines.atMost(at, floor);
      if (step.found === null) more = false;
      else agreed.push(step.found);
      if (step.exhausted) stopped = step.at + 1;
      at = (step.found ?? at) - 1;
    }
    for (const entry of await Promise.all(agreed.map((sequence) => ledger.get(sequence)))) if (entry !== undefined) yield entry;
    if (stopped !== null) yield stopped;
  }
}
