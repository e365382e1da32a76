// The wall clock is held against one that never steps: what was set is told once, and a long pause or a slow drift is not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLedger } from '../../src/record/chain.ts';
import { clockWatch, machineClock } from '../../src/record/clock-watch.ts';
import type { SteadyClock } from '../../src/record/clock-watch.ts';
import type { EntryBody } from '../../src/record/entry.ts';
import { verdictOf } from './sample-bodies.ts';
import { temporaryFolder } from './temporary-folder.ts';

interface Clocks {
  readonly wall: () => number;
  readonly steady: SteadyClock;
  /** Time goes by on both. */
  pass(millis: number): void;
  /** Somebody sets the wall clock. */
  set(by: number): void;
  /** Before the next reading of the wall clock the process is held up. */
  holdUp(millis: number): void;
}

function clocks(boot = 'b1'): Clocks {
  let now = 5000;
  let offset = Date.UTC(2026, 0, 1);
  let held = 0;
  return {
    wall() {
      now += held;
      held = 0;
      return now + offset;
    },
    steady: { millis: () => now, uptime: () => ({ boot, millis: now }) },
    pass: (millis) => void (now += millis),
    set: (by) => void (offset += by),
    holdUp: (millis) => void (held = millis),
  };
}

test('a step of the clock is told once, either way, and time that goes by is none', () => {
  const { wall, steady, pass, set } = clocks();
  const step = clockWatch(wall, steady);
  assert.equal(step(), 0);
  pass(7_200_000);
  assert.equal(step(), 0, 'a quiet time is no step');
  set(3_600_000);
  assert.deepEqual([step(), step()], [3_600_000, 0]);
  set(-60_000);
  pass(90_000);
  assert.deepEqual([step(), step()], [-60_000, 0], 'one back that ends ahead of the last entry');
});

test('small steps are not told, until they add up', () => {
  const { wall, steady, set } = clocks();
  const step = clockWatch(wall, steady);
  step();
  set(600);
  assert.equal(step(), 0);
  set(600);
  assert.equal(step(), 1200);
});

test('a process that is held up between the two readings tells of nothing', () => {
  const { wall, steady, holdUp } = clocks();
  const step = clockWatch(wall, steady);
  step();
  holdUp(5000);
  assert.deepEqual([step(), step()], [0, 0]);
});

test('without a steady clock nothing is told', () => {
  const { wall, set } = clocks();
  const step = clockWatch(wall, null);
  step();
  set(60_000);
  assert.equal(step(), 0);
});

test("this machine's clock goes on, and names its boot on Linux", () => {
  const { millis, uptime } = machineClock();
  assert.ok(millis() <= millis());
  assert.equal(uptime() !== null, process.platform === 'linux');
});

test('entries keep their order over steps of the clock, and verify names each, while it runs and between runs', async (t) => {
  const dataDir = temporaryFolder(t);
  const { wall: clock, steady, pass, set } = clocks();
  const run = async (work: (append: (exchange: string) => Promise<string>) => Promise<void>): Promise<EntryBody[]> => {
    const ledger = await openLedger({ dataDir, version: '0.0.0', clock, steady });
    await work(async (exchange) => (await ledger.append(verdictOf(exchange), 'written')).entry);
    const bodies = (await ledger.tail(100)).map(({ body }) => body);
    await ledger.close();
    return bodies;
  };
  const bodies = await run(async (append) => {
    assert.equal(await append('x1'), '1');
    set(3_600_000);
    assert.equal(await append('x2'), '3', 'the step stands before what noticed it');
    set(-7_200_000);
    assert.equal(await append('x3'), '5');
  });
  assert.deepEqual(
    bodies.flatMap((body) => (body.type === 'clock' ? [[body.stepMillis, body.uptime?.boot]] : [])),
    [
      [3_600_000, 'b1'],
      [-7_200_000, 'b1'],
    ],
  );
  pass(1000);
  set(86_400_000);
  await run(async () => undefined);
  pass(10_000);
  const ledger = await openLedger({ dataDir, version: '0.0.0', clock, steady });
  t.after(() => ledger.close());
  const { ok, notes } = await ledger.verify({});
  assert.equal(ok, true);
  assert.deepEqual(
    notes.filter((note) => note.includes('clock')),
    [
      'entry 2: the clock was set forward by 3600 s, or the machine slept so long',
      'entry 4: the clock was set back by 7200 s',
      'entry 7: since entry 6 the clock was set forward by 86400 s, or the machine slept so long',
    ],
  );
});

test('after another boot nothing is compared, and a clock further back than the last entry is still told', async (t) => {
  const dataDir = temporaryFolder(t);
  const first = clocks('b1');
  await (await openLedger({ dataDir, version: '0.0.0', clock: first.wall, steady: first.steady })).close();
  for (const [boot, by] of [
    ['b2', 3_600_000],
    ['b3', -3_600_000],
  ] as const) {
    const { wall, steady, set } = clocks(boot);
    set(by);
    await (await openLedger({ dataDir, version: '0.0.0', clock: wall, steady })).close();
  }
  const { wall, steady } = clocks('b4');
  const ledger = await openLedger({ dataDir, version: '0.0.0', clock: wall, steady });
  t.after(() => ledger.close());
  const told = (await ledger.verify({})).notes.filter((note) => note.includes('clock'));
  assert.deepEqual(told, ['entry 4: the clock stepped back by 7200 s']);
});
