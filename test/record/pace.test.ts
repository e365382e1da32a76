// Work behind the chain gives way, and still gets on where the chain never rests.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { pauses } from '../../src/record/pace.ts';

/** Turns that `ms` of work are divided into, beside others who hold each turn for `othersMs`. By a clock that only work moves. */
async function turnsOf(t: TestContext, ms: number, othersMs: number, isBehind: boolean): Promise<number> {
  let now = 0;
  const { mock } = t.mock.method(performance, 'now', () => now);
  let turns = 0;
  let going = true;
  const other = (): void => {
    turns += 1;
    now += othersMs;
    if (going) setImmediate(other);
  };
  setImmediate(other);
  const pace = pauses(undefined, () => isBehind);
  await pace();
  turns = 0;
  for (let done = 0; done < ms; done += 0.25) {
    now += 0.25;
    await pace.breath();
  }
  going = false;
  mock.restore();
  return turns;
}

test('while it is behind it takes a share of what the others take, else half a millisecond of each turn', async (t) => {
  const patient = await turnsOf(t, 12, 12, false);
  const behind = await turnsOf(t, 12, 12, true);
  assert.ok(patient >= 20, `${patient} turns`);
  assert.ok(behind >= 3 && behind <= 8, `${behind} turns`);
});

test('nobody waits for more than four milliseconds of it', async (t) => {
  assert.ok((await turnsOf(t, 16, 40, true)) >= 3);
});

test('more is taken at once while it is behind', () => {
  assert.ok(pauses(undefined, () => true).atOnce() > pauses().atOnce());
});

test('it ends when it is told to', async () => {
  const ending = new AbortController();
  const pace = pauses(ending.signal);
  ending.abort();
  await assert.rejects(pace(), { name: 'AbortError' });
});
