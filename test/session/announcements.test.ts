// What a model announced, and which request it covers: the equal one, once, of the same agent and session.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Action, Facts } from '../../src/classify/action.ts';
import { createAnnouncements } from '../../src/session/announcements.ts';
import { PRINCIPAL } from '../support/exchange.ts';

const refund = (facts: Facts): Action => ({
  name: 'payment.refund',
  resource: { type: 'Host', id: 'h' },
  parents: [],
  facts: { host: 'h', method: 'POST', path: '/', inspected: true, ...facts },
});
const CALL: Action = {
  name: 'llm.tool-call',
  resource: { type: 'Tool', id: 't' },
  parents: [],
  facts: { host: 'm', method: 'CALL', path: '/tools/x', inspected: true, tool: 'mcp__mail__send', argumentText: '\nto=a\n' },
};
const mcp = (argumentText: string, tool = 'send'): Action => ({
  ...CALL,
  name: 'mcp.call',
  facts: { host: 's', inspected: true, tool, argumentText },
});
const SAID = {
  tool: 'refund',
  entry: '7',
  actions: [CALL, refund({ amountMinor: 500, currency: 'USD', method: 'CALL', path: '/tools/refund' })],
  approved: null,
};

test('the equal request is announced, another of its kind is drift, and anything else is not announced', () => {
  const announcements = createAnnouncements({ grantSeconds: 600 });
  assert.equal(announcements.of(PRINCIPAL, [refund({ amountMinor: 500, currency: 'USD' })], 'x0'), null);
  announcements.announce(PRINCIPAL, SAID);
  const told = { tool: 'refund', entry: '7' };
  const of = (action: Action) => announcements.of(PRINCIPAL, [action], null);
  assert.deepEqual(of(refund({ amountMinor: 500, currency: 'USD', extra: true })), { ...told, equal: true });
  assert.deepEqual(of(refund({ amountMinor: 501, currency: 'USD' })), { ...told, equal: false });
  assert.deepEqual(of(refund({ amountMinor: 500, currency: 'EUR' })), { ...told, equal: false });
  assert.deepEqual(of(refund({ currency: 'USD' })), { ...told, equal: false });
  // Left to the account.
  assert.deepEqual(of(refund({ amountMinor: 500 })), { ...told, equal: true });
  assert.deepEqual(of(refund({ amountMinor: 500, currency: 'USD', inspected: false })), { ...told, equal: false });
  assert.equal(of({ ...refund({}), name: 'payment.charge' }), null);
});

test('one request takes it; given back it covers the next, and once sent none', () => {
  const announcements = createAnnouncements({ grantSeconds: 600 });
  announcements.announce(PRINCIPAL, SAID);
  const action = refund({ amountMinor: 500, currency: 'USD' });
  const equal = (exchange: string) => announcements.of(PRINCIPAL, [action], exchange)?.['equal'];
  assert.equal(equal('x1'), true);
  assert.equal(equal('x1'), true);
  assert.equal(equal('x2'), undefined);
  announcements.giveBack('x1');
  assert.equal(equal('x2'), true);
  announcements.spend('x2');
  announcements.giveBack('x2');
  assert.equal(equal('x3'), undefined);
});

test('another session, user or agent announced nothing, and neither did what is long ago', () => {
  let now = 0;
  const announcements = createAnnouncements({ grantSeconds: 600 }, () => now);
  announcements.announce(PRINCIPAL, SAID);
  const action = refund({ amountMinor: 500, currency: 'USD' });
  for (const other of [{ session: 's2' }, { session: null }, { agent: 'b' }, { user: 'u' }])
    assert.equal(announcements.of({ ...PRINCIPAL, ...other }, [action], null), null);
  now = 15 * 60_000 + 1;
  assert.equal(announcements.of(PRINCIPAL, [action], null), null);
});

test('a request with an action that was not announced is not equal', () => {
  const announcements = createAnnouncements({ grantSeconds: 600 });
  announcements.announce(PRINCIPAL, SAID);
  const both = [refund({ amountMinor: 500, currency: 'USD' }), refund({ amountMinor: 900, currency: 'USD' })];
  assert.equal(announcements.of(PRINCIPAL, both, 'x')?.['equal'], false);
});

test("a tool of an MCP server is announced under its own name or behind its server's, with the same arguments", () => {
  const announcements = createAnnouncements({ grantSeconds: 600 });
  announcements.announce(PRINCIPAL, { tool: 'mcp__mail__send', entry: '8', actions: [CALL], approved: null });
  const of = (action: Action) => announcements.of(PRINCIPAL, [action], null)?.['equal'];
  assert.equal(of(mcp('\nto=a\n')), true);
  assert.equal(of(mcp('\nto=b\n')), false);
  assert.equal(of(mcp('\nto=a\n', 'l__send')), undefined);
});

const APPROVED = { ticket: 't_1', bundle: 'b', action: refund({ amountMinor: 500 }), waits: [] };

test('an approval is found by the exchange that took its announcement, or by a look that takes nothing, and ends by either time', () => {
  for (const [grantSeconds, lastsMs] of [
    [60, 60_000],
    [86_400, 15 * 60_000],
  ] as const) {
    let now = 0;
    const announcements = createAnnouncements({ grantSeconds }, () => now);
    const actions = [refund({ amountMinor: 500, currency: 'USD' })];
    assert.equal(announcements.approvedFor(PRINCIPAL, actions, null), null);
    announcements.announce(PRINCIPAL, { ...SAID, approved: APPROVED });
    assert.equal(announcements.approvedFor(PRINCIPAL, actions, 'x1'), null);
    announcements.of(PRINCIPAL, actions, 'x1');
    const found = () => announcements.approvedFor(PRINCIPAL, actions, 'x1');
    assert.equal(found(), APPROVED);
    assert.equal(announcements.approvedFor({ ...PRINCIPAL, provedBy: 'anonymous' }, actions, 'x1'), null);
    assert.equal(announcements.approvedFor(PRINCIPAL, actions, null), null);
    announcements.giveBack('x1');
    assert.equal(announcements.approvedFor(PRINCIPAL, actions, null), APPROVED);
    announcements.of(PRINCIPAL, actions, 'x1');
    now = lastsMs - 1;
    assert.equal(found(), APPROVED);
    now = lastsMs;
    assert.equal(found(), null);
  }
});

test('of several equal announcements what an exchange took stays its own, and an approved one goes before one that nobody saw', () => {
  const announcements = createAnnouncements({ grantSeconds: 600 });
  const actions = [refund({ amountMinor: 500, currency: 'USD' })];
  announcements.announce(PRINCIPAL, SAID);
  announcements.of(PRINCIPAL, actions, 'x1');
  announcements.announce(PRINCIPAL, { ...SAID, entry: '8' });
  announcements.announce(PRINCIPAL, { ...SAID, entry: '9', approved: APPROVED });
  const taken = (exchange: string) => announcements.of(PRINCIPAL, actions, exchange)?.['entry'];
  assert.deepEqual(['x1', 'x2', 'x1', 'x2', 'x3'].map(taken), ['7', '9', '7', '9', '8']);
});

test('of a tool that asks for a URL the address is what it does', () => {
  const announcements = createAnnouncements({ grantSeconds: 600 });
  const get = (host: string, path: string): Action => ({
    name: 'http.read',
    resource: { type: 'Host', id: host },
    parents: [],
    facts: { host, method: 'GET', path, inspected: true },
  });
  announcements.announce(PRINCIPAL, { tool: 'fetch', entry: '7', actions: [CALL, get('a.example', '/x')], approved: null });
  const of = (action: Action) => announcements.of(PRINCIPAL, [action], null)?.['equal'];
  assert.deepEqual([of(get('a.example', '/x')), of(get('b.example', '/x')), of(get('a.example', '/y'))], [true, false, false]);
});
