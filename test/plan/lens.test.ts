// What a plan makes of a request: `context.plan`, the step that it takes, and nothing for what can't be told from its repeat.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Judge } from '../../src/decide/judge.ts';
import type { Exchange } from '../../src/http/exchange.ts';
import { createPlanLens } from '../../src/plan/lens.ts';
import { approvalDesk, FINANCE } from '../support/approval-desk.ts';
import { handMade, judgementOf, proposalOf } from '../support/exchange.ts';
import { AGENT, planBookOf, planStep, proposing } from '../support/plan-desk.ts';
import { waitFor } from '../support/wait-for.ts';

async function lensDesk(unsettled = false) {
  const desk = await approvalDesk();
  const plans = await planBookOf(desk);
  const seen: unknown[] = [];
  const judge: Judge = {
    judge: (_principal, actions) => {
      seen.push(actions[0]?.own?.['plan']);
      return judgementOf('ALLOW', proposalOf(handMade('POST', '/a'), { actions }));
    },
    mayPassUnopened: () => false,
    mayApprove: () => false,
    userBy: () => null,
    bundle: 'b',
  };
  const tickets = { isUnsettled: () => unsettled };
  const lens = createPlanLens({ judge, plans, tickets, ledger: desk.ledger, inspectBytes: 1_000 });
  const ask = async (exchange: Exchange): Promise<unknown> => {
    const proposal = proposalOf(exchange);
    (await lens.judgeOf(exchange, AGENT, proposal)).judge(AGENT, proposal.actions);
    return seen.at(-1);
  };
  const patterns = proposalOf(handMade('POST', '/a')).actions.map(({ name, resource, facts }) => ({
    action: name,
    resource,
    facts,
    bounds: {},
  }));
  return { desk, plans, lens, ask, patterns, [Symbol.dispose]: () => (plans.close(), desk[Symbol.dispose]()) };
}

const decided = (exchange: Exchange) => ({ proposal: proposalOf(exchange), substitute: null });

test('without a plan there is no `context.plan`; with one every request is a step or drift', async () => {
  using it = await lensDesk();
  assert.equal(await it.ask(handMade('POST', '/a')), undefined);
  const { id } = await proposing(it.plans, [planStep('x', { patterns: it.patterns })]);
  assert.deepEqual(await it.ask(handMade('POST', '/a')), { expected: true, step: 1, id });
  assert.deepEqual(await it.ask(handMade('POST', '/b')), { expected: false, step: 0, id });
  assert.equal(await it.ask({ ...handMade('POST', '/b'), cause: 'x1' }), undefined, "Interlock's own requests are no drift");
  assert.equal(await it.lens.take({ ...handMade('POST', '/a'), cause: 'x1' }, AGENT, decided(handMade('POST', '/a')), []), null);
});

// INVARIANT: threat D7.
test('what is approved and may have taken effect already, or can not be bound, takes no step; what needs nobody does', async () => {
  for (const unsettled of [true, false]) {
    using it = await lensDesk(unsettled);
    const { id, ticket } = await proposing(it.plans, [planStep('x', { patterns: it.patterns, waits: [FINANCE], times: 9 })]);
    await it.desk.book.approve(ticket ?? '', { token: it.desk.tokens.fay }, 'cli');
    await waitFor(() => (it.plans.get(id)?.state === 'accepted' ? true : undefined));
    const take = (waits: readonly (typeof FINANCE)[], exchange = handMade('POST', '/a')) =>
      it.lens.take(exchange, AGENT, decided(exchange), waits);
    assert.deepEqual(await take([FINANCE]), unsettled ? null : { id, step: 1 });
    assert.notEqual(await take([]), null);
    const long = handMade('POST', '/a', 'x'.repeat(2_000));
    assert.equal(await take([FINANCE], long), null, 'a body that is too long to be bound');
    if (!unsettled) assert.match(it.plans.get(id)?.uses[0]?.tried ?? '', /^[0-9a-f]{64}$/);
  }
});
