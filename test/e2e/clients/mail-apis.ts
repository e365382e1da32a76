// The real SDKs of the mail APIs: for each vendor and recipient that the argument names, one small mail. `base` leads straight to the
// origin. Each call is told by itself; only the SDKs that are asked for are loaded, since each takes a second.

import { mandrillClient, sparkPostClient } from '../../support/untyped-mail-sdks.ts';
import { reportCalls, url } from './calls.ts';

const from = 'bot@example.com';
const subject = 'Hi';

const CALLS: Readonly<Record<string, (to: string) => Promise<unknown>>> = {
  async postmark(to) {
    const { ServerClient } = await import('postmark');
    const client = new ServerClient('t', url === undefined ? {} : { requestHost: url.replace('https://', '') });
    return client.sendEmail({ From: from, To: to, Subject: subject, TextBody: 'x' });
  },
  /** One message to each of the addresses between commas. */
  async postmarkBatch(all) {
    const { ServerClient } = await import('postmark');
    const messages = all.split(',').map((to) => ({ From: from, To: to, Subject: subject, TextBody: 'x' }));
    return { answers: await new ServerClient('t').sendEmailBatch(messages) };
  },
  async brevo(to) {
    const { BrevoClient } = await import('@getbrevo/brevo');
    const client = new BrevoClient({ apiKey: 'k', ...(url === undefined ? {} : { baseUrl: `${url}/v3` }) });
    return client.transactionalEmails.sendTransacEmail({
      sender: { email: from },
      to: [{ email: to }],
      subject,
      textContent: 'x',
    });
  },
  /** It hands errors back as results. */
  async mandrill(to) {
    const client = mandrillClient('k');
    if (url !== undefined) client.basePath = `${url}/api/1.3`;
    const result = await client.messages.send({
      message: { from_email: from, to: [{ email: to, type: 'to' }], subject, text: 'x' },
    });
    if (result instanceof Error) throw result;
    return result;
  },
  sparkpost: (to) =>
    sparkPostClient('k', url === undefined ? {} : { endpoint: url }).transmissions.send({
      content: { from, subject, text: 'x' },
      recipients: [{ address: to }],
    }),
  async azure(to) {
    const { EmailClient } = await import('@azure/communication-email');
    const client = new EmailClient(`endpoint=${url ?? 'https://acme.communication.azure.com'}/;accesskey=aw==`);
    await client.beginSend({ senderAddress: from, content: { subject, plainText: 'x' }, recipients: { to: [{ address: to }] } });
  },
  async mailgun(to) {
    const { default: Mailgun } = await import('mailgun.js');
    const attachment = { data: Buffer.from([0, 13, 10, 255]), filename: 'a.bin' };
    return new Mailgun.default(FormData)
      .client({ username: 'api', key: 'k', ...(url === undefined ? {} : { url }) })
      .messages.create('mg.example.com', { from, to: [to], subject, text: 'x', attachment });
  },
  async ses(to) {
    const { SESClient, SendEmailCommand } = await import('@aws-sdk/client-ses');
    const Message = { Subject: { Data: subject }, Body: { Text: { Data: 'x' } } };
    const { awsOptions } = await import('./aws-options.ts');
    return new SESClient(awsOptions).send(new SendEmailCommand({ Source: from, Destination: { ToAddresses: [to] }, Message }));
  },
  async sesv2(to) {
    const { SESv2Client, SendEmailCommand } = await import('@aws-sdk/client-sesv2');
    const Raw = { Data: Buffer.from(`From: ${from}\r\nTo: ${to}\r\nSubject: ${subject}\r\n\r\nx\r\n`) };
    const { awsOptions } = await import('./aws-options.ts');
    return new SESv2Client(awsOptions).send(new SendEmailCommand({ Content: { Raw } }));
  },
};

await reportCalls(CALLS);
