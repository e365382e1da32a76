// Which of the two a budget counts, a call or the request that does what it said: both, or the request alone where tools.yaml says that it follows.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openBudgetBook } from '../../src/budget/budget-book.ts';
import type { Action } from '../../src/classify/action.ts';
import { createJudge } from '../../src/decide/judge-engine.ts';
import { bundleFolder, directoryOf, members, policy, principal } from '../decide/bundle-fixture.ts';
import { memoryLedger } from '../support/memory-ledger.ts';

const POLICIES =
  policy('call', 'permit (principal, action in [Action::"llm.tool-call", Action::"payment.refund"], resource);') +
  policy('limit', 'forbid (principal, action == Action::"payment.refund", resource) when { context.budget.refunds > 900 };');
const CALL = {
  tool: 'refund',
  api: 'openai-chat',
  scheme: 'https',
  authority: { host: 'api.openai.com', port: 443 },
  model: 'gpt-5',
  arguments: Buffer.from('{"cents":500,"iso":"USD"}'),
  form: 'json',
  sure: true,
} as const;

async function rig(followed: string) {
  using folder = bundleFolder(POLICIES);
  folder.write('schema.cedarschema', readFileSync(new URL('../../policies/schema.cedarschema', import.meta.url), 'utf8'));
  folder.write('budgets.yaml', 'refunds: { of: payment.refund, measure: sum amountMinor, per: agent, window: sliding 24h }\n');
  folder.write(
    'tools.yaml',
    `refund: { action: payment.refund, amountMinor: cents, currency: iso, account: { value: stripe }${followed} }\n`,
  );
  const budgets = await openBudgetBook({ ledger: memoryLedger() });
  const judge = await createJudge({ policiesDir: folder.path, directory: directoryOf(members()), budgets });
  const call = judge.actionsOf(CALL);
  const done = call[1];
  assert.ok(done);
  const { followed: _, ...plain } = done;
  const request: Action = { ...plain, facts: { ...plain.facts, method: 'POST', path: '/v1/refunds' } };
  let number = 0;
  /** As the record stage does with what is let go. */
  const letGo = (actions: readonly Action[]) => {
    const judged = judge.judge(principal(), actions);
    number += 1;
    if (judged.verdict === 'ALLOW' && judged.budget !== undefined) budgets.reserve(`x${number}`, judged.budget);
    return judged.verdict;
  };
  return { call, request, letGo };
}

test('a call and its request count both, unless tools.yaml says that the request passes here too', async () => {
  const both = await rig('');
  assert.deepEqual([both.letGo(both.call), both.letGo([both.request])], ['ALLOW', 'BLOCK']);
  const { call, request, letGo } = await rig(', followed: true');
  assert.deepEqual([letGo(call), letGo([request])], ['ALLOW', 'ALLOW']);
  // The call is judged by what its request would come to.
  assert.deepEqual([letGo(call), letGo([request])], ['BLOCK', 'BLOCK']);
});

test('calls that are followed by nothing use nothing, and what no call announced is counted', async () => {
  const { call, request, letGo } = await rig(', followed: true');
  assert.deepEqual([letGo(call), letGo(call), letGo(call)], ['ALLOW', 'ALLOW', 'ALLOW']);
  assert.deepEqual([letGo([request]), letGo([request])], ['ALLOW', 'BLOCK']);
});

test('one action that is not followed makes the whole count', async () => {
  const { call, request, letGo } = await rig(', followed: true');
  const mixed = [...call, { ...request, facts: { ...request.facts, amountMinor: 1 } }];
  assert.deepEqual([letGo(mixed), letGo([request])], ['ALLOW', 'BLOCK']);
});
