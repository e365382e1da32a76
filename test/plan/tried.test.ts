// A request that went by a plan and has no answer: whoever decides about its repeat is told, and nothing else lets it out.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { approvalDesk, BINDING, FINANCE, parkRequest } from '../support/approval-desk.ts';
import { AGENT, planAction, planBookOf, planStep, proposing } from '../support/plan-desk.ts';
import { waitFor } from '../support/wait-for.ts';

// INVARIANT: threat D7.
test('a ticket of the very same request warns, one that waits already too, also after the plan has ended and a restart', async () => {
  using desk = await approvalDesk();
  const book = await planBookOf(desk);
  const { id, ticket } = await proposing(book, [planStep('a', { waits: [FINANCE] })]);
  await desk.book.approve(ticket ?? '', { token: desk.tokens.fay }, 'cli');
  await waitFor(() => (book.get(id)?.state === 'accepted' ? true : undefined));
  const early = await desk.book.open(parkRequest());
  assert.equal(early.warning, null);
  const asked = { actions: [planAction('a')], binding: null, waits: [FINANCE] };
  await book.take(AGENT, { ...asked, exchange: 'x-lost', tried: BINDING });
  assert.match(desk.book.get(early.id)?.warning ?? '', /is being sent right now \(step 1 of plan p_/);
  assert.equal(desk.book.isUnsettled(BINDING), false, 'several at once may have been approved');
  await book.settle('x-lost', 'unknown');
  assert.equal(book.get(id)?.state, 'completed');
  assert.ok(desk.book.isUnsettled(BINDING));
  for (const seen of [desk.book.get(early.id), desk.book.list().find((one) => one.id === early.id)])
    assert.match(seen?.warning ?? '', /step 1 of plan p_[a-z2-7]{26}\) and no answer came: it may have taken effect already/);
  assert.equal((await desk.book.open(parkRequest({ binding: 'c'.repeat(64) }))).warning, null, 'another request');
  await desk.book.deny(early.id, { token: desk.tokens.fay }, 'cli');
  book.close();
  using again = await desk.restart();
  const reopened = await planBookOf(again);
  assert.match((await again.book.open(parkRequest())).warning ?? '', /step 1 of plan/);
  reopened.close();
});

test('what was answered, and what was surely not sent, warns of nothing', async () => {
  using desk = await approvalDesk();
  const book = await planBookOf(desk);
  await proposing(book, [planStep('a', { times: 2 }), planStep('b', { group: 1 })]);
  for (const [exchange, fate] of [
    ['x1', 'confirmed'],
    ['x2', 'unsent'],
    ['x3', 'refused'],
  ] as const) {
    await book.take(AGENT, { exchange, actions: [planAction('a')], binding: null, waits: [], tried: BINDING });
    await book.settle(exchange, fate);
  }
  assert.equal(desk.book.isUnsettled(BINDING), false);
  assert.equal((await desk.book.open(parkRequest())).warning, null);
  book.close();
});
