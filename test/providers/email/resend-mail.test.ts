// Resend's message: strings or lists, with or without names, and nothing that could be read otherwise.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readJson } from '../../../src/classify/strict-json.ts';
import { recipientsOf } from '../../../src/providers/email/mail-message.ts';
import { readResendMail } from '../../../src/providers/email/resend-mail.ts';

const PLAIN = { from: 'S <s@acme.example>', to: 'b@ex.com', subject: 'Hi' };

function read(parts: object): string | null {
  const reading = readJson(Buffer.from(JSON.stringify({ ...PLAIN, ...parts })));
  assert.ok(reading.problem === null);
  const message = readResendMail(reading.value);
  return message === null
    ? null
    : `${message.sender?.address} > ${recipientsOf(message)
        .map((one) => one.address)
        .join(' ')}`;
}

test('recipients are collected from every shape', () => {
  assert.equal(read({}), 's@acme.example > b@ex.com');
  assert.equal(
    read({ to: ['B <b@ex.com>', 'c@ex.com'], cc: 'd@ex.com', bcc: ['e@ex.com'] }),
    's@acme.example > b@ex.com c@ex.com d@ex.com e@ex.com',
  );
  assert.equal(read({ to: [], bcc: 'e@ex.com', cc: null }), 's@acme.example > e@ex.com');
  assert.equal(read({ to: [] }), 's@acme.example > ', 'nobody: sendActions refuses to read that');
  assert.equal(read({ to: 'T: b@ex.com, c@ex.com;' }), 's@acme.example > b@ex.com c@ex.com');
});

test('whatever leaves a sender or recipient in doubt is not read', () => {
  for (const parts of [
    { from: null },
    { subject: 'Hi\r\nBcc: eve@evil.example' },
    { reply_to: ['r@ex.com\nBcc: eve@evil.example'] },
    { from: ['s@acme.example'] },
    { from: 's@acme.example, t@ex.com' },
    { from: '' },
    { from: 'x', template: { id: 't' } },
    { reply_to: 'nobody' },
    { attachments: [{ path: 'file:///etc/passwd' }] },
    { to: 5 },
    { to: [['b@ex.com']] },
    { to: { email: 'b@ex.com' } },
    { to: 'nobody' },
    { to: Array(5001).fill('b@ex.com') },
    { to: Array(6).fill(Array(1000).fill('b@ex.com').join()) },
    { to: ['b@ex.com', ''] },
    { TO: 'e@evil.example' },
    { Bcc: 'e@evil.example' },
    { headers: { Bcc: 'e@evil.example' } },
    { attachments: 'x' },
  ]) {
    assert.equal(read(parts), null, JSON.stringify(parts));
  }
});

test('a template may bring its own sender, and hides the subject', () => {
  assert.equal(read({ from: null, template: { id: 't' } }), 'undefined > b@ex.com');
});
