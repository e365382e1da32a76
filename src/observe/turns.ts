// Turns at the event loop for long rows of small questions: some milliseconds of them, then whatever else waits (threat C9).

import { setImmediate } from 'node:timers/promises';

/** How long one row of questions may hold the event loop, and all rows together in one round of it. */
const TURN_MS = 3;

/**
 * What is returned is awaited before each question: it resolves at once until `TURN_MS` have gone by since the last rest. All who share it
 * rest one after the other, a round of the event loop each. `now` gives ms and never goes back.
 */
export function turns(now: () => number = () => performance.now()): () => Promise<void> {
  let since = now();
  let rests: Promise<void> = Promise.resolve();
  return async () => {
    if (now() - since < TURN_MS) return;
    const rest = rests.then(() => setImmediate());
    rests = rest;
    await rest;
    since = now();
  };
}
