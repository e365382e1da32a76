// The real SDKs of the mail APIs make of our refusal their own error with our sentence in it, after one call.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EmailClient } from '@azure/communication-email';
import { BrevoClient } from '@getbrevo/brevo';
import Mailgun from 'mailgun.js';
import { ServerClient } from 'postmark';
import { azureEmail } from '../../../src/providers/email/azure-email.ts';
import { brevo } from '../../../src/providers/email/brevo.ts';
import { mailgun } from '../../../src/providers/email/mailgun.ts';
import { mandrill } from '../../../src/providers/email/mandrill.ts';
import { postmark } from '../../../src/providers/email/postmark.ts';
import { sparkpost } from '../../../src/providers/email/sparkpost.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { refusingOrigin } from '../../support/refusing-origin.ts';
import { mandrillClient, sparkPostClient } from '../../support/untyped-mail-sdks.ts';

type Try = (url: string) => Promise<unknown>;

const SDKS: readonly (readonly [provider: Provider, run: Try])[] = [
  [
    postmark,
    (url) =>
      new ServerClient('t', { useHttps: false, requestHost: url.replace('http://', '') }).sendEmail({
        From: 'a@ex.com',
        To: 'b@ex.com',
        Subject: 's',
        TextBody: 'x',
      }),
  ],
  [
    brevo,
    (url) =>
      new BrevoClient({ apiKey: 'k', baseUrl: `${url}/v3` }).transactionalEmails.sendTransacEmail({
        sender: { email: 'a@ex.com' },
        to: [{ email: 'b@ex.com' }],
        subject: 's',
        textContent: 'x',
      }),
  ],
  [
    mandrill,
    (url) => {
      const client = mandrillClient('k');
      client.basePath = `${url}/api/1.0`;
      return client.messages.send({ message: { from_email: 'a@ex.com', to: [{ email: 'b@ex.com' }] } });
    },
  ],
  [
    sparkpost,
    (url) =>
      sparkPostClient('k', { endpoint: url }).transmissions.send({
        content: { from: 'a@ex.com', subject: 's', text: 'x' },
        recipients: [{ address: 'b@ex.com' }],
      }),
  ],
  [
    azureEmail,
    (url) =>
      new EmailClient(`endpoint=${url}/;accesskey=aw==`, { allowInsecureConnection: true }).beginSend({
        senderAddress: 'a@ex.com',
        content: { subject: 's', plainText: 'x' },
        recipients: { to: [{ address: 'b@ex.com' }] },
      }),
  ],
  [
    mailgun,
    (url) =>
      new Mailgun.default(FormData)
        .client({ username: 'api', key: 'k', url })
        .messages.create('ex.com', { from: 'a@ex.com', to: ['b@ex.com'], subject: 's', text: 'x' }),
  ],
];

for (const [provider, run] of SDKS) {
  test(`${provider.name}: our sentence, and no second call`, async () => {
    await using origin = await refusingOrigin(provider);
    const outcome: unknown = await run(origin.url).catch((error: unknown) => error);
    assert.ok(outcome instanceof Error, 'the SDK gives an error');
    assert.match(everythingIn(outcome), /Interlock: a refund of 600\.00 USD is too large \(policy refund-large; entry 12\)/);
    assert.equal(origin.calls(), 1);
  });
}

/** SDKs put the vendor's text into the message, or into a field of the error. */
function everythingIn(error: Error): string {
  const fields = ['details', 'errors', 'body', 'code', 'response'].map((name): unknown => Reflect.get(error, name));
  const plain = fields.map((field) => {
    const data: unknown = typeof field === 'object' && field !== null ? (Reflect.get(field, 'data') ?? field) : field;
    try {
      return JSON.stringify(data);
    } catch {
      return '';
    }
  });
  return [error.message, ...plain].join('\n');
}
