// Entries that wait to be written, counted so that they stay bounded and that a flush knows when its entries are through.

import { weightOf } from './pending.ts';
import type { Pending } from './pending.ts';

export interface WriteQueue {
  entries: Pending[];
  /** Of `entries`, those that somebody waits for. */
  awaited: number;
  /** Characters of all that is not settled yet. */
  chars: number;
  accepted: number;
  /** Written or refused. */
  settled: number;
  flushes: Array<{ readonly upTo: number; resolve(): void }>;
}

/** Characters that may wait in memory in all. */
const MAX_WAITING_CHARS = 64 * 1024 * 1024;

export function newQueue(): WriteQueue {
  return { entries: [], awaited: 0, chars: 0, accepted: 0, settled: 0, flushes: [] };
}

export function isFull(queue: WriteQueue, maxWaiting: number): boolean {
  return queue.entries.length >= maxWaiting || queue.chars > MAX_WAITING_CHARS;
}

export function enqueue(queue: WriteQueue, pending: Pending): void {
  queue.entries.push(pending);
  queue.chars += weightOf(pending);
  queue.accepted += 1;
  if (pending.waiter !== null) queue.awaited += 1;
}

/** The first `max` entries, in order. */
export function take(queue: WriteQueue, max: number): Pending[] {
  const taken = queue.entries.length <= max ? queue.entries : queue.entries.slice(0, max);
  queue.entries = queue.entries.length <= max ? [] : queue.entries.slice(max);
  queue.awaited = queue.entries.filter(({ waiter }) => waiter !== null).length;
  return taken;
}

/** Takes out all that somebody waits for. */
export function takeAwaited(queue: WriteQueue): Pending[] {
  const awaited = queue.entries.filter(({ waiter }) => waiter !== null);
  queue.entries = queue.entries.filter(({ waiter }) => waiter === null);
  queue.awaited = 0;
  return awaited;
}

/** Entries that were taken and not written, back to the front. */
export function putBack(queue: WriteQueue, entries: readonly Pending[]): void {
  queue.entries = [...entries, ...queue.entries];
}

/** Counts entries as written or refused, and lets go whoever flushed behind them. */
export function settle(queue: WriteQueue, entries: readonly Pending[]): void {
  queue.settled += entries.length;
  for (const entry of entries) queue.chars -= weightOf(entry);
  if (queue.flushes.length === 0) return;
  for (const flush of queue.flushes) if (flush.upTo <= queue.settled) flush.resolve();
  queue.flushes = queue.flushes.filter((flush) => flush.upTo > queue.settled);
}

/** Nothing can be written now: nobody is made to wait for it. */
export function releaseFlushes(queue: WriteQueue): void {
  for (const flush of queue.flushes.splice(0)) flush.resolve();
}

/** Resolves when all that was accepted so far is settled, or can't be for now. */
export function settledSoFar(queue: WriteQueue): Promise<void> {
  if (queue.settled === queue.accepted) return Promise.resolve();
  return new Promise((resolve) => {
    queue.flushes.push({ upTo: queue.accepted, resolve });
  });
}
