// /v1/budgets: what is used, for operators and for nobody else.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BudgetView } from '../../src/budget/budget-view.ts';
import { consoleDesk } from '../support/console-desk.ts';

const USED: BudgetView = {
  budget: 'refundsPerDay',
  measure: 'sum amountMinor',
  per: 'team',
  window: 'sliding 24h',
  subject: 'support',
  currency: 'USD',
  used: 950_000,
  nextFreeAt: '2026-11-27T08:00:00.000Z',
  freeAt: '2026-11-28T07:00:00.000Z',
};

test('operators see what is used, an unknown amount as null; approvers do not', async () => {
  const unknown = { ...USED, currency: '?', used: null };
  await using console = await consoleDesk({ budgets: { list: () => [USED, unknown] } });
  const { token } = await console.desk.directory.addUser('olga', { groups: ['operators'] });
  assert.deepEqual((await console.askAs(token, 'GET', '/v1/budgets')).read(), [USED, unknown]);
  assert.equal((await console.askAs(console.desk.tokens.fay, 'GET', '/v1/budgets')).status, 403);
  assert.equal((await console.ask('GET', '/v1/budgets')).status, 401);
});
