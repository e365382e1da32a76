// What a call said and what a request does, compared both ways.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSameAction } from '../../src/approve/same-action.ts';
import type { Action, Facts } from '../../src/classify/action.ts';
import { propose } from '../../src/classify/propose.ts';
import { toolCallView } from '../../src/classify/tool-call.ts';
import { mailTool } from '../../src/tools/mail-tool.ts';
import { handMade } from '../support/exchange.ts';

const action = (facts: Facts, more: Partial<Action> = {}): Action => ({
  name: 'payment.refund',
  resource: { type: 'Account', id: 'stripe' },
  parents: [],
  facts: { inspected: true, amountMinor: 100, ...facts },
  ...more,
});
const SAID = action({ host: 'api.openai.com', method: 'CALL', path: '/tools/refund', session: 's' });
const DONE = action({ host: 'api.stripe.com', method: 'POST', path: '/v1/refunds', user: 'ada', 'budget.refunds': 5 });

test('the way that it is asked is no difference, and everything else is, whoever tells it', () => {
  assert.equal(isSameAction(SAID, DONE), true);
  const others: Record<string, Action> = {
    'another amount': action({ ...DONE.facts, amountMinor: 101 }),
    'no amount': { ...DONE, facts: { method: 'POST', inspected: true } },
    'one fact more': action({ ...DONE.facts, counterparty: 'ch_1' }),
    'another resource': { ...DONE, resource: { type: 'Account', id: 'acct_2' } },
    'another type of resource': { ...DONE, resource: { type: 'Host', id: 'stripe' } },
    'another action': { ...DONE, name: 'payment.payout' },
    'not read surely': action({ ...DONE.facts, inspected: false }),
  };
  for (const [name, done] of Object.entries(others)) assert.equal(isSameAction(SAID, done), false, name);
  assert.equal(isSameAction(action({ ...SAID.facts, counterparty: 'ch_1' }), DONE), false);
  assert.equal(isSameAction(action({ ...SAID.facts, inspected: false }), DONE), false);
  const unread = action({ ...SAID.facts, inspected: false });
  assert.equal(isSameAction(unread, action({ ...DONE.facts, inspected: false })), false);
});

test('a list has no order', () => {
  const of = (recipients: string[], base: Action) => action({ ...base.facts, recipients });
  assert.equal(isSameAction(of(['a', 'b'], SAID), of(['b', 'a'], DONE)), true);
  assert.equal(isSameAction(of(['a', 'b'], SAID), of(['a', 'b', 'c'], DONE)), false);
});

test('a call that asks for a URL says nothing of what goes there', () => {
  assert.equal(
    isSameAction({ ...SAID, facts: { ...SAID.facts, method: 'GET' } }, { ...DONE, facts: { ...DONE.facts, method: 'GET' } }),
    false,
  );
});

test('a mail whose tool names its sender is what its API is asked for, whatever it says', async () => {
  const mapping = {
    names: ['send_email'],
    action: 'email.send',
    given: { to: { at: ['to'] }, sender: { value: 'bot@example.com' }, subject: { at: ['subject'] } },
    strict: false,
    followed: false,
    ignore: [],
  };
  const call = {
    tool: 'send_email',
    api: 'openai-chat',
    model: 'm',
    scheme: 'https',
    authority: { host: 'm.example', port: 443 },
  } as const;
  const view = toolCallView({ ...call, arguments: Buffer.alloc(0), form: 'json', sure: true }, null);
  const [said] = mailTool(view, mapping, { to: 'eve@example.org', subject: 'Hello', body: 'one text' });
  const sent = async (mail: object) => {
    const body = JSON.stringify({ from: 'bot@example.com', to: ['eve@example.org'], subject: 'Hello', text: 'another', ...mail });
    const made = handMade('POST', '/emails', body, { host: 'api.resend.com', headers: ['Content-Type', 'application/json'] });
    const [done] = (await propose(made, 10_000)).actions;
    assert.ok(said !== undefined && done !== undefined);
    return isSameAction(said, done);
  };
  assert.equal(await sent({}), true);
  assert.equal(await sent({ bcc: ['max@example.net'] }), false);
  assert.equal(await sent({ reply_to: 'max@example.net' }), false);
  assert.equal(await sent({ from: 'ceo@example.com' }), false);
  assert.equal(await sent({ attachments: [{ filename: 'a.pdf', content: 'YQ==' }] }), false);
});
