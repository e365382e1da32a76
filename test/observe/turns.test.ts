// Long rows of questions give way to the event loop, all rows together.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { turns } from '../../src/observe/turns.ts';

test('INVARIANT: two rows together ask for three milliseconds at most in a round of the event loop', async () => {
  let clock = 0;
  const turn = turns(() => clock);
  let round = 0;
  let isOver = false;
  const next = (): void => {
    round += 1;
    if (!isOver) setImmediate(next);
  };
  next();
  const askedIn: number[] = [];
  const row = async (): Promise<void> => {
    for (let n = 0; n < 60; n += 1) {
      await turn();
      // Each question takes 1 ms.
      clock += 1;
      askedIn.push(round);
    }
  };
  await Promise.all([row(), row()]);
  isOver = true;
  const most = Math.max(...Object.values(Object.groupBy(askedIn, String)).map((asked) => asked?.length ?? 0));
  assert.equal(askedIn.length, 120);
  assert.ok(most <= 4, `${most} in one round`);
});

test('a short row does not wait', async () => {
  const turn = turns(() => 0);
  let waited = false;
  const ticking = setImmediate(() => (waited = true));
  for (let n = 0; n < 100; n += 1) await turn();
  clearImmediate(ticking);
  assert.equal(waited, false);
});
