// The types of entries, once: for indexes, filters and the schema of the feed.

import type { EntryBody } from './entry.ts';

/** Exhaustive: a new type does not compile without its line. True: one can look for it by its type. */
const FINDABLE: Readonly<Record<EntryBody['type'], boolean>> = {
  // Verdicts and outcomes are nearly all there is: a key for each of them would cost much and narrow nothing.
  verdict: false,
  outcome: false,
  question: true,
  refusals: true,
  ticket: true,
  plan: true,
  directory: true,
  budget: true,
  bundle: true,
  shadow: true,
  disclosure: true,
  erasure: true,
  retention: true,
  hold: true,
  key: true,
  anchor: true,
  start: true,
  stop: true,
  clock: true,
  gap: true,
  lost: true,
  repair: true,
};

export const ENTRY_TYPES: readonly string[] = Object.keys(FINDABLE);
export const FOUND_BY_TYPE: ReadonlySet<string> = new Set(
  Object.entries(FINDABLE).flatMap(([type, findable]) => (findable ? [type] : [])),
);
