// email.send: one action for each sender and subject, never fewer recipients than the request has.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBareAddress } from '../../../src/classify/email-address.ts';
import { type MailMessage, sendActions, unknownMailWrite, unreadSend } from '../../../src/providers/email/email-action.ts';
import { fixtureRequest } from '../../support/fixture-request.ts';

const { view } = fixtureRequest(Buffer.from('POST /v3/mail/send HTTP/1.1\r\nHost: api.sendgrid.com\r\n\r\n'));

function message(sender: string, recipients: string[], parts: Partial<MailMessage> = {}): MailMessage {
  const address = (text: string): NonNullable<ReturnType<typeof readBareAddress>> => readBareAddress(text) ?? assert.fail(text);
  return {
    sender: address(sender),
    recipients: recipients.map(address),
    subject: 'Hi',
    attachments: [],
    sandbox: false,
    ...parts,
  };
}

test('names the mailbox in its domains, with every fact', () => {
  assert.deepEqual(
    sendActions(view, [
      message('Support@mail.acme.example', ['b@ex.com', 'a@ex.org', 'B@ex.com'], { attachments: ['x.pdf', 'x.pdf'] }),
    ]),
    [
      {
        name: 'email.send',
        resource: { type: 'Mailbox', id: 'support@mail.acme.example' },
        parents: [
          { type: 'Domain', id: 'mail.acme.example' },
          { type: 'Domain', id: 'acme.example' },
        ],
        facts: {
          host: 'api.sendgrid.com',
          method: 'POST',
          path: '/v3/mail/send',
          inspected: true,
          sender: 'support@mail.acme.example',
          senderDomain: 'mail.acme.example',
          recipients: ['a@ex.org', 'b@ex.com'],
          domains: ['ex.com', 'ex.org'],
          recipientCount: 2,
          attachments: ['x.pdf'],
          attachmentCount: 2,
          sandbox: false,
          subject: 'Hi',
        },
      },
    ],
  );
});

test('messages alike are one action, another sender, subject or sandbox is another', () => {
  const actions = sendActions(view, [
    message('s@ex.com', ['a@ex.com']),
    message('s@ex.com', ['b@ex.org']),
    message('t@ex.com', ['c@ex.com']),
    message('s@ex.com', ['d@ex.com'], { subject: 'secret' }),
    message('s@ex.com', ['e@ex.com'], { sandbox: true }),
  ]);
  assert.deepEqual(
    actions.map((action) => action.facts['recipients']),
    [['a@ex.com', 'b@ex.org'], ['c@ex.com'], ['d@ex.com'], ['e@ex.com']],
  );
});

test('more different messages than can be judged are uninspected', () => {
  const many = Array.from({ length: 101 }, (_, i) => message('s@ex.com', ['a@ex.com'], { subject: `${i}` }));
  assert.deepEqual(sendActions(view, many), [unreadSend(view)]);
  assert.equal(sendActions(view, many.slice(0, 100)).length, 100);
});

test('a subject is cut where it is long, and always well formed', () => {
  const [action] = sendActions(view, [message('s@ex.com', ['a@ex.com'], { subject: `${'x'.repeat(199)}😀\ud800` })]);
  const subject = action?.facts['subject'];
  assert.ok(typeof subject === 'string' && subject.isWellFormed() && subject.length === 200);
});

test('what was not read grants nothing', () => {
  assert.deepEqual(unreadSend(view).resource, { type: 'Mailbox', id: 'unknown' });
  assert.equal(unreadSend(view).facts['inspected'], false);
  assert.equal(unreadSend(view).facts['domains'], undefined);
  assert.deepEqual(unknownMailWrite(view, true).resource, { type: 'Host', id: 'api.sendgrid.com' });
});
