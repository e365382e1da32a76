// Entries that have several terms: each term's sequences are read from the index only where the others are, never from end to end.

import type { EntryIndex } from './entry-index.ts';
import type { Term, WantedTerm } from './entry-terms.ts';

export interface Meeting {
  /** The highest sequence at or below `start`, and not below `floor`, that has every term. */
  atMost(start: number, floor: number): Promise<Step>;
}

interface Step {
  readonly found: number | null;
  /** It took too many reads: there may be more at or below `at`. */
  readonly exhausted: boolean;
  /** Everything above it was looked at. */
  readonly at: number;
}

/** Sequences that one read asks for: few where the others make it jump, many where it leads. */
const LEAST = 8;
const MOST = 256;

interface Line {
  /** Any of them will do. */
  readonly terms: readonly Term[];
  /** Sequences read, newest first, and the first of them that was not passed. */
  ahead: readonly number[];
  place: number;
  more: boolean;
  /** Asked for by the next read. */
  wanted: number;
  /** Answers that the last read gave. */
  answers: number;
}

/** `reads`: of the index, for all of it. */
export function meeting(terms: readonly WantedTerm[], index: Pick<EntryIndex, 'stretch'>, reads: number): Meeting {
  const lines = terms.map(
    (term): Line => ({ terms: valuesOf(term), ahead: [], place: 0, more: true, wanted: LEAST, answers: 0 }),
  );
  let left = reads;

  async function lineAtMost(line: Line, at: number): Promise<number | null | 'exhausted'> {
    for (;;) {
      line.place = firstAtMost(line.ahead, line.place, at);
      const next = line.ahead[line.place];
      if (next !== undefined) {
        line.answers += 1;
        return next;
      }
      if (!line.more) return null;
      if (left <= 0) return 'exhausted';
      left -= line.terms.length;
      line.wanted = line.answers * 4 < line.ahead.length || line.ahead.length === 0 ? LEAST : Math.min(MOST, line.wanted * 4);
      line.ahead = await stretchOfAny(index, line.terms, at + 1, line.wanted);
      line.more = line.ahead.length >= line.wanted;
      line.place = 0;
      line.answers = 0;
    }
  }

  return {
    async atMost(start, floor) {
      let at = start;
      let agreed = 0;
      // Each skips to where the slowest is, until all of them stand at one entry.
      for (let turn = 0; agreed < lines.length && at >= floor; turn += 1) {
        const line = lines[turn % lines.length];
        if (line === undefined) break;
        const next = await lineAtMost(line, at);
        if (next === 'exhausted') return { found: null, exhausted: true, at };
        if (next === null) return { found: null, exhausted: false, at };
        agreed = next === at ? agreed + 1 : 1;
        at = next;
      }
      return { found: at >= floor ? at : null, exhausted: false, at };
    },
  };
}

function valuesOf({ kind, value, or = [] }: WantedTerm): Term[] {
  return [...new Set([value, ...or])].map((one) => ({ kind, value: one }));
}

/** As `stretch` of one term: what any of them has, each entry once, down to where one of them was not read any further. */
async function stretchOfAny(
  index: Pick<EntryIndex, 'stretch'>,
  terms: readonly Term[],
  below: number,
  least: number,
): Promise<readonly number[]> {
  const [first, ...others] = terms;
  if (first === undefined) return [];
  if (others.length === 0) return index.stretch(first, below, least);
  const found = await Promise.all(terms.map((term) => index.stretch(term, below, least)));
  // INVARIANT: nothing is passed over. What one has below its last one read is not known; it read `least` of its own, so there are as many.
  const unread = found.filter((one) => one.length >= least).map((one) => one.at(-1) ?? 0);
  const down = Math.max(0, ...unread);
  const all = new Set(found.flat().filter((sequence) => sequence >= down));
  return [...all].toSorted((a, b) => b - a);
}

/** Index of the first that is not above `at`, from `from` on, in a descending list; its length when there is none. */
function firstAtMost(sequences: readonly number[], from: number, at: number): number {
  let low = from;
  let high = sequences.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sequences[middle] ?? 0) <= at) high = middle;
    else low = middle + 1;
  }
  return low;
}
