// The pace of work behind the chain: it gives way to traffic.

import { setImmediate, setTimeout as sleep } from 'node:timers/promises';

/** Waits between pieces of work that are not urgent. */
export interface Pace {
  (): Promise<void>;
  /** Between the steps of a piece: lets others go first once it took half a millisecond of the loop's turn. */
  breath(): Promise<void>;
}

/** How long one turn of the loop is held. */
const TURN_MS = 0.5;

/**
 * Pauses half as long as the work before took, most of which is done by other threads; while `isBehind` only until everybody else had a
 * turn. Once `signal` is aborted it throws: what is begun is left as a crash would leave it.
 */
export function pauses(signal?: AbortSignal, isBehind: () => boolean = () => false): Pace {
  let began = performance.now();
  let turn = began;
  const pause = async (): Promise<void> => {
    // Under load the work before took long because the loop is busy: half of that again would leave ever less of it.
    await (isBehind() ? setImmediate() : sleep(Math.min(50, (performance.now() - began) / 2)));
    signal?.throwIfAborted();
    began = turn = performance.now();
  };
  return Object.assign(pause, {
    async breath() {
      if (performance.now() - turn < TURN_MS) return;
      await setImmediate();
      signal?.throwIfAborted();
      turn = performance.now();
    },
  });
}
