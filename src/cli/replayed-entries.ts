// Verdict entries for a replay, page by page from an operator, from the first that is young enough.

import type { ReplayedEntry } from '../decide/replay.ts';
import { readRecordedVerdict } from '../decide/recorded-verdict.ts';
import type { Entry } from '../record/entry.ts';
import type { Operator } from '../serve/operator.ts';

const PAGE = 200;

/** Null for an entry that no policy decided: a refusal of Interlock's own, or a request that it made itself. */
export type Reading = ReplayedEntry | null;

interface Range {
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  readonly onProgress: (done: number, total: number) => void;
}

export async function* replayedEntries(operator: Operator, { sinceMs, untilMs, onProgress }: Range): AsyncGenerator<Reading> {
  const start = sinceMs === null ? 0 : await firstSince(operator, sinceMs);
  let from: number | null = start;
  while (from !== null) {
    const page = await operator.readVerdicts(from, PAGE);
    for (const entry of page.entries) {
      // Clocks step, so an entry that is too young is left out and does not end the walk.
      const at = Date.parse(entry.time);
      if ((untilMs === null || at < untilMs) && (sinceMs === null || at >= sinceMs)) yield readingOf(entry);
    }
    from = page.next;
    onProgress((from ?? page.size) - start, page.size - start);
  }
}

/** By halving: times ascend but for steps of the clock. */
async function firstSince(operator: Operator, sinceMs: number): Promise<number> {
  let [low, high] = [0, (await operator.readVerdicts(0, 1)).size];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (Date.parse((await operator.showEntry(String(middle))).time) < sinceMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function readingOf(entry: Entry): Reading {
  const { body } = entry;
  if (body.type !== 'verdict' || body.code !== null || body.cause !== null) return null;
  const recorded = readRecordedVerdict(body);
  if (typeof recorded === 'string') return null;
  return { entry: entry.sequence, time: entry.time, recorded, verdicts: body.actions.map(({ verdict }) => verdict) };
}
