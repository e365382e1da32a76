// What judges beside the traffic sees the budgets that are used for real: as its exchange was judged with, and never counted twice.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { openBudgetBook } from '../../src/budget/budget-book.ts';
import { createBundleJudge } from '../../src/decide/bundle-judge.ts';
import { checkFiles } from '../../src/decide/bundle.ts';
import { createEngineSlots } from '../../src/decide/engine-slots.ts';
import { createShadowSides } from '../../src/decide/shadow-side.ts';
import { sliceTexts } from '../../src/decide/slices.ts';
import type { ShadowBody } from '../../src/record/entry.ts';
import { createShadowDesk } from '../../src/rollout/shadow-desk.ts';
import { directoryOf, filesOf, members, policy, principal, refund } from '../decide/bundle-fixture.ts';
import { memoryLedger } from '../support/memory-ledger.ts';

const PERMIT = policy('refund', 'permit (principal, action == Action::"payment.refund", resource);');
const limit = (most: number, more = ''): string =>
  policy(`limit-${most}`, `forbid (principal, action, resource) when { context.budget.refunds > ${most} };`, more).replace(
    'action,',
    'action == Action::"payment.refund",',
  );
const counting = (window: string): string =>
  `refunds:\n  of: payment.refund\n  measure: sum amountMinor\n  per: agent\n  window: ${window}\n`;

function bundle(policies: string, window: string) {
  const checked = checkFiles({ ...filesOf({ policies }), budgets: counting(window) });
  return checked.bundle ?? assert.fail(JSON.stringify(checked.findings));
}

/** Two refunds of 600 that the bundle in force lets go; which of them the other sides would have stopped. */
async function flipsBeside(candidateLimit: number, candidateWindow: string): Promise<string[]> {
  const budgets = await openBudgetBook({ ledger: memoryLedger() });
  const judgeOf = (of: ReturnType<typeof bundle>, meter: typeof budgets | null) => {
    const slots = createEngineSlots();
    const generation = slots.prepare(sliceTexts(of.slices));
    slots.activate(generation);
    return createBundleJudge(of, slots, generation, members(), meter);
  };
  const inForce = bundle(PERMIT + limit(5_000) + limit(1_000, '@shadow("true")'), 'sliding 24h');
  const live = judgeOf(inForce, budgets);
  const candidate = judgeOf(bundle(PERMIT + limit(candidateLimit), candidateWindow), null);
  const flips: ShadowBody[] = [];
  const desk = createShadowDesk({
    policies: createShadowSides(directoryOf(members()))(inForce) ?? assert.fail('no shadow'),
    candidate: { judge: candidate.judge, reader: candidate },
    budgets,
    record: (flip) => flips.push(flip),
  });
  for (const exchange of ['first', 'second']) {
    const actions = [refund({ amountKnown: true, amountMinor: 600, currency: 'EUR' })];
    const judgement = live.judge(principal(), actions);
    assert.equal(judgement.verdict, 'ALLOW');
    budgets.reserve(exchange, judgement.budget ?? assert.fail('it uses its budget'));
    desk.consider({ exchange, entry: exchange, principal: principal(), judgement, call: null });
    await turn();
  }
  for (let i = 0; i < 5; i += 1) await turn();
  assert.equal(desk.counts.failed, 0);
  return flips.map(({ side, exchange, policies }) => `${side} ${exchange} ${policies.join()}`).toSorted();
}

test('a budget that is declared alike has what is used for real, with each exchange counted once', async () => {
  assert.deepEqual(await flipsBeside(1_100, 'sliding 24h'), ['candidate second limit-1100', 'policies second limit-1000']);
  assert.deepEqual(await flipsBeside(1_200, 'sliding 24h'), ['policies second limit-1000']);
});

test('one that is declared otherwise has nothing used but by the exchange itself', async () => {
  assert.deepEqual(await flipsBeside(1_100, 'sliding 12h'), ['policies second limit-1000']);
  assert.deepEqual(await flipsBeside(500, 'sliding 12h'), [
    'candidate first limit-500',
    'candidate second limit-500',
    'policies second limit-1000',
  ]);
});
