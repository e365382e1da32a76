// What became of verdicts: the outcomes that came together share a key for each 256 verdicts, since nearly every request has one.

import type { OutcomeBody } from './entry.ts';
import { sixteenDigits } from './store-keys.ts';

export type Outcome = Pick<OutcomeBody, 'result' | 'status' | 'durationMs'>;

export const OUTCOME_PREFIX = 'o:';
const PAGE_VERDICTS = 256;
const PAGE_DIGITS = 16;
const RESULTS: readonly Outcome['result'][] = ['sent', 'refused', 'failed', 'unknown'];

/** Text of each page, by its number: `<verdict within it>:<result>:<status, or nothing>:<milliseconds>`, separated by commas. */
export type OutcomePages = Map<number, string>;

/** `verdict`: the sequence of its entry. */
export function addOutcome(pages: OutcomePages, verdict: number, { result, status, durationMs }: Outcome): void {
  const page = Math.floor(verdict / PAGE_VERDICTS);
  const before = pages.get(page);
  const text = `${verdict % PAGE_VERDICTS}:${RESULTS.indexOf(result)}:${status ?? ''}:${durationMs}`;
  pages.set(page, before === undefined ? text : `${before},${text}`);
}

/** What the keys of a verdict's page begin with; a number that no other batch of the index has follows. */
export function outcomePrefix(verdict: number): string {
  return pagePrefix(Math.floor(verdict / PAGE_VERDICTS));
}

export function outcomeKey(page: number, batch: number): string {
  return pagePrefix(page) + sixteenDigits(batch);
}

function pagePrefix(page: number): string {
  return `${OUTCOME_PREFIX}${sixteenDigits(page)}/`;
}

/** The last that is told of a verdict; null when there is nothing. */
export function outcomeIn(text: string, verdict: number): Outcome | null {
  const wanted = `${verdict % PAGE_VERDICTS}:`;
  const found = text.split(',').findLast((item) => item.startsWith(wanted));
  if (found === undefined) return null;
  const [, result = '', status = '', durationMs = ''] = found.split(':');
  return {
    result: RESULTS[Number(result)] ?? 'unknown',
    status: status === '' ? null : Number(status),
    durationMs: Number(durationMs),
  };
}

/** The verdicts whose outcomes a stored page has. */
export function verdictsIn(key: string, text: string): number[] {
  const first = Number(key.slice(OUTCOME_PREFIX.length, OUTCOME_PREFIX.length + PAGE_DIGITS)) * PAGE_VERDICTS;
  return text.split(',').map((item) => first + Number.parseInt(item, 10));
}
