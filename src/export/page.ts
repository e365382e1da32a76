// A page of the chain for who hands it on: bounded, filtered, and waited for when nothing is there yet.

import { setTimeout as sleep } from 'node:timers/promises';
import { readEntry } from '../record/entry-codec.ts';
import { type EntryFilter, isEmptyFilter, passes } from '../record/entry-filter.ts';
import type { Entry } from '../record/entry.ts';
import type { LedgerReader } from '../record/ledger.ts';
import { seekTime } from '../record/time-seek.ts';
import type { StoredLine } from '../record/stored-line.ts';
import { handedOn, type Values } from './values.ts';

export interface PageRequest {
  /** The first sequence to look at. */
  readonly from: number;
  /** Entries to look at, at most `MAX_LOOKED_AT`. */
  readonly count: number;
  readonly filter: EntryFilter;
  readonly values: Values;
  /** How long to wait for the first entry, when there is none yet. */
  readonly waitMs: number;
}

export interface Page {
  readonly lines: readonly StoredLine[];
  /** Go on from here: everything below it was looked at. */
  readonly next: number;
  /** Entries in all, as of now. */
  readonly size: number;
}

/** The chain as it is handed on. */
export interface Source {
  readonly size: number;
  get(sequence: number): Promise<Entry | undefined>;
  stored(from: number, limit: number): AsyncIterable<StoredLine>;
  /** Tells of what is written from now on. Returns how to stop it. */
  follow(onWritten: () => void): () => void;
}

export const MAX_LOOKED_AT = 250;
/** A page ends behind the entry that brings it over this, so that its memory is bounded by the largest entry. */
const MAX_CHARS = 1024 * 1024;
export async function readPage(source: Source, request: PageRequest, signal?: AbortSignal): Promise<Page> {
  const { from, filter, values } = request;
  if (request.waitMs > 0) await arrival(source, from, request.waitMs, signal);
  const { size } = source;
  const all = isEmptyFilter(filter);
  const lines: StoredLine[] = [];
  let next = from;
  let chars = 0;
  const count = Math.min(request.count, MAX_LOOKED_AT, Math.max(0, size - from));
  for await (const line of source.stored(from, count)) {
    if (line.sequence >= size) break;
    next = line.sequence + 1;
    if (!all && !(await passes(readEntry(line.text, line.hidden ?? undefined), filter, (at) => source.get(at)))) continue;
    const handed = handedOn(line, values);
    lines.push(handed);
    chars += handed.text.length + (handed.hidden?.length ?? 0);
    if (chars > MAX_CHARS) break;
  }
  return { lines, next, size };
}

/** Resolves when there is an entry at `from`, after `ms`, or with the signal. Reads nothing meanwhile. */
async function arrival(source: Source, from: number, ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (source.size > from) return;
  const arrived = Promise.withResolvers<void>();
  const stop = source.follow(() => arrived.resolve());
  try {
    const late = new AbortController();
    const ended = signal === undefined ? late.signal : AbortSignal.any([late.signal, signal]);
    await Promise.race([arrived.promise, sleep(ms, undefined, { signal: ended }).catch(() => undefined)]);
    late.abort();
  } finally {
    stop();
  }
}

/** The first sequence whose time is not before `ms`. */
export function sequenceAt(source: Pick<Source, 'size'> & Pick<LedgerReader, 'get' | 'entries'>, ms: number): Promise<number> {
  return seekTime(source, ms, { low: 0, high: source.size });
}
