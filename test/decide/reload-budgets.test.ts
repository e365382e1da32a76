// Budgets that come, change and go while traffic runs: each decision is made by one bundle, what was used stays used, and none is overdrawn.

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { openBudgetBook } from '../../src/budget/budget-book.ts';
import { createJudge } from '../../src/decide/judge-engine.ts';
import type { Judgement } from '../../src/decide/judgement.ts';
import { reserveWith } from '../../src/enforce/within-budget.ts';
import { handMade } from '../support/exchange.ts';
import { memoryLedger } from '../support/memory-ledger.ts';
import { bundleFolder, directoryOf, members, policy, principal, refund } from './bundle-fixture.ts';

const PERMIT = policy('refund', 'permit (principal, action == Action::"payment.refund", resource);');
const limited = (most: number): string =>
  PERMIT +
  policy('limit', `forbid (principal, action == Action::"payment.refund", resource) when { context.budget.refunds > ${most} };`);
const counting = (window: string): string =>
  `refunds: { of: payment.refund, measure: sum amountMinor, per: agent, window: ${window} }\n`;

test('changed, added and removed by reloads under load', async (t) => {
  let [running, sent] = [true, 0];
  // Also when it fails: an endless loop would keep the process.
  t.after(() => void (running = false));
  const errors: string[] = [];
  using folder = bundleFolder(limited(100));
  folder.write('budgets.yaml', counting('sliding 24h'));
  const ledger = memoryLedger();
  const budgets = await openBudgetBook({ ledger });
  const judge = await createJudge({ policiesDir: folder.path, directory: directoryOf(members()), budgets });
  const verdicts = new Map<string, Set<string>>();

  /** One refund of 1.00 after the other, reserved in the turn in which it is judged, as the record stage does. */
  async function traffic(): Promise<void> {
    for (let i = 0; running && i < 1_000_000; i += 1) {
      const judged: Judgement = judge.judge(principal(), [refund({ amountKnown: true, amountMinor: 1, currency: 'EUR' })]);
      errors.push(...judged.actions.flatMap((action) => action.errors));
      verdicts.set(judged.bundle, (verdicts.get(judged.bundle) ?? new Set()).add(judged.verdict));
      if (judged.verdict === 'ALLOW') {
        const exchange = { ...handMade('POST', '/v1/refunds'), id: `x${i}` };
        const body = { type: 'budget', move: 'reserved', exchange: exchange.id, budgets: [], used: [] } as const;
        await reserveWith(exchange, judged.budget ?? null, budgets, (state) => ledger.append(body, 'synced', state));
        sent += 1;
      }
      await turn();
    }
  }
  const used = (window: string): number =>
    budgets.list().reduce((sum, view) => sum + (view.window === window ? (view.used ?? Number.NaN) : 0), 0);
  const until = async (done: () => boolean): Promise<void> => {
    for (let i = 0; i < 5_000 && !done(); i += 1) await turn();
    assert.ok(done());
  };
  async function reload(policies: string, counted: string | null): Promise<void> {
    folder.write('main.cedar', policies);
    if (counted === null) rmSync(join(folder.path, 'budgets.yaml'));
    else folder.write('budgets.yaml', counted);
    assert.deepEqual(await judge.reload(), { changed: true });
  }

  const flow = traffic();
  await until(() => sent === 100);
  assert.equal(used('sliding 1d'), 100);

  // A wider limit goes on from what is used.
  await reload(limited(150), counting('sliding 24h'));
  await until(() => sent === 150);

  // Another window is another budget, and begins anew.
  await reload(limited(20), counting('sliding 12h'));
  await until(() => sent === 170);
  assert.deepEqual([used('sliding 1d'), used('sliding 12h')], [150, 20]);

  // Without budgets nothing counts; what was used is kept.
  await reload(PERMIT, null);
  const before = sent;
  await until(() => sent > before + 10);
  assert.deepEqual([used('sliding 1d'), used('sliding 12h')], [150, 20]);

  // Declared again as it was first, it knows what was used under it.
  await reload(limited(151), counting('sliding 24h'));
  await until(() => used('sliding 1d') === 151);
  for (let i = 0; i < 50; i += 1) await turn();
  assert.equal(used('sliding 1d'), 151);

  running = false;
  await flow;
  assert.deepEqual(errors, []);
  const again = await openBudgetBook({ ledger: ledger.reopen() });
  assert.deepEqual(
    again
      .list()
      .map(({ window, used: kept }) => [window, kept])
      .toSorted(),
    [
      ['sliding 12h', 20],
      ['sliding 1d', 151],
    ],
  );
  assert.equal(verdicts.size, 5);
});
