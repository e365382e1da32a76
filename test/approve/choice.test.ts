// What approvers choose besides yes, and that all of them mean the same.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choiceNote, choose } from '../../src/approve/choice.ts';
import type { Ticket } from '../../src/approve/ticket.ts';
import { approvalDesk, parkRequest } from '../support/approval-desk.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const everybody = (): boolean => true;
const nobody = (): boolean => false;

async function ticketWith(change: Partial<Ticket>): Promise<Ticket> {
  using desk = await approvalDesk();
  const offers = ['cap', 'drop'].map((constraint) => ({ constraint, changed: ['amount'], actions: [] }));
  return { ...(await desk.book.open(parkRequest())), offers, scope: '10m', ...change };
}

const signed = [{ user: 'fay', at: '', channel: 'cli', policies: ['refund-large'], scope: false }] as const;

test('the first signer chooses, and the later ones sign the same', async () => {
  const ticket = await ticketWith({});
  assert.equal(choose(ticket, {}, everybody), ticket);
  assert.equal(choose(ticket, { edit: 'cap' }, everybody).edit, 'cap');
  const capped = await ticketWith({ edit: 'cap', approvals: signed });
  assert.equal(choose(capped, { edit: 'cap' }, everybody), capped);
  const { message } = await throwsWithCode('TICKET_STATE', () => choose(capped, {}, everybody));
  assert.match(message, /signed by fay with cap/);
  await throwsWithCode('TICKET_STATE', () => choose(capped, { edit: 'drop' }, everybody));
  const plain = await ticketWith({ approvals: signed });
  assert.match((await throwsWithCode('TICKET_STATE', () => choose(plain, { edit: 'cap' }, everybody))).message, /fay as it is/);
});

test('once no signer is an approver any more the choice is free, and the old signatures are gone', async () => {
  const ticket = await ticketWith({ edit: 'cap', approvals: signed });
  const chosen = choose(ticket, { edit: 'drop' }, nobody);
  assert.equal(chosen.edit, 'drop');
  assert.deepEqual(chosen.approvals, []);
});

test('what is not offered can not be chosen', async () => {
  const ticket = await ticketWith({});
  await throwsWithCode('TICKET_STATE', () => choose(ticket, { edit: 'other' }, everybody));
  await throwsWithCode('TICKET_STATE', () => choose(ticket, { edit: 'cap', scope: true }, everybody));
  const once = await ticketWith({ scope: null });
  await throwsWithCode('TICKET_STATE', () => choose(once, { scope: true }, everybody));
});

test('the entry of an approval names the choice', async () => {
  assert.equal(choiceNote(await ticketWith({}), {}), '');
  assert.equal(choiceNote(await ticketWith({ edit: 'cap' }), {}), 'with the edit cap; ');
  assert.equal(choiceNote(await ticketWith({}), { scope: true }), 'and for later requests like it; ');
});
