// email.send: one action for each sender and subject, never fewer recipients than the request has.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MailAddress, readBareAddress } from '../../../src/classify/email-address.ts';
import { campaignAction, sendActions, unknownMailWrite, unreadSend } from '../../../src/providers/email/email-action.ts';
import type { MailMessage } from '../../../src/providers/email/mail-message.ts';
import { fixtureRequest } from '../../support/fixture-request.ts';

const { view } = fixtureRequest(Buffer.from('POST /v3/mail/send HTTP/1.1\r\nHost: api.sendgrid.com\r\n\r\n'));

function address(text: string): MailAddress {
  return readBareAddress(text) ?? assert.fail(text);
}

function message(sender: string, recipients: string[], parts: Partial<MailMessage> = {}): MailMessage {
  return {
    sender: address(sender),
    to: recipients.map(address),
    cc: [],
    bcc: [],
    replyTo: [],
    attachments: [],
    subject: 'Hi',
    ...parts,
  };
}

test('names the mailbox in its domains, with every fact', () => {
  assert.deepEqual(
    sendActions(view, [
      message('Support@mail.acme.example', ['b@ex.com', 'a@ex.org', 'B@ex.com'], {
        cc: [address('c@ex.com')],
        bcc: [address('d@ex.net')],
        envelope: [address('e@ex.net')],
        envelopeSender: address('bounce@acme.example'),
        replyTo: [address('r@ex.org')],
        attachments: [
          { name: 'x.pdf', type: 'application/pdf', bytes: 3 },
          { name: 'x.pdf', bytes: 4 },
        ],
        templated: true,
        scheduled: true,
      }),
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
          envelopeSender: 'bounce@acme.example',
          recipientsKnown: true,
          recipients: ['a@ex.org', 'b@ex.com', 'c@ex.com', 'd@ex.net', 'e@ex.net'],
          domains: ['ex.com', 'ex.net', 'ex.org'],
          recipientCount: 5,
          to: ['a@ex.org', 'b@ex.com'],
          cc: ['c@ex.com'],
          bcc: ['d@ex.net'],
          envelope: ['e@ex.net'],
          replyTo: ['r@ex.org'],
          replyToDomains: ['ex.org'],
          attachments: ['x.pdf'],
          attachmentCount: 2,
          attachmentTypes: ['application/pdf', 'unknown'],
          attachmentBytes: 7,
          attachmentUrls: [],
          attachmentHosts: [],
          templated: true,
          scheduled: true,
          sandbox: false,
          messageCount: 1,
          subject: 'Hi',
        },
      },
    ],
  );
});

test('recipients that the request does not all name are not named at all', () => {
  const [action] = sendActions(view, [message('s@ex.com', ['a@ex.com'], { recipientsKnown: false })]);
  assert.equal(action?.facts['recipientsKnown'], false);
  assert.equal(action?.facts['inspected'], true);
  for (const fact of ['recipients', 'domains', 'recipientCount', 'to', 'cc', 'bcc'])
    assert.equal(action?.facts[fact], undefined, fact);
});

test('what the vendor keeps is not said to be nothing', () => {
  const { replyTo: _replyTo, attachments: _attachments, ...stored } = message('s@ex.com', ['a@ex.com']);
  const [action] = sendActions(view, [stored]);
  for (const fact of ['replyTo', 'replyToDomains', 'attachments', 'attachmentCount', 'attachmentBytes', 'attachmentHosts'])
    assert.equal(action?.facts[fact], undefined, fact);
});

test('a message to nobody was not understood, and spoils the others', () => {
  assert.deepEqual(sendActions(view, [message('s@ex.com', ['a@ex.com']), message('s@ex.com', [])]), [unreadSend(view)]);
});

test('an address that the vendor would fill in was not understood', () => {
  for (const parts of [
    {},
    { sender: address('{{who}}@ex.com') },
    { replyTo: [address('*|WHO|*@ex.com')] },
    { envelopeSender: address('%recipient.x%@ex.com') },
  ])
    assert.equal(
      sendActions(view, [message('s@ex.com', ['a@ex.com'], parts)])[0]?.facts['inspected'],
      Object.keys(parts).length === 0,
    );
  assert.deepEqual(sendActions(view, [message('s@ex.com', ['{{to}}@ex.com'])]), [unreadSend(view)]);
});

test('without a From there is no mailbox, and nothing that names one', () => {
  const [action] = sendActions(view, [message('s@ex.com', ['a@ex.com'], { sender: null })]);
  assert.deepEqual(action?.resource, { type: 'Mailbox', id: 'unknown' });
  assert.deepEqual(action?.parents, []);
  assert.equal(action?.facts['sender'], undefined);
});

test('an attachment of unknown size leaves no sum, and a fetched one names its host', () => {
  const url = new URL('https://files.example/a?token=1');
  const [action] = sendActions(view, [
    message('s@ex.com', ['a@ex.com'], {
      attachments: [
        { name: 'a', bytes: 3 },
        { name: 'b', url },
      ],
    }),
  ]);
  assert.equal(action?.facts['attachmentBytes'], undefined);
  assert.deepEqual(action?.facts['attachmentUrls'], ['https://files.example/a?token=1']);
  assert.deepEqual(action?.facts['attachmentHosts'], ['files.example']);
});

test('a campaign says what is started, for whom as far as the request tells', () => {
  const { name, facts, resource } = campaignAction(view, { operation: 'send', campaign: '7', lists: ['b', 'a', 'a'] }, true);
  assert.equal(name, 'email.campaign');
  assert.deepEqual(resource, { type: 'Host', id: 'api.sendgrid.com' });
  assert.deepEqual([facts['operation'], facts['campaign'], facts['lists']], ['send', '7', ['a', 'b']]);
  assert.equal(campaignAction(view, { operation: 'test', lists: ['a'] }, false).facts['lists'], undefined);
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
