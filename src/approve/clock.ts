// Two clocks: the wall's, which people read and can be set back, and one that only runs forward (threat D9).

import { performance } from 'node:perf_hooks';

export interface Clock {
  /** Milliseconds since the epoch. */
  wallMs(): number;
  /** Milliseconds since this process began. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/** A moment by both clocks. */
export interface Deadline {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

export function deadlineIn(clock: Clock, seconds: number): Deadline {
  return { wallMs: clock.wallMs() + seconds * 1000, monotonicMs: clock.monotonicMs() + seconds * 1000 };
}

/**
 * The deadline of something written down as `expiresAt`, in a process that began later. `lifeSeconds` caps it: when the wall clock was
 * set back while nobody ran, the rest of a life is never longer than the whole.
 */
export function deadlineAt(clock: Clock, expiresAt: string, lifeSeconds: number): Deadline {
  const wallMs = Date.parse(expiresAt);
  const leftMs = Math.min(lifeSeconds * 1000, wallMs - clock.wallMs());
  return { wallMs, monotonicMs: clock.monotonicMs() + leftMs };
}

/** INVARIANT: past when either clock says so. Setting the wall clock back gives no ticket a second life. */
export function isPast(clock: Clock, deadline: Deadline): boolean {
  return clock.wallMs() >= deadline.wallMs || clock.monotonicMs() >= deadline.monotonicMs;
}

/** Milliseconds until the nearer of the two; 0 when past. */
export function msUntil(clock: Clock, deadline: Deadline): number {
  return Math.max(0, Math.min(deadline.wallMs - clock.wallMs(), deadline.monotonicMs - clock.monotonicMs()));
}
