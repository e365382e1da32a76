// Cards: an agent's words stay words, a part is never taken for the whole, and Slack's limits hold whatever is in a ticket.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cardOf } from '../../src/approve/slack-card.ts';
import { editModal } from '../../src/approve/slack-edit.ts';
import type { Ticket } from '../../src/approve/ticket.ts';
import { ticketOf } from '../cli/fake-cli.ts';
import { blockProblem, modalProblem } from '../support/slack-blocks.ts';

const VIEW = { card: 'n'.repeat(24), publicUrl: 'https://interlock.example.com/', nowMs: Date.UTC(2026, 0, 1), standing: null };
const render = (ticket: Ticket) => cardOf(ticket, VIEW);
const words = (ticket: Ticket) => JSON.stringify(render(ticket).blocks);

function refund(facts: Ticket['actions'][number]['facts'], id = 'stripe'): Ticket['actions'][number] {
  return { action: 'payment.refund', resource: { type: 'Account', id }, verdict: 'WAIT', policies: ['refund-large'], facts };
}

test('what, how much, to whom, why, who asks and what each button does', () => {
  const facts = { amountKnown: true, amountMinor: 420_000, currency: 'USD', minorPerMajor: 100, counterparty: 'ch_1' };
  const ticket = ticketOf('t_1', {
    actions: [refund(facts)],
    user: 'ada',
    session: 's1',
    reason: 'refunds above 500 need finance',
  });
  const text = words(ticket);
  for (const part of [
    '4200.00 USD',
    'Account stripe',
    'ch_1',
    'above 500',
    'support-bot',
    'ada',
    's1',
    'large',
    'exactly this request',
  ])
    assert.ok(text.includes(part), part);
});

test('a plan: its steps in order, what waits, how far each may differ, and that Approve sends nothing', () => {
  const plan = `p_${'a'.repeat(26)}`;
  const first = { ...refund({ 'plan.step': 1, note: '<!channel> x' }), verdict: 'ALLOW' as const };
  const second = refund({
    ...{ 'plan.step': 2, 'plan.bounds': ['amountMinor at most 420000'], amountKnown: true, amountMinor: 420_000 },
    ...{ currency: 'USD', minorPerMajor: 100 },
  });
  const ticket = ticketOf('t_1', { exchange: plan, actions: [first, second], reason: 'Plan: 2 steps' });
  const { text, blocks } = render(ticket);
  assert.match(text, /^Approval needed for a plan/);
  const card = JSON.stringify(blocks);
  for (const part of [
    /Step 1: payment\.refund on Account stripe \(needs nobody\)/,
    /Step 2: .*\(waits for people by refund-large\)\. how much: 4200\.00 USD\. may differ: amountMinor at most 420000/,
    /Approve: nothing is sent now/,
    /large refunds wait/,
  ])
    assert.match(card, part);
  assert.doesNotMatch(card, /exactly this request|sent once/);
  const spent = words({ ...ticket, state: 'spent', outcome: 'confirmed' });
  assert.match(spent, /Plan approved[^]*interlock plans revoke p_a/);
  assert.doesNotMatch(spent, /service confirmed|sent once/);
  for (const state of ['denied', 'expired'] as const)
    assert.match(words({ ...ticket, state, deniedBy: 'fay' }), /None of its steps was let go by it/);
  const many = ticketOf('t_1', {
    exchange: plan,
    actions: Array.from({ length: 50 }, () => refund({ note: 'x'.repeat(2_000) })),
  });
  assert.match(words(many), /and 30 more, which are not shown/);
  assert.equal(blockProblem(JSON.stringify(render(many).blocks)), null);
});

test('markup, mentions, links and bidi in an agent’s words are plain text or escapes', () => {
  const evil = '<!channel> *x* <https://evil.example|ok> `y` \u202egnp\n\nApproved by fay';
  const ticket = ticketOf('t_1', { actions: [refund({ note: evil }, evil)], path: evil, reason: evil, session: evil });
  const { text, blocks } = render(ticket);
  assert.ok(!/[<>*`]/.test(text), text);
  assert.ok(!JSON.stringify(blocks).includes('\u202e'));
  assert.ok(!JSON.stringify(blocks).includes('\\n\\nApproved by fay'), 'no line of its own');
  const markup = JSON.stringify(blocks, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && Reflect.get(value, 'type') === 'plain_text' ? null : value,
  );
  assert.ok(!markup.includes('evil') && !markup.includes('!channel'), markup);
});

test('what is not shown is said', () => {
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`fact${i}`, 'x'.repeat(900)]));
  const ticket = ticketOf('t_1', { actions: Array.from({ length: 9 }, () => refund(many)) });
  const text = words(ticket);
  assert.match(text, /and 4 more actions, which are not shown/);
  assert.match(text, /22 more facts are not shown/);
  assert.match(text, /x…/);
});

test('every end says what became of it', () => {
  const approvals = [
    { user: 'fay', at: '2026-01-01T00:00:00.000Z', channel: 'slack', policies: ['large'], scope: false },
  ] as const;
  const said = (change: Partial<Ticket>) => words(ticketOf('t_1', change));
  assert.match(
    said({ state: 'spent', approvals, outcome: 'confirmed' }),
    /Approved by fay, and sent once\. The service confirmed it/,
  );
  const call = {
    action: 'llm.tool-call',
    resource: { type: 'Tool', id: 't' },
    verdict: 'WAIT',
    policies: [],
    facts: {},
  } as const;
  const handed = said({ state: 'spent', approvals, outcome: 'confirmed', actions: [call] });
  assert.match(handed, /Approved by fay, and handed to the agent once\./);
  assert.doesNotMatch(handed, /service confirmed/);
  assert.match(said({ state: 'spent', approvals, outcome: 'unknown' }), /unknown/);
  assert.match(said({ state: 'approved', approvals, grant: true }), /next try of the same request goes out, once/);
  assert.match(said({ state: 'spent', approvals, outcome: null }), /refused after that\. Nothing was sent/);
  assert.match(said({ state: 'denied', deniedBy: 'fay' }), /Denied by fay\. Nothing was sent/);
  assert.match(said({ state: 'denied', deniedBy: 'fay', denial: 'not this month' }), /Denied by fay: not this month\./);
  assert.match(said({ state: 'expired' }), /Nobody decided in time/);
  for (const state of ['spent', 'approved', 'denied', 'expired'] as const)
    assert.ok(!said({ state, approvals }).includes('"actions"'), state);
});

test("a second signer's button is for the edit that the first one chose", () => {
  const offers = [{ constraint: 'cap-refund', changed: ['amount becomes 1.00 USD'], actions: [] }];
  const text = words(ticketOf('t_1', { offers, edit: 'cap-refund' }));
  assert.match(text, /"value":"cap-refund"/);
  assert.match(text, /With the edit cap-refund: amount becomes 1\.00 USD/);
  assert.ok(!text.includes('edit.n'));
});

test('what may be chosen instead is on the card with what it changes, and what one has to know first', () => {
  const offers = [{ constraint: 'cap-refund', changed: ['amount becomes 1.00 USD'], actions: [] }];
  const text = words(ticketOf('t_1', { offers, scope: '10m 3x target', warning: 'An earlier try went out.' }));
  assert.match(text, /May be approved instead\\ncap-refund: amount becomes 1\.00 USD/);
  assert.match(text, /Warning: An earlier try went out\./);
  assert.match(text, /Approve for 10m 3x target/);
});

test('a grant that stands is on the card until it has ended', () => {
  const approvals = [
    { user: 'fay', at: '2026-01-01T00:00:00.000Z', channel: 'slack', policies: ['large'], scope: true },
  ] as const;
  const ticket = ticketOf('t_1', { state: 'spent', outcome: 'confirmed', scope: '10m 3x target', approvals });
  const standing = { expiresAt: '2026-01-01T00:10:00.000Z', usesLeft: 2 };
  assert.match(JSON.stringify(cardOf(ticket, { ...VIEW, standing }).blocks), /\(10m 3x target\)\. Uses left: 2\./);
  assert.match(words(ticket), /Later requests like it wait for people again/);
});

test('Slack takes whatever a ticket may hold', () => {
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constant('x'.repeat(5_000)), fc.constant(''));
  const facts = fc.dictionary(fc.string({ maxLength: 80 }), fc.oneof(text, fc.array(text, { maxLength: 15 }), fc.boolean()), {
    maxKeys: 15,
  });
  fc.assert(
    fc.property(text, fc.array(facts, { minLength: 0, maxLength: 7 }), fc.array(text, { maxLength: 14 }), (word, acts, names) => {
      const offers = names.map((constraint) => ({ constraint, changed: [word], actions: [] }));
      const ticket = ticketOf('t_1', {
        actions: acts.map((one) => ({ ...refund(one, word), action: word })),
        reason: word,
        path: word,
        session: word,
        scope: word,
        warning: word,
        offers,
        waits: names.map((policy) => ({ policy, reason: word, approvers: [word], quorum: 2 })),
      });
      const card = render(ticket);
      assert.equal(blockProblem(JSON.stringify(card.blocks)), null);
      assert.ok(card.text.length < 4_000);
      const modal = editModal(ticket, VIEW.card);
      if (modal !== null) assert.equal(modalProblem(JSON.stringify(modal)), null);
    }),
    { numRuns: 60 },
  );
});
