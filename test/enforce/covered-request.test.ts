// `@covers("request")`: an approved call lets out the one request that it announced, and nothing that is anything else.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { approvedCall, isCovered, mayBeCovered } from '../../src/enforce/covered-request.ts';
import { policy } from '../decide/bundle-fixture.ts';
import { COVERED, coveredStory, FORM, FREE, LARGE, REFUND } from '../support/covered-story.ts';
import { decisionOf, handMade, judgementOf, PRINCIPAL, proposalOf } from '../support/exchange.ts';

type Story = Awaited<ReturnType<typeof coveredStory>>;

/** It waits for people of its own. */
async function waits(story: Story, form = FORM, headers: readonly string[] = []): Promise<void> {
  const before = story.wire.sent.length;
  const { status, ticket, body } = await story.refund(form, headers);
  assert.deepEqual([status, story.tickets.get(ticket ?? '')?.state, story.wire.sent.length], [403, 'pending', before], body);
}

test('the announced request goes by the approval of its call, once, and the chain tells whose that was', async () => {
  using story = await coveredStory();
  const ticket = await story.approvedCall();
  const first = await story.refund();
  assert.deepEqual([first.status, first.ticket, first.equal, story.wire.sent], [200, ticket, true, ['/v1/refunds']]);
  const moves = story.ledger.bodies('ticket');
  const [opened] = moves;
  const used = moves.find(({ move }) => move === 'used');
  const verdicts = story.ledger.bodies('verdict');
  const call = verdicts.find(({ exchange }) => exchange === opened?.exchange);
  const request = verdicts.find(({ exchange }) => exchange === used?.exchange);
  assert.deepEqual([call?.actions[0]?.action, request?.actions[0]?.action], ['llm.tool-call', 'payment.refund']);
  assert.ok(moves.every((move) => move.ticket === ticket));
  assert.deepEqual(
    moves.slice(-3).map(({ move, note }) => [move, note]),
    [
      ['confirmed', 'the call was handed to the agent'],
      ['used', 'the request that the approved call announced goes by its approval; covered: no ticket of its own'],
      ['confirmed', 'the upstream answered'],
    ],
  );
  await waits(story);
});

test('of two equal requests at once one goes', async () => {
  using story = await coveredStory();
  await story.approvedCall();
  const both = await Promise.all([story.refund(), story.refund(`${FORM}&metadata[a]=b`)]);
  assert.deepEqual(both.map(({ status }) => status).toSorted(), [200, 403]);
  assert.deepEqual(story.wire.sent, ['/v1/refunds']);
});

test('a request that differs in a fact or its account is no such request', async () => {
  using story = await coveredStory();
  await story.approvedCall();
  await waits(story, 'charge=ch_1&amount=4201');
  await waits(story, 'charge=ch_2&amount=4200');
  await waits(story, FORM, ['Stripe-Account', 'acct_2']);
  assert.equal((await story.refund()).status, 200);
});

test('what only the request tells is a difference, and so is a currency that the account does not have', async () => {
  using story = await coveredStory();
  await story.approvedCall({ cents: 4200, iso: 'usd' });
  await waits(story);
  using other = await coveredStory();
  await other.approvedCall({ ...REFUND, iso: 'eur' });
  await waits(other);
});

test('a policy that does not say so is met by nobody on the call', async () => {
  const wait = '@verdict("wait") @approvers("finance")';
  for (const policies of [
    FREE + policy('large', LARGE, wait),
    FREE + policy('large', LARGE, COVERED) + policy('too', LARGE, wait),
    // Of the request alone.
    FREE + policy('large', LARGE, COVERED) + policy('post', LARGE.replace('{ ', '{ context.method == "POST" && '), COVERED),
    // Met by the call as a call, not by what it does.
    FREE +
      policy('large', LARGE, COVERED) +
      policy(
        'tool',
        'permit (principal, action in [Action::"llm.tool-call", Action::"payment.refund"], resource) when { context has tool || context.method == "POST" };',
        COVERED,
      ),
  ]) {
    using story = await coveredStory({ policies });
    await story.approvedCall();
    await waits(story);
  }
});

test('another bundle ends it, also one that says the same of this', async () => {
  using story = await coveredStory();
  await story.approvedCall();
  await story.reload(FREE + policy('large', LARGE, COVERED) + policy('more', LARGE, ''));
  await waits(story, `${FORM}&reason=duplicate`);
  await story.reload(FREE + policy('large', LARGE, COVERED));
  assert.equal((await story.refund()).status, 200);
});

test('a ticket that did not tell its approvers covers nothing', async () => {
  using story = await coveredStory({ policies: FREE + policy('large', LARGE, COVERED.replace(' @covers("request")', '')) });
  assert.equal(await story.call(), 'replace');
  await story.reload(FREE + policy('large', LARGE, COVERED));
  await story.approvedCall();
  await waits(story);
});

test('nobody overrides a policy that forbids, or a constraint that changes it', async () => {
  const forbid = 'forbid (principal, action == Action::"payment.refund", resource) when { context.method == "POST" };';
  using story = await coveredStory({ policies: FREE + policy('large', LARGE, COVERED) + policy('never', forbid) });
  await story.approvedCall();
  const { status, ticket } = await story.refund();
  assert.deepEqual([status, ticket, story.wire.sent], [403, null, []]);
  const cap = 'permit (principal, action == Action::"payment.refund", resource) when { context.method == "POST" };';
  using capped = await coveredStory({
    policies: FREE + policy('large', LARGE, COVERED) + policy('cap', cap, '@verdict("constrain") @constrain("cap")'),
    constraints: 'cap: { type: set, field: amount, value: 5000 }\n',
  });
  await capped.approvedCall();
  await waits(capped);
});

test('another agent, user or session, and callers without a token, have nobody approve anything for them', async () => {
  using story = await coveredStory();
  await story.approvedCall();
  for (const other of [{ session: 's2' }, { session: null }, { user: 'ada' }, { agent: 'other' }])
    assert.equal((await story.refund(FORM, [], { ...PRINCIPAL, ...other })).status, 403);
  assert.deepEqual(story.wire.sent, []);
  using anonymous = await coveredStory({ principal: { ...PRINCIPAL, provedBy: 'anonymous' } });
  await anonymous.approvedCall();
  await waits(anonymous);
});

test('it ends as an approval does', async () => {
  using story = await coveredStory();
  await story.approvedCall();
  story.clock.pass(61);
  await waits(story);
});

test('what was surely not sent may go once more, and of what may have arrived the repeat is for people, who are told', async () => {
  using story = await coveredStory();
  const ticket = await story.approvedCall();
  story.wire.breaks = 'before';
  assert.equal((await story.refund()).status, 502);
  assert.equal(story.ledger.bodies('ticket').at(-1)?.move, 'voided');
  story.wire.breaks = 'after';
  assert.equal((await story.refund()).ticket, ticket);
  story.wire.breaks = null;
  await waits(story);
  const own = story.tickets.list({ state: 'pending' })[0];
  assert.match(own?.warning ?? '', new RegExp(`ticket ${ticket}.*may have taken effect`));
});

test('while the same request waits for people its repeat joins it', async () => {
  using story = await coveredStory();
  await waits(story);
  const own = story.tickets.list({ state: 'pending' })[0]?.id;
  await story.call();
  const call = story.tickets.list({ state: 'pending' }).find(({ id }) => id !== own);
  await story.tickets.approve(call?.id ?? '', { token: story.desk.tokens.fay }, 'cli');
  assert.equal(await story.call(), 'pass');
  assert.equal((await story.refund()).ticket, own);
});

test('a call that a constraint changed covers what was made of it', async () => {
  const half = 'permit (principal, action == Action::"payment.refund", resource) when { context.method == "CALL" };';
  using story = await coveredStory({
    policies: FREE + policy('large', LARGE, COVERED) + policy('half', half, '@verdict("constrain") @constrain("half")'),
    constraints: 'half: { type: set, field: /cents, value: 2100 }\n',
  });
  const ticket = await story.approvedCall();
  await waits(story);
  const sent = await story.refund('charge=ch_1&amount=2100');
  assert.deepEqual([sent.status, sent.ticket], [200, ticket]);
});

test('what a standing grant lets a call do nobody has seen', async () => {
  using story = await coveredStory({ policies: FREE + policy('large', LARGE, `${COVERED} @grant("1x")`) });
  assert.equal(await story.call(), 'replace');
  const [waiting] = story.tickets.list({ state: 'pending' });
  await story.tickets.approve(waiting?.id ?? '', { token: story.desk.tokens.fay }, 'cli', { scope: true });
  assert.equal(await story.call(), 'pass');
  assert.equal(await story.call({ ...REFUND, charge: 'ch_2' }), 'pass');
  await waits(story, 'charge=ch_2&amount=4200');
});

test('a question is answered as the request would be, and uses nothing', async () => {
  using story = await coveredStory();
  assert.deepEqual((await story.ask(FORM, false)).standing, false);
  await story.approvedCall();
  for (const park of [true, false, true]) {
    const { standing, ticket } = await story.ask(FORM, park);
    assert.deepEqual([standing, ticket], [true, null]);
  }
  assert.equal((await story.ask('charge=ch_1&amount=4201', false)).standing, false);
  assert.equal((await story.refund()).status, 200);
  assert.equal((await story.ask(FORM, false)).standing, false);
});

test('what can not be written does not go, and is there for the next try', async () => {
  using story = await coveredStory();
  await story.approvedCall();
  story.ledger.failing = true;
  assert.equal((await story.refund()).status, 503);
  story.ledger.failing = false;
  assert.deepEqual([(await story.refund()).status, story.wire.sent.length], [200, 1]);
});

test('a request of several actions, and one that does not wait, is not covered', () => {
  const wait = { policy: 'large', reason: 'r', approvers: ['finance'], quorum: 1, covers: 'request' } as const;
  const made = proposalOf(handMade('POST', '/'));
  const [action] = made.actions;
  assert.ok(action);
  const done = { ...action, facts: { ...action.facts, method: 'POST' } };
  const said = { ...action, facts: { ...action.facts, method: 'CALL' } };
  const call = { ticket: 't_1', bundle: 'digest', action: said, waits: [wait] };
  const of = (actions: readonly (typeof done)[], verdict: 'WAIT' | 'ALLOW' = 'WAIT') => {
    const proposal = { ...made, actions };
    return isCovered(call, decisionOf(verdict, proposal, { judgement: judgementOf(verdict, proposal, { waits: [wait] }) }));
  };
  assert.equal(of([done]), true);
  assert.equal(of([done, done]), false);
  assert.equal(of([done], 'ALLOW'), false);
});

test('an approval is of a call that does one thing, and of that alone which people were asked about', () => {
  const made = proposalOf(handMade('POST', '/'));
  const [action] = made.actions;
  assert.ok(action);
  const call = { ...action, name: 'llm.tool-call' };
  const of = (actions: readonly (typeof action)[], covers?: 'request') => {
    const wait = { policy: 'large', reason: 'r', approvers: ['finance'], quorum: 1, ...(covers === undefined ? {} : { covers }) };
    const judged = judgementOf('WAIT', { ...made, actions });
    const judgement = { ...judged, actions: judged.actions.map((one) => ({ ...one, waits: [wait] })) };
    return approvedCall({ decision: decisionOf('WAIT', made, { judgement }), ticket: 't_1', scoped: false })?.ticket ?? null;
  };
  assert.equal(of([call, action], 'request'), 't_1');
  assert.equal(of([call, action]), null);
  assert.equal(of([call], 'request'), null);
  assert.equal(of([call, action, action], 'request'), null);
  assert.equal(of([action, action], 'request'), null);
});

test('only an HTTP request of the agent itself is covered', () => {
  const made = handMade('POST', '/');
  assert.equal(mayBeCovered(made), true);
  assert.equal(mayBeCovered({ ...made, cause: 'x' }), false);
  assert.equal(mayBeCovered({ ...made, cause: 'x', message: true }), false);
  assert.equal(mayBeCovered({ ...made, cause: 'x', message: true, toolCall: true }), false);
});
