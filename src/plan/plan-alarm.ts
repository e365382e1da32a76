// The end of plans whose time is over, also when nobody asks for them. One timer, which never keeps the process alive.

import { msUntil } from '../approve/clock.ts';
import type { Shelf } from './shelf.ts';

/** The wall clock can leap while a timer sleeps. */
const LONGEST_SLEEP_MS = 10_000;
const SHORTEST_SLEEP_MS = 50;

export function createPlanAlarm(
  { clock, deadlines }: Pick<Shelf, 'clock' | 'deadlines'>,
  sweep: () => Promise<void>,
): { stop(): void } {
  let stopped = false;
  let timer: NodeJS.Timeout | null = null;
  const sleep = (): void => {
    if (stopped) return;
    let ms = LONGEST_SLEEP_MS;
    for (const deadline of deadlines.values()) ms = Math.min(ms, msUntil(clock, deadline));
    timer = setTimeout(() => void ring(), Math.max(SHORTEST_SLEEP_MS, ms));
    timer.unref();
  };
  const ring = async (): Promise<void> => {
    // What can't be written now is overdue still, which counts as ended, and is tried again.
    await sweep().catch(() => undefined);
    sleep();
  };
  sleep();
  return {
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
