// The book against a simple model: whatever is asked, sent, refused, lost or restarted in between, no more is out than fits.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type BudgetBook, openBudgetBook, type Reservation } from '../../src/budget/budget-book.ts';
import type { Budget, Measure, Window } from '../../src/budget/budget.ts';
import { chargesOf } from '../../src/budget/charge.ts';
import type { BudgetUse } from '../../src/budget/meter.ts';
import type { StateChange } from '../../src/record/ledger.ts';
import { principal, refund } from '../decide/bundle-fixture.ts';

const LIMIT = 1_000;
const HOUR = 3_600_000;

interface Asked {
  readonly exchange: string;
  readonly use: BudgetUse;
  readonly amount: number;
  readonly who: string;
}

interface Out {
  readonly who: string;
  readonly amount: number;
  readonly atMs: number;
}

/** What the world would say: everything that left and may have had an effect. */
interface Model {
  readonly out: Map<string, Out>;
}

/** The book, the store that outlives it, and what is under way. */
interface Real {
  book: BudgetBook;
  readonly store: Map<string, string>;
  nowMs: number;
  asked: Asked[];
  sent: Asked[];
  exchanges: number;
}

function budgetOf(window: Window, measure: Measure = 'sum amountMinor'): Budget {
  return {
    name: 'perDay',
    actions: new Set(['payment.refund']),
    measure,
    per: 'agent',
    window,
    key: `perDay|${measure}|agent|w`,
  };
}

const keyedDigest = (bytes: Buffer | string): string => `d${Buffer.from(bytes).toString('hex')}`;

function open(real: Pick<Real, 'store' | 'nowMs'>): Promise<BudgetBook> {
  const list = (prefix: string) => Promise.resolve([...real.store].filter(([key]) => key.startsWith(prefix)));
  const get = (key: string) => Promise.resolve(real.store.get(key));
  return openBudgetBook({ ledger: { keyedDigest, list, get }, now: () => real.nowMs });
}

function apply(store: Map<string, string>, state: readonly StateChange[]): void {
  for (const change of state) {
    if ('put' in change) store.set(change.put, change.value);
    else store.delete(change.del);
  }
}

/** INVARIANT: what left and still counts, by the true window, is never more than the limit. */
function check(model: Model, real: Real, counts: (atMs: number, nowMs: number) => boolean): void {
  const sums = new Map<string, number>();
  for (const { who, amount, atMs } of model.out.values())
    if (counts(atMs, real.nowMs)) sums.set(who, (sums.get(who) ?? 0) + amount);
  for (const [who, sum] of sums) {
    assert.ok(sum <= LIMIT, `${sum} of ${LIMIT} went out for ${who}`);
    const used = real.book.list().find((view) => view.subject === who)?.used ?? 0;
    assert.ok(used >= sum, `the book has ${used}, and ${sum} went out for ${who}`);
  }
}

type Command = fc.AsyncCommand<Model, Real>;

function commands(budget: Budget, counts: (atMs: number, nowMs: number) => boolean, stepMs: number) {
  const command = (name: string, run: (model: Model, real: Real) => Promise<void> | void): Command => ({
    check: () => true,
    async run(model, real) {
      await run(model, real);
      check(model, real, counts);
    },
    toString: () => name,
  });
  const ask = (who: string, amount: number): Command =>
    command(`ask(${who}, ${amount})`, (_model, real) => {
      const action = refund({ amountKnown: true, amountMinor: amount, currency: 'EUR' });
      const use = real.book.measure(chargesOf([budget], principal(who), [action]));
      real.asked.push({ exchange: `x${(real.exchanges += 1)}`, use, amount, who });
    });
  /** Policy lets go what fits; and the entry is written, or it can't be. */
  const go = (which: number, written: boolean): Command =>
    command(`go(${which}, ${written ? 'written' : 'not written'})`, (model, real) => {
      const [asked] = real.asked.splice(which % Math.max(1, real.asked.length), 1);
      if (asked === undefined || (asked.use.values[0] ?? Infinity) > LIMIT || !real.book.isCurrent(asked.use)) return;
      const reservation: Reservation = real.book.reserve(asked.exchange, asked.use);
      if (!written) return reservation.undo();
      apply(real.store, reservation.state);
      real.sent.push(asked);
      model.out.set(asked.exchange, { who: asked.who, amount: asked.amount, atMs: real.nowMs });
    });
  const settle = (which: number, fate: 'spent' | 'returned'): Command =>
    command(`settle(${which}, ${fate})`, (model, real) => {
      const [sent] = real.sent.splice(which % Math.max(1, real.sent.length), 1);
      if (sent === undefined) return;
      apply(real.store, real.book.settle(sent.exchange, fate)?.state ?? []);
      if (fate === 'returned') model.out.delete(sent.exchange);
    });
  const pass = (steps: number): Command => command(`pass(${steps})`, (_model, real) => void (real.nowMs += steps * stepMs));
  const restart = command('restart', async (_model, real) => {
    real.book = await open(real);
    real.asked = [];
    real.sent = [];
  });
  const index = fc.nat(20);
  return fc.commands(
    [
      fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 700 })).map(([who, amount]) => ask(who, amount)),
      fc.tuple(index, fc.boolean(), fc.boolean()).map(([which, a, b]) => go(which, a || b)),
      fc.tuple(index, fc.constantFrom('spent', 'returned')).map(([which, fate]) => settle(which, fate)),
      fc.nat(30).map(pass),
      fc.constant(restart),
    ],
    { maxCommands: 60 },
  );
}

const WINDOWS = [
  {
    name: 'sliding',
    window: { kind: 'sliding', lengthMs: 24 * HOUR } as const,
    counts: (atMs: number, nowMs: number) => nowMs - atMs < 24 * HOUR,
    stepMs: 0.3 * HOUR + 1_234,
  },
  {
    name: 'calendar',
    window: { kind: 'calendar', period: 'day', timezone: 'UTC' } as const,
    counts: (atMs: number, nowMs: number) => Math.floor(atMs / (24 * HOUR)) === Math.floor(nowMs / (24 * HOUR)),
    stepMs: 0.3 * HOUR + 1_234,
  },
];

for (const { name, window, counts, stepMs } of WINDOWS) {
  test(`no more goes out than fits, and nothing is lost or doubled (${name})`, async () => {
    await fc.assert(
      fc.asyncProperty(commands(budgetOf(window), counts, stepMs), async (plan) => {
        const start = { store: new Map<string, string>(), nowMs: Date.UTC(2026, 2, 28, 22) };
        const setup = async () => ({
          model: { out: new Map<string, Out>() },
          real: { ...start, store: new Map<string, string>(), book: await open(start), asked: [], sent: [], exchanges: 0 },
        });
        const { model, real } = await setup();
        // The book's clock is the world's.
        real.book = await open(real);
        await fc.asyncModelRun(() => Promise.resolve({ model, real }), plan);
        // INVARIANT: a restart knows exactly what was known.
        const before = real.book.list().map(({ subject, used }) => [subject, used]);
        const after = (await open(real)).list().map(({ subject, used }) => [subject, used]);
        assert.deepEqual(after.toSorted(), before.toSorted());
        // Long after, nothing is used, and what is kept goes with the next reservations.
        real.nowMs += 72 * HOUR;
        assert.deepEqual(real.book.list(), []);
      }),
      { numRuns: 300 },
    );
  });
}

test('what counts no more is deleted from the store as others reserve', async () => {
  const real = { store: new Map<string, string>(), nowMs: 0 };
  const budget = budgetOf({ kind: 'sliding', lengthMs: HOUR });
  const spend = (book: BudgetBook, who: string): void => {
    const use = book.measure(
      chargesOf([budget], principal(who), [refund({ amountKnown: true, amountMinor: 1, currency: 'EUR' })]),
    );
    apply(real.store, book.reserve(who, use).state);
  };
  const first = await open(real);
  for (let i = 0; i < 50; i += 1) spend(first, `agent-${i}`);
  assert.equal(real.store.size, 50);
  real.nowMs += 2 * HOUR;
  const second = await open(real);
  assert.deepEqual(second.list(), []);
  spend(second, 'late');
  assert.equal(real.store.size, 1);
});
