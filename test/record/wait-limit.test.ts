// The bound of the wait for the disk: from the oldest wait on, one timer for all, and never earlier than was said.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { waitLimit } from '../../src/record/wait-limit.ts';
import { waitFor } from '../support/wait-for.ts';

const MAX_WAIT_MS = 40;

interface Watched {
  readonly limit: ReturnType<typeof waitLimit>;
  /** Since when the oldest one waits. */
  since: number | null;
  /** When it was over, on the same clock. */
  readonly over: number[];
}

function watched(): Watched {
  const state: { since: number | null; over: number[] } = { since: null, over: [] };
  const limit = waitLimit({
    maxWaitMs: MAX_WAIT_MS,
    oldest: () => state.since,
    onOver() {
      state.over.push(performance.now());
      state.since = null;
    },
  });
  return Object.assign(state, { limit });
}

test('who began to wait while the timer ran for somebody else gets the whole time', async () => {
  const all = watched();
  all.since = performance.now();
  all.limit.watch();
  await delay(MAX_WAIT_MS / 2);
  const began = performance.now();
  all.since = began;
  all.limit.watch();
  await waitFor(() => all.over.length > 0 || undefined);
  assert.ok((all.over[0] ?? 0) - began >= MAX_WAIT_MS - 1, `${(all.over[0] ?? 0) - began} ms`);
});

test('nobody who waits: nothing is over', async () => {
  const all = watched();
  all.since = performance.now();
  all.limit.watch();
  all.since = null;
  await delay(2 * MAX_WAIT_MS);
  assert.deepEqual(all.over, []);
});

test('many who wait share a timer', (t) => {
  const all = watched();
  const armed = t.mock.method(globalThis, 'setTimeout');
  for (let i = 0; i < 100; i += 1) all.limit.watch();
  assert.equal(armed.mock.callCount(), 1);
});

test('a turn of the loop that was long for another reason: the answer that is there already comes first', async () => {
  const all = watched();
  await new Promise<void>((resolve) => {
    // Behind such a turn the loop looks at timers first, then at what the disk answered.
    setImmediate(() => {
      all.since = performance.now();
      all.limit.watch();
      setImmediate(() => {
        all.since = null;
        resolve();
      });
      const until = performance.now() + 2 * MAX_WAIT_MS;
      while (performance.now() < until);
    });
  });
  await delay(2 * MAX_WAIT_MS);
  assert.deepEqual(all.over, []);
});

/** The timer goes off, and somebody begins to wait before the clock is looked at. Gives how many timers were stopped by then. */
async function watchedBetween(t: TestContext, all: Watched): Promise<number> {
  const armed = t.mock.method(globalThis, 'setTimeout');
  const stopped = t.mock.method(globalThis, 'clearTimeout');
  all.limit.watch();
  const goOff = armed.mock.calls[0]?.arguments[0] ?? assert.fail();
  goOff();
  all.limit.watch();
  await new Promise((resolve) => setImmediate(resolve));
  const other = armed.mock.calls[1]?.result;
  return stopped.mock.calls.filter(({ arguments: [timer] }) => timer === other).length;
}

test('who begins to wait between the timer and the look at the clock does not keep the oldest one waiting', async (t) => {
  const all = watched();
  all.since = performance.now() - MAX_WAIT_MS;
  await watchedBetween(t, all);
  assert.equal(all.over.length, 1);
});

test('a timer that another one takes the place of is stopped: they do not become more with the load', async (t) => {
  const all = watched();
  // Far from over, however long a turn of the loop takes.
  all.since = performance.now() + 60_000;
  assert.deepEqual([await watchedBetween(t, all), all.over], [1, []]);
});

test('it keeps no process alive', () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
  const all = watched();
  const before = timers();
  all.limit.watch();
  assert.equal(timers(), before);
});
