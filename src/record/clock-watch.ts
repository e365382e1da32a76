// Holds the wall clock against one that nobody can set: a step forward looks like a quiet hour otherwise, and one back only shows when it is
// further than the last entry.

import { readFileSync } from 'node:fs';
import type { Uptime } from './clock-body.ts';

/** Smaller steps are the usual work of a time daemon; what it does by and by moves both clocks. */
export const CLOCK_STEP_MS = 1000;
/** Longer between the two readings of the steady clock: the process was held up, and the readings tell nothing. */
const MAX_READING_MS = 100;

export interface SteadyClock {
  /** Milliseconds. Never steps. */
  readonly millis: () => number;
  /** Where the kernel names its boot: what a later run can compare with. Null where it doesn't. */
  readonly uptime: () => Uptime | null;
}

/** Milliseconds that the wall clock stepped since the last call, 0 for none. The first call only looks. */
export function clockWatch(wall: () => number, steady: SteadyClock | null): () => number {
  if (steady === null) return () => 0;
  let offset: number | null = null;
  return () => {
    const before = steady.millis();
    const at = wall();
    if (steady.millis() - before > MAX_READING_MS) return 0;
    const step = offset === null ? 0 : at - before - offset;
    if (offset !== null && Math.abs(step) < CLOCK_STEP_MS) return 0;
    offset = at - before;
    return Math.round(step);
  };
}

/** This machine's. */
export function machineClock(): SteadyClock {
  const boot = bootName();
  return {
    millis: () => performance.now(),
    uptime: () => (boot === null ? null : { boot, millis: Number(process.hrtime.bigint() / 1_000_000n) }),
  };
}

/** Linux only: elsewhere runs are not compared. */
function bootName(): string | null {
  try {
    const text = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return /^[0-9a-f-]{36}$/.test(text) ? text : null;
  } catch {
    return null;
  }
}
