// What a walk notices of the host's clock: that it was set while a run wrote, or between two runs.

import { CLOCK_STEP_MS } from './clock-watch.ts';
import type { StoredEntry } from './entry-codec.ts';

export interface ClockTracker {
  /** A note where the clock was set before this entry, or null. */
  see(entry: StoredEntry): string | null;
  /** To go on from, in another walk. */
  state(): ClockState;
}

export interface ClockState {
  /** Time of the last entry, in milliseconds since 1970. */
  readonly latest: number;
  /** What is known of the host's clocks: one, or none. */
  readonly known: readonly Known[];
}

interface Known {
  readonly sequence: number;
  readonly boot: string;
  /** Wall time at the monotonic clock's zero. */
  readonly offset: number;
}

export function trackClock(start: ClockState = { latest: 0, known: [] }): ClockTracker {
  let { latest } = start;
  let known: Known | null = start.known[0] ?? null;
  return {
    state: () => ({ latest, known: known === null ? [] : [known] }),
    see({ sequence, time, body }) {
      // What stands in the place of a lost entry has the time of the repair.
      if (body['type'] === 'lost') return null;
      const at = Date.parse(time);
      const back = latest - at;
      latest = at;
      const now = knownFrom(sequence, at, body['uptime']);
      const before = known;
      known = now ?? known;
      if (body['type'] === 'clock') return `entry ${sequence}: the clock ${moved(Number(body['stepMillis']))}`;
      const moves = now !== null && before?.boot === now.boot ? now.offset - before.offset : 0;
      if (Math.abs(moves) >= CLOCK_STEP_MS) return `entry ${sequence}: since entry ${before?.sequence} the clock ${moved(moves)}`;
      return back > CLOCK_STEP_MS ? `entry ${sequence}: the clock stepped back by ${Math.round(back / 1000)} s` : null;
    },
  };
}

function moved(millis: number): string {
  const seconds = Math.round(Math.abs(millis) / 1000);
  return millis < 0 ? `was set back by ${seconds} s` : `was set forward by ${seconds} s, or the machine slept so long`;
}

function knownFrom(sequence: number, at: number, uptime: unknown): Known | null {
  if (typeof uptime !== 'object' || uptime === null) return null;
  const boot: unknown = Reflect.get(uptime, 'boot');
  const millis: unknown = Reflect.get(uptime, 'millis');
  return typeof boot === 'string' && typeof millis === 'number' ? { sequence, boot, offset: at - millis } : null;
}
