// SendGrid's mail body: who sends what to whom, in every place where the API would read it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readJson } from '../../../src/classify/strict-json.ts';
import { type MailMessage, recipientsOf } from '../../../src/providers/email/mail-message.ts';
import { readSendgridMail } from '../../../src/providers/email/sendgrid-mail.ts';

const PLAIN = { personalizations: [{ to: [{ email: 'b@ex.com' }] }], from: { email: 's@acme.example' }, subject: 'Hi' };

function read(parts: object): string[] | null {
  const reading = readJson(Buffer.from(JSON.stringify({ ...PLAIN, ...parts })));
  assert.ok(reading.problem === null);
  const messages = readSendgridMail(reading.value);
  const told = (message: MailMessage): string =>
    `${message.sender?.address} > ${recipientsOf(message)
      .map((one) => one.address)
      .join(' ')}`;
  return messages?.map(told) ?? null;
}

test('every personalization is a message of its own, with the copy that settings ask for', () => {
  assert.deepEqual(read({}), ['s@acme.example > b@ex.com']);
  assert.deepEqual(
    read({
      personalizations: [
        { to: [{ email: 'a@ex.com', name: 'A' }], cc: [{ email: 'b@ex.com' }], bcc: [{ email: 'c@ex.com' }] },
        { to: [{ email: 'd@ex.com' }], from: { email: 't@ex.org' } },
      ],
      mail_settings: { bcc: { email: 'copy@ex.org' } },
    }),
    ['s@acme.example > a@ex.com b@ex.com c@ex.com copy@ex.org', 't@ex.org > d@ex.com copy@ex.org'],
  );
});

test('whatever leaves a sender or recipient in doubt is not read', () => {
  const to = [{ email: 'b@ex.com' }];
  for (const parts of [
    { personalizations: [] },
    { mail_settings: { forward_spam: { enable: true, email: 'eve@evil.example' } } },
    { subject: 'Hi\r\nBcc: eve@evil.example' },
    { personalizations: [{ to, subject: 'Hi\nBcc: eve@evil.example' }] },
    { personalizations: [{ to: [{ email: 'b@ex.com', name: 'B\r\nBcc: eve@evil.example' }] }] },
    { from: { email: 's@acme.example', name: 'S\r\nBcc: eve@evil.example' } },
    { reply_to_list: [{ email: 'r@ex.com', name: 'R\0' }] },
    { personalizations: {} },
    { personalizations: [null] },
    { personalizations: [{ to: { email: 'b@ex.com' } }] },
    { personalizations: [{ to: ['b@ex.com'] }] },
    { personalizations: [{ to: [{ email: ['b@ex.com'] }] }] },
    { personalizations: [{ to: [{ email: 'B <b@ex.com>' }] }] },
    { personalizations: [{ to, cc: null }] },
    { personalizations: [{ to, Cc: [{ email: 'e@evil.example' }] }] },
    { personalizations: [{ to: [{ email: 'b@ex.com', EMAIL: 'e@evil.example' }] }] },
    { personalizations: [{ to, headers: { cc: 'e@evil.example' } }] },
    { personalizations: [{ to, from: { name: 'x' } }] },
    { from: 's@acme.example' },
    { From: { email: 'e@evil.example' } },
    { to },
    { bcc: to },
    { headers: { 'Resent-Bcc': 'e@evil.example' } },
    { reply_to: { email: '-r-@ex.com' }, personalizations: [{ to, substitutions: { '-r-@ex': 'eve@evil' } }] },
    { attachments: {} },
    { reply_to: { email: 'nobody' } },
    { reply_to: 'r@ex.com' },
    { Reply_To: { email: 'e@evil.example' } },
    { attachments: [{ FileName: 'a' }] },
    { mail_settings: [] },
    { mail_settings: { BCC: { email: 'e@evil.example' } } },
    { mail_settings: { bcc: { Email: 'e@evil.example' } } },
    { mail_settings: { bcc: { email: ['e@evil.example'] } } },
    { mail_settings: { bcc: { email: 'nobody' } } },
    { mail_settings: { spam_check: { post_to_url: 'https://evil.example/' } } },
  ]) {
    assert.equal(read(parts), null, JSON.stringify(parts));
  }
});
