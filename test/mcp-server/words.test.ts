// Every answer in words: the verdict first, then why, then what to do.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AskedTicket, JudgedAction } from '../../src/client/asking.ts';
import { decisionText, explanationText, foundText, ticketText } from '../../src/mcp-server/words.ts';

const ticket: AskedTicket = {
  id: 't_a',
  state: 'pending',
  reason: 'Finance decides.',
  denial: null,
  policies: ['large'],
  grant: false,
  approvers: ['finance'],
  secondsLeft: 60,
  next: 'Wait.',
};
const refund: JudgedAction = {
  name: 'payment.refund',
  resource: { type: 'Account', id: 'acct' },
  facts: { amountMinor: 90_000, note: 'x'.repeat(5_000) },
  verdict: 'CONSTRAIN',
  policies: ['large'],
  reason: 'Too much.',
  constraints: ['cap'],
};

test('a decision, with all that it hangs on', () => {
  assert.equal(
    decisionText({
      decision: true,
      context: { verdict: 'ALLOW', reason: 'Reads are free.', policies: ['read'], standing: true, entry: '7' },
    }),
    'Yes (ALLOW): Reads are free.\nPolicies: read\nA standing approval covers it now.\nOn record as entry 7.\nIt would go out as it is.',
  );
  assert.equal(
    decisionText({ decision: false, context: { verdict: 'WAIT', reason: 'Large.', approvers: ['finance'], ticket } }),
    'No (WAIT): Large.\nWaits for: finance\nTicket t_a is pending: Finance decides.\nPolicies: large\nWaits for: finance; 60 seconds are left.\nWait.\nFollow it with ticket_status and "t_a".',
  );
  assert.match(decisionText({ decision: false, context: { verdict: 'ALLOW', unknown: 'look-up' } }), /Only the server/);
  const error = { status: 400, code: 'QUESTION_INVALID', message: 'no such action' };
  assert.equal(
    decisionText({ decision: false, context: { error } }),
    'No: no such action\nQUESTION_INVALID: no such action\nMend the question and ask again.',
  );
});

test('an explanation shows each action with its facts, none of them without end', () => {
  const actions = Array.from({ length: 60 }, () => refund);
  const text = explanationText({
    decision: false,
    context: {
      verdict: 'CONSTRAIN',
      reason: 'Capped.',
      actions,
      constraints: ['cap'],
      substitute: { changed: ['amount'], actions: [] },
    },
  });
  assert.match(
    text,
    /^This would not go out as it is \(CONSTRAIN\): Capped\.\n- payment\.refund on Account "acct": CONSTRAIN\. Too much\./,
  );
  assert.match(text, /amountMinor = 90000\n[^]*… and 10 more\n[^]*What would be changed: amount\nIt would go out changed/);
  assert.ok(text.length < 30_000);
});

test('a ticket that was denied says so in the words of who denied it', () => {
  assert.equal(
    ticketText({ ...ticket, state: 'denied', denial: 'Ask the customer.', next: 'Stop.' }),
    "Ticket t_a is denied: Finance decides.\nPolicies: large\nThe approver's words: Ask the customer.\nStop.",
  );
});

test('a search lists what is permitted, what is not and why, and what hangs on more', () => {
  const others = [
    { name: 'b', verdict: 'BLOCK', reason: 'No.' },
    { name: 'c', verdict: null, reason: 'needs more' },
  ] as const;
  const text = foundText(refund.resource, {
    results: [{ name: 'a', properties: { verdict: 'ALLOW' } }],
    context: { others, entry: '1' },
  });
  assert.match(
    text,
    /^On Account "acct".*\nPermitted:\n- a \(ALLOW\)\nNot permitted as it stands:\n- b \(BLOCK\): No\.\nHangs on more facts: c\n/,
  );
  assert.match(foundText(refund.resource, { results: [], context: { others: [], entry: '1' } }), /Permitted: nothing/);
});
