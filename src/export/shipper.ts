// Ships entries to one sink from behind: page by page out of the ledger, at least once and in order.
//
// INVARIANT: an append never waits for a sink and never knows of one: what is shipped is read back from the ledger, and one page is all
// that is held, however slow the sink is.

import { setTimeout as sleep } from 'node:timers/promises';
import { decodeEntry } from '../record/entry-codec.ts';
import type { EntryFilter } from '../record/entry-filter.ts';
import type { StoredLine } from '../record/stored-line.ts';
import { briefLine } from './brief.ts';
import { type Format, formatLine } from './format.ts';
import { readPage, type Source } from './page.ts';
import type { ShippingPlace } from './shipping-place.ts';
import type { Message, Sink, SinkSession } from './sink.ts';
import type { Values } from './values.ts';

export interface ShipperOptions {
  readonly source: Source;
  readonly sink: Sink;
  readonly place: ShippingPlace;
  readonly format: Exclude<Format, 'text'>;
  readonly values: Values;
  readonly filter: EntryFilter;
  /** Told once when it begins to fail, and once when it goes on. Must not throw. */
  readonly onChange: (problem: string | null) => void;
  readonly retryMs?: number;
  readonly closeMs?: number;
}

export interface ShippingState {
  /** Everything below it is confirmed; null before the cursor was read. */
  readonly next: number | null;
  /** Entries that are not confirmed. */
  readonly lag: number;
  /** What is wrong now. */
  readonly problem: string | null;
  /** When something was confirmed last, and what went wrong last, in this run: RFC 3339. */
  readonly lastSuccess: string | null;
  readonly lastError: { readonly at: string; readonly problem: string } | null;
}

export interface Shipper {
  readonly state: ShippingState;
  /** Lets a session that has begun be confirmed for `CLOSE_MS`, then leaves it: it comes again with the next start. */
  close(): Promise<void>;
}

/** Some two milliseconds of work between two turns of the event loop. */
const PAGE = 50;
/** Entries of a session. */
const SESSION_ENTRIES = 10_000;
/** Entries that come one by one are gathered for so long. */
const GATHER_MS = 100;
const IDLE_MS = 60_000;
const RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;
const CLOSE_MS = 2_000;

interface Signals {
  /** No more pages. */
  readonly closing: AbortSignal;
  /** No more waiting for a confirmation. */
  readonly ended: AbortSignal;
}

export function startShipper(options: ShipperOptions): Shipper {
  const closing = new AbortController();
  const ended = new AbortController();
  const signals = { closing: closing.signal, ended: ended.signal };
  let next: number | null = null;
  let problem: string | null = null;
  let lastSuccess: string | null = null;
  let lastError: ShippingState['lastError'] = null;
  const tell = (now: string | null): void => {
    // A sink that is down is one line in the log, however often it is tried.
    if ((now === null) !== (problem === null)) options.onChange(now);
    problem = now;
  };
  const run = async (): Promise<void> => {
    for (let failures = 0; !closing.signal.aborted; ) {
      try {
        next ??= await options.place.read();
        const before: number = next;
        next = await shipSession(options, before, signals);
        if (next > before) lastSuccess = new Date().toISOString();
        failures = 0;
        tell(null);
      } catch (error) {
        if (closing.signal.aborted) return;
        lastError = { at: new Date().toISOString(), problem: error instanceof Error ? error.message : String(error) };
        tell(lastError.problem);
        await pause(Math.min((options.retryMs ?? RETRY_MS) * 2 ** failures, MAX_RETRY_MS), closing.signal);
        failures += 1;
      }
    }
  };
  const running = run();
  return {
    get state() {
      return { next, lag: Math.max(0, options.source.size - (next ?? 0)), problem, lastSuccess, lastError };
    },
    async close() {
      closing.abort();
      const late = setTimeout(() => ended.abort(), options.closeMs ?? CLOSE_MS);
      await running;
      clearTimeout(late);
    },
  };
}

/** From the first page to the confirmation and the cursor; gives the sequence to go on from. */
async function shipSession(options: ShipperOptions, from: number, { closing, ended }: Signals): Promise<number> {
  const { source, sink, place, filter, values } = options;
  let session: SinkSession | null = null;
  let next = from;
  let deadline = Infinity;
  const stop = (): void => session?.abort();
  ended.addEventListener('abort', stop);
  try {
    while (!closing.aborted && next - from < SESSION_ENTRIES && performance.now() < deadline) {
      const waitMs = Math.ceil(Math.min(IDLE_MS, deadline - performance.now()));
      const page = await readPage(source, { from: next, count: PAGE, filter, values, waitMs }, closing);
      if (page.next === next) continue;
      if (deadline === Infinity) deadline = performance.now() + sink.sessionMs;
      const began = performance.now();
      const messages = page.lines.map((line) => messageOf(line, options.format));
      const worked = performance.now() - began;
      if (messages.length > 0) {
        session ??= await sink.open(closing);
        await session.write(messages);
      }
      next = page.next;
      // Who is behind leaves the traffic its share of the processor.
      await pause(next < page.size ? Math.ceil(worked) : GATHER_MS, closing);
    }
    await session?.finish();
    // INVARIANT: the cursor is never ahead of what is confirmed.
    if (next !== from) await place.write(next);
    return next;
  } catch (error) {
    session?.abort();
    throw error;
  } finally {
    ended.removeEventListener('abort', stop);
  }
}

const ALARMING: ReadonlySet<unknown> = new Set(['gap', 'lost', 'repair']);

function messageOf(line: StoredLine, format: Exclude<Format, 'text'>): Message {
  const entry = decodeEntry(line.text);
  const { type, verdict } = entry?.body ?? {};
  const alarming = verdict === 'BLOCK' || ALARMING.has(type);
  return {
    ...{ text: formatLine(line, format), brief: () => briefLine(line, format), time: entry?.time ?? '-' },
    ...{ type: typeof type === 'string' ? type : '-', alarming },
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
