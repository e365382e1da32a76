// Raw messages in the normal form: one sender, all recipients, every name of a file.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mimeMail } from '../../../src/providers/email/mime-mail.ts';

const mail = (text: string) => mimeMail(Buffer.from(text.replaceAll('\n', '\r\n')));

test('a message is what it says it is', () => {
  const read = mail('From: a@ex.com\nReturn-Path: <b@ex.org>\nTo: c@ex.com\nSubject: s\n\nx');
  assert.equal(read?.sender?.address, 'a@ex.com');
  assert.equal(read?.envelopeSender?.address, 'b@ex.org');
  assert.deepEqual(read?.to, [{ address: 'c@ex.com', domain: 'ex.com' }]);
  assert.equal(mail('To: c@ex.com\n\nx')?.sender, null);
});

test('every name of a file is kept', () => {
  const read = mail('To: c@ex.com\nContent-Type: text/plain; name=a.txt\nContent-Disposition: attachment; filename=a.exe\n\nx');
  assert.deepEqual(read?.attachments, [{ name: 'a.exe', otherNames: ['a.txt'], type: 'text/plain', bytes: 1 }]);
});

test('no one sender, no message', () => {
  assert.equal(mail('From: a@ex.com, b@ex.com\nTo: c@ex.com\n\nx'), null);
  assert.equal(mail('From: a@ex.com\nSender: b@ex.com\nTo: c@ex.com\n\nx'), null);
  assert.equal(mail('From: a@ex.com\nSender: a@ex.com\nTo: c@ex.com\n\nx')?.sender?.address, 'a@ex.com');
  assert.equal(mail('From: a@ex.com\nhello\n\nx'), null);
});
