// One bounded line of work for each Slack channel: cards in turn, retried with a growing wait, and never a reason for anybody to wait here.

import { randomInt } from 'node:crypto';
import { SlackFailure } from './slack-client.ts';

export interface SlackCounts {
  sent: number;
  /** Tries that failed and are made again. */
  retried: number;
  /** Cards that could not be shown: no room in the line, or Slack will never take them. */
  dropped: number;
}

export interface SlackQueueOptions {
  /** Shows what the key stands for, as it is at that moment; false: there is nothing to show any more. Throws SlackFailure. */
  readonly run: (key: string) => Promise<boolean>;
  readonly counts: SlackCounts;
  /** Told once when calls begin to fail, and once when they go well again. */
  readonly onOutage: (cause: string | null) => void;
  readonly onDropped: (cause: string) => void;
  /** Milliseconds of the first wait; tests are quicker. */
  readonly firstWaitMs?: number;
  /** Keys that wait in one channel. */
  readonly room?: number;
}

export interface SlackQueue {
  /** Shows this key's card soon. A key that waits already is not told twice: what is shown is what is true then. */
  push(channel: string, key: string): void;
  close(): void;
}

/** More than there are open tickets by default. */
const ROOM = 2_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** Slack's own word counts, within reason. */
const LONGEST_RETRY_AFTER_MS = 600_000;

interface Line {
  readonly keys: Set<string>;
  busy: boolean;
  failures: number;
  timer: NodeJS.Timeout | null;
}

export function createSlackQueue(options: SlackQueueOptions): SlackQueue {
  const { room = ROOM, onDropped, counts } = options;
  const lines = new Map<string, Line>();
  const attempt = createAttempt(options);
  const state = { closed: false };

  const work = async (line: Line): Promise<void> => {
    if (line.busy || line.timer !== null) return;
    line.busy = true;
    for (let key = first(line); key !== null && !state.closed; key = first(line)) {
      // Out before it is shown: what moves meanwhile puts it in anew and is shown after.
      line.keys.delete(key);
      const waitMs = await attempt(line, key);
      if (waitMs === null) continue;
      line.timer = setTimeout(() => {
        line.timer = null;
        void work(line);
      }, waitMs);
      line.timer.unref();
      break;
    }
    line.busy = false;
  };

  return {
    push(channel, key) {
      if (state.closed) return;
      const line = lines.get(channel) ?? { keys: new Set(), busy: false, failures: 0, timer: null };
      lines.set(channel, line);
      const oldest = first(line);
      if (line.keys.size >= room && !line.keys.has(key) && oldest !== null) {
        line.keys.delete(oldest);
        counts.dropped += 1;
        onDropped('too many cards wait');
      }
      line.keys.add(key);
      void work(line);
    },
    close() {
      state.closed = true;
      for (const line of lines.values()) if (line.timer !== null) clearTimeout(line.timer);
    },
  };
}

/** One try: milliseconds until the next one of this line, or null when the key is done with. */
function createAttempt(options: SlackQueueOptions): (line: Line, key: string) => Promise<number | null> {
  const { counts, onDropped, onOutage } = options;
  const failing = new Set<Line>();
  const healthy = (line: Line): void => {
    line.failures = 0;
    const wasDown = failing.size > 0;
    // A line with nothing left to say makes no call that could show that it is well again.
    for (const one of failing) if (one === line || one.keys.size === 0) failing.delete(one);
    if (wasDown && failing.size === 0) onOutage(null);
  };
  return async (line, key) => {
    try {
      if (await options.run(key)) {
        counts.sent += 1;
        healthy(line);
      }
      return null;
    } catch (thrown) {
      const failure =
        thrown instanceof SlackFailure ? thrown : new SlackFailure('refused', 'the card could not be kept or shown');
      if (failure.kind === 'refused') {
        counts.dropped += 1;
        onDropped(failure.message);
        healthy(line);
        return null;
      }
      counts.retried += 1;
      putFirst(line.keys, key);
      // Being asked to slow down is no outage.
      if (failure.kind === 'rate') return Math.min(failure.retryAfterSeconds * 1_000, LONGEST_RETRY_AFTER_MS);
      if (failing.size === 0) onOutage(failure.message);
      failing.add(line);
      line.failures += 1;
      return backOffMs(options.firstWaitMs ?? FIRST_WAIT_MS, line.failures);
    }
  };
}

function first(line: Line): string | null {
  const [key] = line.keys;
  return key ?? null;
}

function putFirst(keys: Set<string>, key: string): void {
  const rest = [...keys];
  keys.clear();
  for (const one of [key, ...rest]) keys.add(one);
}

/** Doubling, to a minute; half of it by chance, so that many channels do not come back at once. */
function backOffMs(firstMs: number, failures: number): number {
  const most = Math.min(LONGEST_WAIT_MS, firstMs * 2 ** Math.min(failures - 1, 16));
  return Math.ceil(most / 2) + randomInt(Math.ceil(most / 2) + 1);
}
