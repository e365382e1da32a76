// A tool that sends mail: the facts of a mail, or none of them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { did } from './tools-fixture.ts';

const MAIL =
  't: { action: email.send, to: to, cc: cc, bcc: bcc, sender: from, replyTo: reply, subject: subject, attachments: files }';

test('a call is the mail that it would send', () => {
  const action = did(MAIL, {
    to: 'Ann <ann@example.com>, bob@example.org',
    cc: ['cy@example.com'],
    bcc: [{ email: 'dee@example.net', name: 'Dee' }],
    from: 'Bot <bot@example.com>',
    reply: 'help@example.com',
    subject: 'Hi',
    body: 'text',
    files: ['/tmp/report.pdf', 'https://files.example.org/a'],
  });
  assert.equal(action.name, 'email.send');
  assert.deepEqual(action.resource, { type: 'Mailbox', id: 'bot@example.com' });
  assert.deepEqual(action.parents, [{ type: 'Domain', id: 'example.com' }]);
  assert.deepEqual(action.facts, {
    host: 'api.openai.com',
    method: 'CALL',
    path: '/tools/t',
    inspected: true,
    sender: 'bot@example.com',
    senderDomain: 'example.com',
    recipientsKnown: true,
    recipients: ['ann@example.com', 'bob@example.org', 'cy@example.com', 'dee@example.net'],
    domains: ['example.com', 'example.net', 'example.org'],
    recipientCount: 4,
    to: ['ann@example.com', 'bob@example.org'],
    cc: ['cy@example.com'],
    bcc: ['dee@example.net'],
    replyTo: ['help@example.com'],
    replyToDomains: ['example.com'],
    attachments: ['/tmp/report.pdf', 'https://files.example.org/a'],
    attachmentCount: 2,
    attachmentTypes: ['unknown'],
    attachmentUrls: ['https://files.example.org/a'],
    attachmentHosts: ['files.example.org'],
    subject: 'Hi',
    templated: false,
    scheduled: false,
    sandbox: false,
    messageCount: 1,
  });
});

test('a sender that the tool has itself is not named', () => {
  const { resource, facts } = did(MAIL, { to: 'ann@example.com' });
  assert.deepEqual(resource, { type: 'Mailbox', id: 'unknown' });
  assert.deepEqual([facts['inspected'], facts['sender'], facts['recipients']], [true, undefined, ['ann@example.com']]);
  assert.equal(
    did('t: { action: email.send, to: to, sender: { value: bot@example.com } }', { to: 'a@example.com' }).resource.id,
    'bot@example.com',
  );
});

const UNREAD: readonly (object | string)[] = [
  {},
  { to: null },
  { to: [] },
  { to: 'nobody' },
  { to: 7 },
  { to: { email: 'a@example.com', Email: 'b@example.org' } },
  { to: ['a@example.com', 7] },
  { to: 'a@example.com', To: 'b@example.org' },
  { to: 'a@example.com', Bcc: 'b@example.org' },
  { to: 'a@example.com', bcc: 'b@example.org\r\nx' },
  { to: 'a@example.com', cc: false },
  { to: 'a@example.com', from: ['a@example.com'] },
  { to: 'a@example.com', subject: 'Hi\nBcc: b@example.org' },
  { to: 'a@example.com', subject: 7 },
  { to: 'a@example.com', reply: 7 },
  { to: 'a@example.com', files: 7 },
  { to: 'a@example.com', files: [7] },
  { to: 'a@example.com', files: ['http://'] },
  { to: '{{email}}@example.com' },
  '{"to":"a@example.com","to":"b@example.org"}',
  '{"to":"a@example.com"',
];

test('a call that could be read otherwise names nobody', () => {
  for (const args of UNREAD) {
    const { name, resource, facts } = did(MAIL, args);
    assert.deepEqual([name, resource.id], ['email.send', 'unknown'], JSON.stringify(args));
    assert.deepEqual(
      facts,
      { host: 'api.openai.com', method: 'CALL', path: '/tools/t', inspected: false, recipientsKnown: false },
      JSON.stringify(args),
    );
  }
  assert.equal(did(MAIL, { to: 'a@example.com' }, { sure: false }).facts['inspected'], false);
});

test('an object that is not on the way to a field may hold anything, unless the mapping is strict', () => {
  const nested = 't: { action: email.send, to: /mail/to, ignore: [/mail/body, tags], strict: true }';
  assert.equal(did(nested, { mail: { to: 'a@example.com', body: { html: 'x' } }, tags: [1] }).facts['inspected'], true);
  for (const args of [
    { mail: { to: 'a@example.com', webhook: 'https://x.example' } },
    { mail: { to: 'a@example.com' }, on_behalf_of: 'b' },
    { mail: { to: 'a@example.com' }, Tags: [] },
  ])
    assert.equal(did(nested, args).facts['inspected'], false, JSON.stringify(args));
  assert.equal(
    did(nested.replace('strict: true', 'strict: false'), { mail: { to: 'a@example.com', x: 1 }, y: 2 }).facts['inspected'],
    true,
  );
});
