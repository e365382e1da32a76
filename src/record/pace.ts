// The pace of work behind the chain: it gives way to traffic.

import { setImmediate, setTimeout as sleep } from 'node:timers/promises';

/** Waits between pieces of work that are not urgent. */
export interface Pace {
  (): Promise<void>;
  /** Between the steps of a piece: lets others go first once it took half a millisecond of the loop's turn. */
  breath(): Promise<void>;
  /** How many pieces to take at once: each wait is a turn of the loop, and under load a turn takes tens of milliseconds. */
  atOnce(): number;
}

/** How long one turn of the loop is held. */
const TURN_MS = 0.5;
/** The same by work that is behind, where the others hold it far longer. */
const MOST_TURN_MS = 4;
/** Of what the others' turn took. With half a millisecond of each turn of thirty nothing is ever caught up. */
const SHARE = 0.25;
/** Pieces at once, and while it is behind: each is some work for the thread pool, in which the others' wait their turn too. */
const USUAL_PIECES = 2;
const MOST_PIECES = 16;

/**
 * Pauses half as long as the work before took, most of which is done by other threads; while `isBehind` only until everybody else had a
 * turn, and then it takes a quarter as long as they did. Once `signal` is aborted it throws: what is begun is left as a crash would leave it.
 */
export function pauses(signal?: AbortSignal, isBehind: () => boolean = () => false): Pace {
  let began = performance.now();
  let turn = began;
  let mine = TURN_MS;
  const othersTurn = async (): Promise<void> => {
    const left = performance.now();
    await setImmediate();
    const others = performance.now() - left;
    mine = isBehind() ? Math.min(MOST_TURN_MS, Math.max(TURN_MS, SHARE * others)) : TURN_MS;
  };
  const pause = async (): Promise<void> => {
    // Under load the work before took long because the loop is busy: half of that again would leave ever less of it.
    await (isBehind() ? othersTurn() : sleep(Math.min(50, (performance.now() - began) / 2)));
    signal?.throwIfAborted();
    began = turn = performance.now();
  };
  return Object.assign(pause, {
    atOnce: () => (isBehind() ? MOST_PIECES : USUAL_PIECES),
    async breath() {
      if (performance.now() - turn < mine) return;
      await othersTurn();
      signal?.throwIfAborted();
      turn = performance.now();
    },
  });
}
