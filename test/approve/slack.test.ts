// Sign-off in Slack: a card, a signed click by the right person in the right place, and nothing by anybody else.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FINANCE, LEGAL, parkRequest } from '../support/approval-desk.ts';
import { FINANCE_CHANNEL, SECRET, slackDesk, TOKEN, type SlackDesk } from '../support/slack-desk.ts';
import { buttonsOf, signed } from '../support/slack-origin.ts';
import { waitFor } from '../support/wait-for.ts';

const stateOf = (here: SlackDesk, id: string) => here.desk.book.get(id)?.state;
const decided = (here: SlackDesk, id: string) => waitFor(() => (stateOf(here, id) === 'pending' ? undefined : stateOf(here, id)));
const whispered = (here: SlackDesk, user: string) => waitFor(() => here.slack.whispers.find((one) => one.user === user)?.text);
const refusals = (here: SlackDesk) =>
  here.desk.ledger.bodies('ticket').filter(({ move, channel }) => move === 'refused' && channel === 'slack');

test('one click approves: the decision is the person of that Slack id, through Slack, and the card says so', async () => {
  await using here = await slackDesk();
  const { id } = await here.park();
  const card = await here.card('Approval needed');
  assert.equal(card.channel, FINANCE_CHANNEL);
  assert.deepEqual([...buttonsOf(card).keys()], ['approve', 'deny', 'open']);
  assert.equal(buttonsOf(card).get('open')?.url, `https://interlock.example.com/#/inbox/${id}`);
  assert.equal(await here.send(here.slack.click(card, 'approve')), 200);
  assert.equal(await decided(here, id), 'approved');
  assert.deepEqual(
    here.desk.book.get(id)?.approvals.map(({ user, channel }) => [user, channel]),
    [['fay', 'slack']],
  );
  const updated = await here.card('Approved, not sent yet');
  assert.equal(updated.ts, card.ts);
  assert.equal(buttonsOf(updated).size, 0);
  assert.match(JSON.stringify(updated.blocks), /Approved by fay/);
});

test('a click that is quicker than the record of its card counts, once the card is kept', async (t) => {
  await using here = await slackDesk();
  const { promise: kept, resolve: keep } = Promise.withResolvers<undefined>();
  const append = here.desk.ledger.append.bind(here.desk.ledger);
  t.mock.method(here.desk.ledger, 'append', async (...args: Parameters<typeof append>) => {
    if (args[0].type === 'ticket' && args[0].move === 'shown') await kept;
    return append(...args);
  });
  const { id } = await here.park();
  const card = await here.card('Approval needed');
  assert.equal(await here.send(here.slack.click(card, 'approve')), 200);
  assert.deepEqual([stateOf(here, id), here.slack.whispers.length], ['pending', 0]);
  keep(undefined);
  assert.equal(await decided(here, id), 'approved');
});

test('deny denies; a second click hears who was first and changes nothing', async () => {
  await using here = await slackDesk();
  const { id } = await here.park();
  const card = await here.card('Approval needed');
  const late = here.slack.click(card, 'approve', { user: 'U0BO' });
  assert.equal(await here.send(here.slack.click(card, 'deny')), 200);
  assert.equal(await decided(here, id), 'denied');
  assert.equal(await here.send(late), 200);
  assert.match(await whispered(here, 'U0BO'), /already denied by fay/);
  assert.equal(stateOf(here, id), 'denied');
});

test('a click on the card of a plan that is over approves nothing, and the card and the word say that it was withdrawn', async () => {
  await using here = await slackDesk();
  const { id } = await here.park({ exchange: `p_${'a'.repeat(26)}` });
  const card = await here.card('Approval needed');
  const late = here.slack.click(card, 'approve');
  await here.desk.book.withdraw(id, 'the plan is revoked', null, 'proxy');
  assert.equal(await here.send(late), 200);
  assert.match(await whispered(here, 'U0FIONA'), /Nothing was changed by your click: .* is withdrawn \(the plan is revoked\)/);
  const { state, approvals } = here.desk.book.get(id) ?? assert.fail();
  assert.deepEqual([state, approvals], ['expired', []]);
  const updated = await here.card('Plan withdrawn');
  assert.deepEqual([updated.ts, buttonsOf(updated).size], [card.ts, 0]);
  assert.match(JSON.stringify(updated.blocks), /Withdrawn: the plan is revoked\. None of its steps was let go by it/);
});

test('unknown, unauthorised, revoked and asking people get a private word, change nothing, and are on record', async () => {
  await using here = await slackDesk();
  const { id } = await here.park();
  const card = await here.card('Approval needed');
  for (const user of ['U0STRANGER', 'U0MAX', 'U0GHOST', 'U0ADA']) {
    assert.equal(await here.send(here.slack.click(card, 'approve', { user })), 200);
    assert.match(await whispered(here, user), /[Nn]othing was changed/);
  }
  await here.desk.directory.revokeUser('fay');
  await here.send(here.slack.click(card, 'approve'));
  await whispered(here, 'U0FIONA');
  assert.equal(stateOf(here, id), 'pending');
  assert.deepEqual(
    refusals(here).map(({ by }) => by),
    [null, 'max', null, 'ada', null],
  );
});

test("another workspace, a guest's workspace, another channel or another message decides nothing", async () => {
  await using here = await slackDesk();
  const { id } = await here.park();
  const card = await here.card('Approval needed');
  for (const change of [{ team: 'T0OTHER' }, { userTeam: 'T0OTHER' }, { channel: 'C0LEGAL' }, { ts: '1.1' }])
    assert.equal(await here.send(here.slack.click(card, 'approve', change)), 200);
  await waitFor(() => (refusals(here).length === 4 ? true : undefined));
  assert.equal(stateOf(here, id), 'pending');
  assert.equal(here.slack.whispers.length, 0);
});

test("a card's buttons are its own: another card's nonce decides another ticket or none", async () => {
  await using here = await slackDesk();
  const { id } = await here.park();
  const card = await here.card('Approval needed');
  const id2 = (await here.park({ binding: 'c'.repeat(64) })).id;
  const other = await waitFor(() => here.slack.messages.find((one) => one.ts !== card.ts));
  await here.send(here.slack.click({ ...card, blocks: other.blocks }, 'approve'));
  await waitFor(() => (refusals(here).length === 1 ? true : undefined));
  assert.deepEqual([stateOf(here, id), stateOf(here, id2)], ['pending', 'pending']);
  const made = { ...other.blocks[0], type: 'actions', elements: [{ action_id: `approve.${'x'.repeat(24)}`, value: '-' }] };
  await here.send(here.slack.click({ ...card, blocks: [made] }, 'approve'));
  assert.match(await whispered(here, 'U0FIONA'), /not in force/);
});

test('a quorum shows who signed, and both channels see the end', async () => {
  await using here = await slackDesk();
  const { id } = await here.park({ waits: [{ ...FINANCE, quorum: 2 }, LEGAL] });
  await waitFor(() => (here.slack.messages.length === 2 ? true : undefined));
  const [card] = here.slack.messages.filter(({ channel }) => channel === FINANCE_CHANNEL);
  assert.ok(card !== undefined);
  await here.send(here.slack.click(card, 'approve'));
  await waitFor(() => (JSON.stringify(card.blocks).includes('1 of 2 signed by finance, by fay') ? true : undefined));
  assert.equal(stateOf(here, id), 'pending');
  await here.send(here.slack.click(card, 'approve'));
  assert.match(await whispered(here, 'U0FIONA'), /no part left that fay could approve/);
  await here.send(here.slack.click(card, 'approve', { user: 'U0BO' }));
  assert.equal(await decided(here, id), 'approved');
  await waitFor(() => (here.slack.messages.every(({ text }) => text.startsWith('Approved')) ? true : undefined));
});

test('a scope is given by its button, and the card follows the grant to its end', async () => {
  await using here = await slackDesk();
  const scope = '10m 3x target';
  const facts = { inspected: true, counterparty: 'ch_1', amountMinor: 90_000 };
  const resource = { type: 'Account', id: 'acct_1' };
  const actions = [{ action: 'payment.refund', resource, verdict: 'WAIT', policies: ['refund-large'], facts }] as const;
  const request = { scope, waits: [{ ...FINANCE, grant: scope }], actions };
  await here.park(request);
  await here.send(here.slack.click(await here.card('Approval needed'), 'scope'));
  const card = await here.card('Approved, not sent yet');
  const says = (words: string) => waitFor(() => (JSON.stringify(card.blocks).includes(words) ? true : undefined));
  await says('Uses left: 3.');
  assert.notEqual(await here.desk.book.useStanding(parkRequest({ ...request, binding: 'c'.repeat(64), exchange: 'x2' })), null);
  await says('Uses left: 2.');
  const grant = here.desk.book.grants().find(({ kind }) => kind === 'scoped');
  await here.desk.book.revokeGrant(grant?.id ?? '', null, 'cli');
  await says('wait for people again');
});

test('cards are found again after a restart, and what moved meanwhile is put right', async () => {
  await using here = await slackDesk();
  const { id } = await here.park();
  const card = await here.card('Approval needed');
  // It is in Slack before it is known here which message it is: one that is closed in between leaves it to itself.
  await waitFor(() => here.desk.moves().includes('shown') || undefined);
  here.door.close();
  await here.desk.book.deny(id, { token: here.desk.tokens.fay }, 'cli');
  await here.restart();
  assert.equal((await here.card('Denied')).ts, card.ts);
  assert.equal(here.slack.messages.length, 1);
});

test('an outage is told once, the book works on, and the card comes when Slack is back', async () => {
  await using here = await slackDesk();
  here.slack.trouble = 'down';
  const { id } = await here.park();
  await waitFor(() => (here.slack.calls.length >= 3 ? true : undefined));
  here.slack.trouble = 'error';
  await here.park({ binding: 'd'.repeat(64) });
  await here.desk.book.deny(id, { token: here.desk.tokens.fay }, 'cli');
  here.slack.trouble = null;
  const card = await here.card('Approval needed');
  await waitFor(() => here.events.find(({ kind }) => kind === 'up'));
  assert.deepEqual(
    here.events.map(({ kind }) => kind),
    ['down', 'up'],
  );
  assert.equal(here.slack.messages.length, 1, 'what was decided meanwhile asks nobody');
  assert.ok(here.door.counts().retried >= 2 && card.updates === 0);
});

test('asked to slow down it waits as long as Slack says, and that is no outage', async () => {
  await using here = await slackDesk();
  here.slack.trouble = 1;
  await here.park();
  const first = await waitFor(() => here.slack.calls[0]);
  here.slack.trouble = null;
  await here.card('Approval needed');
  // As Slack sees it: how late this test hears of it says nothing.
  const waitedMs = (here.slack.calls[1]?.atMs ?? 0) - first.atMs;
  assert.ok(waitedMs > 990, `${waitedMs} ms`);
  assert.deepEqual(here.events, []);
});

test('forged, stale and replayed requests decide nothing, and a replay is not carried out twice', async () => {
  await using here = await slackDesk();
  const { id } = await here.park();
  const card = await here.card('Approval needed');
  const good = here.slack.click(card, 'approve');
  const payload: unknown = JSON.parse(new URLSearchParams(good.body).get('payload') ?? '');
  // The second of the good one, which may be over by now.
  const old = Number(good.headers['x-slack-request-timestamp']) - 301;
  assert.equal(await here.send(signed('another-secret-of-somebody', payload)), 401);
  assert.equal(await here.send(signed(SECRET, payload, old)), 401);
  assert.equal(await here.send({ ...good, body: good.body.replace('U0FIONA', 'U0BOBBY') }), 401);
  assert.equal(await here.send({ ...good, headers: { ...good.headers, 'x-slack-request-timestamp': String(old + 301) } }), 200);
  assert.equal(await decided(here, id), 'approved');
  assert.equal(await here.send(good), 401);
});

test('the token is in no entry, no state and no event', async () => {
  await using here = await slackDesk();
  here.slack.trouble = 'error';
  await here.park();
  await waitFor(() => here.events[0]);
  here.slack.trouble = null;
  await here.card('Approval needed');
  const everything = JSON.stringify([here.events, here.desk.ledger.appended, [...here.desk.ledger.state]]);
  assert.ok(!everything.includes(TOKEN) && !everything.includes(SECRET));
});
