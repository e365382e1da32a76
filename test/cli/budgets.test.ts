// `interlock budgets list`: a line for what is used, and words where nothing is or nobody knows how much.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeCli } from './fake-cli.ts';

const USED = {
  budget: 'refundsPerDay',
  measure: 'sum amountMinor',
  per: 'user',
  window: 'sliding 24h',
  subject: '',
  currency: 'USD',
  used: null,
  nextFreeAt: '2026-11-27T08:00:00.000Z',
  freeAt: '2026-11-28T07:00:00.000Z',
};

test('what is used is listed, also as JSON', async () => {
  const it = fakeCli();
  it.operator.budgets.push(USED, { ...USED, subject: 'ada', used: 1200 });
  assert.equal(await it.run('budgets', 'list'), 0, it.err());
  assert.match(it.out(), /refundsPerDay +no user +not known USD/);
  assert.match(it.out(), /refundsPerDay +ada +1200 USD +sum amountMinor +sliding 24h/);
  const json = fakeCli();
  json.operator.budgets.push(USED);
  await json.run('budgets', 'list', '--json');
  assert.deepEqual(json.json(), [USED]);
});

test('nothing used is said', async () => {
  const it = fakeCli();
  assert.equal(await it.run('budgets', 'list'), 0);
  assert.match(it.out(), /Nothing is used/);
});
