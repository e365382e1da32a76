// The JSON and form APIs for mail.

import type sendgridMailer from '@sendgrid/mail';
import type * as Brevo from '@getbrevo/brevo';
import type { EmailClient } from '@azure/communication-email';
import type { ServerClient } from 'postmark';
import type { Resend } from 'resend';
import { type MandrillClient, type SparkPostClient, mandrillClient, sparkPostClient } from '../support/untyped-mail-sdks.ts';
import { given, type Vendor, vendor } from './vendor.ts';

const support = 'Support <support@acme.example>';
const bare = 'support@acme.example';

const sendgrid = vendor<typeof sendgridMailer>({
  folder: 'sendgrid',
  sdk: '@sendgrid/mail',
  open: async () => {
    const { default: service } = await import('@sendgrid/mail');
    service.setApiKey('SG.x');
    return service;
  },
  answer: () => ({ status: 202, body: '' }),
  calls: {
    'hit-send': (s) => s.send(sendgridMail({})),
    'hit-send-cc-bcc': (s) =>
      s.send(sendgridMail({ to: { email: 'b@ex.com' }, cc: { email: 'C@Ex.com' }, bcc: { email: 'eve@evil.example' } })),
    'hit-send-reply-to': (s) =>
      s.send(
        sendgridMail({
          personalizations: [{ to: [{ email: 'b@ex.com' }], sendAt: 5 }],
          from: { email: bare },
          replyTo: { email: 'r@evil.example' },
          attachments: [{ content: 'aGV5', type: 'text/plain', filename: 'a.txt' }],
        }),
      ),
    'hit-send-sandbox': (s) => s.send(sendgridMail({ mailSettings: { sandboxMode: { enable: true } } })),
    'hit-send-settings-bcc': (s) => s.send(sendgridMail({ mailSettings: { bcc: { enable: true, email: 'eve@evil.example' } } })),
    'hit-send-template': (s) => s.send(sendgridMail({ templateId: 'd-1' })),
    'hit-send-harmless-header': (s) => s.send(sendgridMail({ headers: { 'X-Order': '6735' } })),
  },
});

function sendgridMail(more: object) {
  const plain = { to: { email: 'b@ex.com', name: 'B' }, from: { email: bare, name: 'Support' }, subject: 'Hi', text: 'x' };
  return { ...plain, ...more };
}

const resend = vendor<Resend>({
  folder: 'resend',
  sdk: 'resend',
  open: async () => {
    const { Resend: Client } = await import('resend');
    return new Client('re_x');
  },
  answer: () => ({ body: { id: 'em_1', data: [] } }),
  calls: {
    'hit-send': (r) => r.emails.send(resendMail({})),
    'hit-send-lists': (r) =>
      r.emails.send(
        resendMail({ to: ['b@ex.com', 'C <c@ex.org>'], cc: 'd@ex.com', bcc: ['eve@evil.example'], replyTo: 'x@y.example' }),
      ),
    'hit-send-attachments': (r) =>
      r.emails.send(
        resendMail({ attachments: [{ filename: 'a.txt', content: 'eA==' }, { path: 'https://files.example/b.pdf' }] }),
      ),
    'hit-send-template': (r) => r.emails.send(given({ from: bare, to: ['b@ex.com'], template: { id: 't_1' } })),
    'hit-batch': (r) =>
      r.batch.send([
        resendMail({}),
        resendMail({ to: 'c@ex.org' }),
        resendMail({ to: 'd@ex.com', subject: 'Other' }),
        resendMail({ from: 'ceo@acme.example', to: 'e@ex.com' }),
      ]),
    'hit-broadcast-send': (r) => r.broadcasts.send('b_1', { scheduledAt: 'in 1 min' }),
    'hit-reschedule': (r) => r.emails.update({ id: 'em_1', scheduledAt: 'in 1 min' }),
    'hit-event-send': (r) => r.events.send(given({ event: 'signup' })),
  },
});

function resendMail(more: object) {
  return { from: support, to: 'b@ex.com', subject: 'Hi', html: '<p>x</p>', ...more };
}

const postmark = vendor<ServerClient>({
  folder: 'postmark',
  sdk: 'postmark',
  open: async () => {
    const { ServerClient: Client } = await import('postmark');
    return new Client('x');
  },
  calls: {
    'hit-send': (p) =>
      p.sendEmail({
        From: support,
        To: '"B, C" <b@ex.com>, d@ex.com',
        Subject: 'Hi',
        TextBody: 'x',
        Cc: 'c@ex.org',
        Bcc: 'e@ex.net',
        ReplyTo: 'r@acme.example',
        Headers: [{ Name: 'X-A', Value: '1' }],
        Attachments: [{ Name: 'a.txt', Content: 'aGV5', ContentType: 'text/plain', ContentID: '' }],
        MessageStream: 'outbound',
      }),
    'hit-template': (p) =>
      p.sendEmailWithTemplate({ From: support, To: 'b@ex.com', TemplateAlias: 'welcome', TemplateModel: { a: 1 } }),
    'hit-bulk': (p) =>
      p.sendBulkEmail(
        given({
          From: support,
          Subject: 'Hi {{n}}',
          TextBody: 'x',
          MessageStream: 'broadcast',
          Messages: [
            { To: 'b@ex.com', TemplateModel: { n: 1 } },
            { To: 'c@ex.org', Bcc: 'e@ex.net' },
          ],
        }),
      ),
    'hit-batch': (p) =>
      p.sendEmailBatch(
        [
          ['b@ex.com', 'Hi'],
          ['eve@evil.example', 'Hi'],
          ['c@ex.com', 'Hi'],
          ['c@ex.com', 'Other'],
        ].map(([To, Subject]) => given({ From: support, To, Subject, TextBody: 'x' })),
      ),
    'hit-batch-templates': (p) =>
      p.sendEmailBatchWithTemplates(
        ['b@ex.com', 'c@ex.org'].map((To) => ({ From: support, To, TemplateId: 5, TemplateModel: {} })),
      ),
  },
});

const mandrill = vendor<MandrillClient>({
  folder: 'mandrill',
  sdk: '@mailchimp/mailchimp_transactional',
  open: () => mandrillClient('md-key'),
  answer: () => ({ body: [] }),
  calls: {
    'hit-send': (m) =>
      m.messages.send({
        message: {
          from_email: bare,
          from_name: 'S',
          to: [
            { email: 'b@ex.com', name: 'B', type: 'to' },
            { email: 'c@ex.org', type: 'cc' },
            { email: 'eve@evil.example', type: 'bcc' },
          ],
          bcc_address: 'copy@ex.net',
          subject: 'Hi',
          text: 'x',
          headers: { 'Reply-To': 'r@acme.example' },
          attachments: [{ type: 'text/plain', name: 'a.txt', content: 'aGV5' }],
          images: [{ type: 'image/png', name: 'i', content: 'aGk=' }],
        },
      }),
    'hit-template': (m) =>
      m.messages.sendTemplate({
        template_name: 't',
        template_content: [],
        message: { to: [{ email: 'b@ex.com' }] },
        send_at: '2027-01-01 00:00:00',
      }),
    'hit-raw': (m) =>
      m.messages.sendRaw({
        raw_message: `From: ${bare}\r\nTo: b@ex.com\r\nX-MC-BccAddress: eve@evil.example\r\nSubject: Hi\r\n\r\nx\r\n`,
        to: ['d@ex.net'],
      }),
  },
});

const sparkpost = vendor<SparkPostClient>({
  folder: 'sparkpost',
  sdk: 'sparkpost',
  open: () => sparkPostClient('sp-key', {}),
  calls: {
    'hit-send': ({ transmissions }) =>
      transmissions.send({
        content: { from: support, subject: 'Hi', text: 'x' },
        recipients: [{ address: 'b@ex.com' }, { address: 'C <c@ex.com>' }],
      }),
    'hit-cc-bcc': ({ transmissions }) =>
      transmissions.send({
        content: {
          from: { email: bare, name: 'S' },
          subject: 'Hi',
          text: 'x',
          reply_to: 'r@acme.example',
          attachments: [{ name: 'a.txt', type: 'text/plain', data: 'aGV5' }],
        },
        recipients: [{ address: 'b@ex.com' }],
        cc: [{ address: 'c@ex.org' }],
        bcc: [{ address: 'eve@evil.example' }],
        options: { sandbox: true, start_time: '2027-01-01T00:00:00Z' },
        return_path: 'bounce@acme.example',
      }),
    'hit-list': ({ transmissions }) =>
      transmissions.send({ content: { from: support, subject: 'Hi', text: 'x' }, recipients: { list_id: 'all' } }),
    'hit-raw': ({ transmissions }) =>
      transmissions.send({
        content: { email_rfc822: `From: ${support}\r\nTo: b@ex.com\r\nCc: c@ex.org\r\nSubject: Hi\r\n\r\nx\r\n` },
        recipients: [{ address: { email: 'd@ex.net' } }],
      }),
    'hit-template': ({ transmissions }) =>
      transmissions.send({ content: { template_id: 't' }, recipients: [{ address: { email: 'b@ex.com' } }] }),
  },
});

const brevo = vendor<Brevo.BrevoClient>({
  folder: 'brevo',
  sdk: '@getbrevo/brevo',
  open: async () => {
    const { BrevoClient } = await import('@getbrevo/brevo');
    return new BrevoClient({ apiKey: 'x', maxRetries: 0 });
  },
  calls: {
    'hit-send': (b) =>
      b.transactionalEmails.sendTransacEmail({
        sender: { email: bare, name: 'S' },
        to: [{ email: 'b@ex.com', name: 'B' }],
        cc: [{ email: 'c@ex.org' }],
        bcc: [{ email: 'e@ex.net' }],
        replyTo: { email: 'r@acme.example' },
        subject: 'Hi',
        textContent: 'x',
        attachment: [{ name: 'a.txt', content: 'aGV5' }, { url: 'https://files.example/b.pdf' }],
        headers: { 'X-Sib-Sandbox': 'drop' },
        scheduledAt: '2027-01-01T00:00:00.000Z',
      }),
    'hit-versions': (b) =>
      b.transactionalEmails.sendTransacEmail({
        sender: { email: bare },
        subject: 'Hi',
        textContent: 'x',
        messageVersions: [
          { to: [{ email: 'b@ex.com' }], subject: 'One' },
          { to: [{ email: 'c@ex.org' }], bcc: [{ email: 'eve@evil.example' }] },
        ],
      }),
    'hit-campaign-now': (b) => b.emailCampaigns.sendEmailCampaignNow({ campaignId: 7 }),
  },
});

const azure = vendor<EmailClient>({
  folder: 'azure-email',
  sdk: '@azure/communication-email',
  open: async () => {
    const { EmailClient: Client } = await import('@azure/communication-email');
    return new Client('endpoint=https://acme.communication.azure.com/;accesskey=aw==', { retryOptions: { maxRetries: 0 } });
  },
  answer: () => ({ body: { id: 'x', status: 'Succeeded' } }),
  calls: {
    'hit-send': (a) =>
      a.beginSend({
        headers: { 'x-a': '1' },
        senderAddress: bare,
        content: { subject: 'Hi', plainText: 'x' },
        recipients: {
          to: [{ address: 'b@ex.com', displayName: 'B' }],
          cc: [{ address: 'c@ex.org' }],
          bcc: [{ address: 'e@ex.net' }],
        },
        attachments: [{ name: 'a.txt', contentType: 'text/plain', contentInBase64: 'aGV5' }],
        replyTo: [{ address: 'r@acme.example' }],
      }),
  },
});

export const mailVendors: readonly Vendor[] = [sendgrid, resend, postmark, mandrill, sparkpost, brevo, azure];
