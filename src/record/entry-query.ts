// Entries that match, newest first and a page at a time: found through the index, never by walking the chain from end to end.

import type { EntryIndex } from './entry-index.ts';
import type { Term } from './entry-terms.ts';
import type { Entry } from './entry.ts';
import type { Range } from './index-sweep.ts';
import type { LedgerReader } from './ledger.ts';
import { seekTime } from './time-seek.ts';

export interface EntryQuery {
  /** All of them must hold. */
  readonly terms: readonly Term[];
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
  readonly index: Pick<EntryIndex, 'newest' | 'around'>;
}

/** Entries looked at for one page. */
const MAX_LOOKED_AT = 2_000;
/** Reads of the index for one page. */
const MAX_READS = 400;
const CHUNK = 100;

export async function findEntries(query: EntryQuery, searched: Searched): Promise<EntryPage> {
  const { limit, since, until } = query;
  const top = Math.min(query.before ?? searched.ledger.size, searched.ledger.size);
  const below = until === null ? top : Math.min(top, await firstAt(searched, until, top));
  const found: Entry[] = [];
  let left = MAX_LOOKED_AT;
  let last = below;
  const candidates = query.terms.length === 0 ? walkChain(searched, below) : walkTerms(query.terms, searched, below);
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

/** Entries that have every term, newest first; then a number, to go on from, when it took too many reads. */
async function* walkTerms(terms: readonly Term[], { ledger, index }: Searched, below: number): AsyncGenerator<Entry | number> {
  const reader = { index, reads: MAX_READS };
  const lines = terms.map((term): Line => ({ term, ahead: [], more: true }));
  let at: number | null = below - 1;
  while (at !== null && at >= 0) {
    const step: Step = await commonAtMost(lines, at, reader);
    if (step.exhausted) return void (yield step.at + 1);
    if (step.found === null) return;
    const entry = await ledger.get(step.found);
    if (entry !== undefined) yield entry;
    at = step.found - 1;
  }
}

interface Line {
  readonly term: Term;
  /** Sequences read and not yet passed, newest first. */
  ahead: number[];
  more: boolean;
}

interface Reader {
  readonly index: Pick<EntryIndex, 'newest'>;
  reads: number;
}

interface Step {
  readonly found: number | null;
  readonly exhausted: boolean;
  /** Everything above it was looked at. */
  readonly at: number;
}

/** The highest sequence at or below `start` that stands in every line. Each line skips to where the slowest is. */
async function commonAtMost(lines: readonly Line[], start: number, reader: Reader): Promise<Step> {
  let at = start;
  let agreed = 0;
  for (let turn = 0; agreed < lines.length; turn += 1) {
    const line = lines[turn % lines.length];
    if (line === undefined) break;
    const next = await atMost(line, at, reader);
    if (next === 'exhausted') return { found: null, exhausted: true, at };
    if (next === null) return { found: null, exhausted: false, at };
    agreed = next === at ? agreed + 1 : 1;
    at = next;
  }
  return { found: at, exhausted: false, at };
}

async function atMost(line: Line, at: number, reader: Reader): Promise<number | null | 'exhausted'> {
  for (;;) {
    const place = line.ahead.findIndex((sequence) => sequence <= at);
    line.ahead = place === -1 ? [] : line.ahead.slice(place);
    const [next] = line.ahead;
    if (next !== undefined) return next;
    if (!line.more) return null;
    if (reader.reads === 0) return 'exhausted';
    reader.reads -= 1;
    line.ahead = await reader.index.newest(line.term, at + 1, CHUNK);
    line.more = line.ahead.length === CHUNK;
  }
}
