// Who may stay: whole domains, and nobody hidden becomes visible to others.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAddressList } from '../../../src/classify/email-address.ts';
import { keepRecipients, nobodyLeft, type Recipient } from '../../../src/providers/email/keep-recipients.ts';
import { throwsWithCode } from '../../support/throws-with-code.ts';

function people(...entries: string[]): Recipient[] {
  return entries.map((entry) => ({ entry, addresses: readAddressList(entry) ?? [] }));
}

const domains = new Set(['ex.com']);

test('domains are compared whole', () => {
  const kept = keepRecipients(
    { to: people('a@ex.com', 'b@sub.ex.com', 'c@evilex.com', 'd@ex.com.evil.example'), cc: [], bcc: [] },
    domains,
  );
  assert.deepEqual(
    kept.lists?.to.map((recipient) => recipient.entry),
    ['a@ex.com'],
  );
  assert.equal(kept.changed.length, 3);
});

test('a list where everybody may stay is handed back as it is, even without a `to`', () => {
  const lists = { to: [], cc: people('a@ex.com'), bcc: [] };
  assert.deepEqual(keepRecipients(lists, domains), { lists, changed: [] });
});

test('several hidden recipients are not shown to each other', async () => {
  await throwsWithCode('CONSTRAINT_FAILED', () =>
    keepRecipients({ to: people('e@evil.example'), cc: [], bcc: people('a@ex.com', 'b@ex.com') }, domains),
  );
  const kept = keepRecipients(
    { to: people('e@evil.example'), cc: people('c@ex.com'), bcc: people('a@ex.com', 'b@ex.com') },
    domains,
  );
  assert.deepEqual([kept.lists?.to.length, kept.lists?.cc.length, kept.lists?.bcc.length], [1, 0, 2]);
});

test('nobody left is null, and the error says what to do', () => {
  assert.equal(keepRecipients({ to: people('e@evil.example'), cc: [], bcc: [] }, domains).lists, null);
  assert.match(nobodyLeft().hint ?? '', /send only to/);
});
