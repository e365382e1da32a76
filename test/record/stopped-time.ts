// Time that goes by only when a test says so, for whoever waits for turns of the loop besides.

import type { TestContext } from 'node:test';

export interface StoppedTime {
  /** On the clock that never steps and for timers; then for as many turns as a group takes. */
  pass(millis: number): Promise<void>;
}

export function stoppedTime(t: TestContext): StoppedTime {
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  return {
    async pass(millis) {
      now += millis;
      t.mock.timers.tick(millis);
      await someTurns();
    },
  };
}

/** As many turns as a group takes to form and to be written, unless said otherwise. */
export async function someTurns(turns = 20): Promise<void> {
  for (let i = 0; i < turns; i += 1) await new Promise(setImmediate);
}
