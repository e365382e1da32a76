// /v1/plans: operators see all, approvers theirs, nobody else any; only an approver of its ticket ends one there.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FINANCE } from '../support/approval-desk.ts';
import { type ConsoleDesk, consoleDesk } from '../support/console-desk.ts';
import { AGENT, planAction, planStep, proposing } from '../support/plan-desk.ts';
import { waitFor } from '../support/wait-for.ts';

const refund = planStep('payment.refund', { waits: [FINANCE], policies: ['refund-large'], reason: 'large refund' });
const inSession = (session: string) => ({ ...AGENT, session });
const operator = async (console: ConsoleDesk): Promise<string> =>
  (await console.desk.directory.addUser('olga', { groups: ['operators'] })).token;

test('a plan is told step by step, with what took it, when, and on whose word', async () => {
  await using console = await consoleDesk();
  const { desk, plans } = console;
  const olga = await operator(console);
  const { id, ticket } = await proposing(plans, [planStep('http.read'), { ...refund, group: 1 }]);
  await desk.book.approve(ticket ?? '', { token: desk.tokens.fay }, 'cli');
  await waitFor(() => (plans.get(id)?.state === 'accepted' ? true : undefined));
  await plans.take(AGENT, { exchange: 'x-read', actions: [planAction('http.read')], binding: null, waits: [] });
  await plans.settle('x-read', 'confirmed');

  const [line] = (await console.askAs(olga, 'GET', '/v1/plans')).read().plans;
  assert.deepEqual(
    [line.id, line.state, line.steps, line.taken, line.next, line.mayRevoke],
    [id, 'accepted', 2, 1, [2], false],
    'who only reads revokes nothing',
  );
  const plan = (await console.askAs(olga, 'GET', `/v1/plans/${id}`)).read();
  assert.deepEqual(
    plan.steps.map((step: { uses: { exchange: string; fate: string }[] }) => step.uses.map((use) => [use.exchange, use.fate])),
    [[['x-read', 'confirmed']], []],
  );
  assert.deepEqual([plan.steps[1].next, plan.steps[1].verdict, plan.approvals[0].user], [true, 'WAIT', 'fay']);
  assert.ok(!('binding' in plan.steps[0]));
  assert.deepEqual(
    plan.moves.map((move: { move: string; step: number | null }) => [move.move, move.step]),
    [
      ['proposed', null],
      ['approved', null],
      ['accepted', null],
      ['consumed', 1],
      ['confirmed', 1],
    ],
  );
});

test('pages go on where the last one ended, also when plans come and go between; filters', async () => {
  await using console = await consoleDesk();
  const { plans } = console;
  const olga = await operator(console);
  const ids: string[] = [];
  for (const session of ['a', 'b', 'c', 'd', 'e']) ids.push((await proposing(plans, [refund], inSession(session))).id);
  await plans.revoke(ids[0] ?? '', 'cli');
  const page = async (query: string) => (await console.askAs(olga, 'GET', `/v1/plans?${query}`)).read();
  const first = await page('limit=2');
  await proposing(plans, [refund], inSession('late'));
  const second = await page(`limit=2&before=${first.next}`);
  const third = await page(`limit=2&before=${second.next}`);
  assert.equal(third.next, null);
  const told = [first, second, third].flatMap((one) => one.plans.map((plan: { id: string }) => plan.id));
  assert.deepEqual(told.toSorted(), ids.toSorted());
  assert.deepEqual(
    (await page('state=revoked')).plans.map((plan: { id: string }) => plan.id),
    [ids[0]],
  );
  assert.deepEqual((await page('agent=nobody')).plans, []);
  for (const wrong of ['state=open', 'before=1', 'limit=0', 'limit=201', 'x=1'])
    assert.equal((await console.askAs(olga, 'GET', `/v1/plans?${wrong}`)).status, 400, wrong);
});

test('approvers see the plans whose tickets they see; whoever an agent acts for may look; nobody else learns that there is one', async () => {
  await using console = await consoleDesk();
  const { desk, plans } = console;
  const plan = await proposing(plans, [refund]);
  const free = await proposing(plans, [planStep('http.read')], inSession('free'));
  const seen = async (token: string): Promise<string[]> =>
    (await console.askAs(token, 'GET', '/v1/plans')).read().plans.map((one: { id: string }) => one.id);
  assert.deepEqual(await seen(desk.tokens.fay), [plan.id]);
  assert.deepEqual(await seen(desk.tokens.ada), [plan.id]);
  assert.deepEqual(await seen(desk.tokens.leo), []);
  assert.equal((await seen(await operator(console))).length, 2);
  for (const [token, id] of [
    [desk.tokens.leo, plan.id],
    [desk.tokens.fay, free.id],
    [desk.tokens.fay, 'p_none'],
  ] as const) {
    const get = await console.askAs(token, 'GET', `/v1/plans/${id}`);
    const post = await console.askAs(token, 'POST', `/v1/plans/${id}/revoke`, '{}');
    assert.deepEqual(
      [get.status, post.status, get.read().detail, post.read().code],
      [404, 404, 'there is no such plan', 'PLAN_UNKNOWN'],
    );
  }
  assert.equal((await console.askAs(desk.tokens.fay, 'GET', `/v1/plans/${'p'.repeat(65)}`)).status, 400);
  assert.equal((await console.ask('GET', '/v1/plans')).status, 401);
  assert.equal((await console.ask('POST', `/v1/plans/${plan.id}/revoke`)).status, 401);
});

// INVARIANT: revoked by an approver of its ticket, on record with the name; from then on it satisfies nothing.
test('an approver revokes: on record, and no step goes by it; who asked, readers and agents do not', async () => {
  await using console = await consoleDesk();
  const { desk, plans } = console;
  const olga = await operator(console);
  const { id, ticket } = await proposing(plans, [{ ...refund, times: 2 }]);
  await desk.book.approve(ticket ?? '', { token: desk.tokens.fay }, 'cli');
  await waitFor(() => (plans.get(id)?.state === 'accepted' ? true : undefined));
  const take = (exchange: string) =>
    plans.take(AGENT, { exchange, actions: [planAction('payment.refund')], binding: null, waits: [FINANCE] });
  assert.notEqual(await take('x-before'), null);
  for (const token of [olga, desk.tokens.ada])
    assert.equal((await console.askAs(token, 'POST', `/v1/plans/${id}/revoke`, '{}')).read().code, 'APPROVER_REFUSED');
  assert.equal(desk.moves().filter((move) => move === 'refused').length, 2, 'who tried is on record');

  const browser = await console.signIn(desk.tokens.fay);
  assert.equal((await browser.ask('POST', `/v1/plans/${id}/revoke`, '', { 'x-interlock-csrf': 'x' })).status, 403);
  const answer = await browser.ask('POST', `/v1/plans/${id}/revoke`);
  assert.deepEqual(
    [answer.status, answer.read().state, answer.read().endedBy, answer.read().mayRevoke],
    [200, 'revoked', 'fay', false],
  );
  assert.equal(await take('x-after'), null);
  const revoked = desk.ledger.bodies('plan').find((body) => body.move === 'revoked');
  assert.deepEqual([revoked?.by, revoked?.channel], ['fay', 'console']);
  await plans.settle('x-before', 'confirmed');
  assert.equal(plans.get(id)?.uses[0]?.fate, 'confirmed', 'what was on its way is told all the same');
  assert.equal((await browser.ask('POST', `/v1/plans/${id}/revoke`)).status, 409);
});

test('a plan that waits for nobody is for whoever administers Interlock to end', async () => {
  await using console = await consoleDesk();
  const olga = await operator(console);
  const { id } = await proposing(console.plans, [planStep('http.read')]);
  const answer = await console.askAs(olga, 'POST', `/v1/plans/${id}/revoke`, '{}');
  assert.deepEqual([answer.status, answer.read().code], [403, 'APPROVER_REFUSED']);
  assert.equal((await console.plans.revoke(id, 'cli')).state, 'revoked');
});
