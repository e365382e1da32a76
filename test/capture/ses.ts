// Amazon SES: version 1 in forms, version 2 in JSON.

import type * as V1 from '@aws-sdk/client-ses';
import type * as V2 from '@aws-sdk/client-sesv2';
import { AWS } from './aws-client.ts';
import { type Vendor, vendor } from './vendor.ts';

const support = 'Support <support@acme.example>';
const bare = 'support@acme.example';
const raw = (...more: string[]) => ({
  Data: Buffer.from([`From: ${support}`, 'To: b@ex.com', 'Subject: Hi', ...more, '', 'x', ''].join('\r\n')),
});
const template = { TemplateName: 't', TemplateData: '{}' };

interface First {
  readonly client: V1.SESClient;
  readonly sdk: typeof V1;
}

const first = vendor<First>({
  folder: 'ses',
  sdk: '@aws-sdk/client-ses',
  open: async () => {
    const sdk = await import('@aws-sdk/client-ses');
    return { sdk, client: new sdk.SESClient(AWS) };
  },
  answer: () => ({ headers: { 'Content-Type': 'text/xml' }, body: '<Answer><Result/></Answer>' }),
  calls: {
    'hit-v1-send': ({ client, sdk }) =>
      client.send(
        new sdk.SendEmailCommand({
          Source: support,
          Destination: { ToAddresses: ['b@ex.com'], CcAddresses: ['c@ex.org'], BccAddresses: ['eve@evil.example'] },
          Message: { Subject: { Data: 'Hi' }, Body: { Text: { Data: 'x' } } },
          ReplyToAddresses: ['r@acme.example'],
          ReturnPath: 'bounce@acme.example',
        }),
      ),
    'hit-v1-raw': ({ client, sdk }) =>
      client.send(
        new sdk.SendRawEmailCommand({
          Source: 'bounce@acme.example',
          Destinations: ['d@ex.net'],
          RawMessage: raw('Cc: c@ex.org'),
        }),
      ),
    'hit-v1-raw-no-envelope': ({ client, sdk }) =>
      client.send(new sdk.SendRawEmailCommand({ RawMessage: raw('Bcc: eve@evil.example') })),
    'hit-v1-template': ({ client, sdk }) =>
      client.send(
        new sdk.SendTemplatedEmailCommand({
          Source: bare,
          Destination: { ToAddresses: ['b@ex.com'], CcAddresses: [] },
          Template: 't',
          TemplateData: '{}',
          Tags: [{ Name: 'a', Value: 'b' }],
        }),
      ),
    'hit-v1-bulk': ({ client, sdk }) =>
      client.send(
        new sdk.SendBulkTemplatedEmailCommand({
          Source: bare,
          Template: 't',
          DefaultTemplateData: '{}',
          Destinations: [
            { Destination: { ToAddresses: ['b@ex.com'] } },
            {
              Destination: { ToAddresses: ['c@ex.com'], BccAddresses: ['eve@evil.example'] },
              ReplacementTemplateData: '{}',
            },
          ],
        }),
      ),
    'hit-v1-bounce': ({ client, sdk }) =>
      client.send(
        new sdk.SendBounceCommand({
          OriginalMessageId: '1',
          BounceSender: 'bounce@acme.example',
          BouncedRecipientInfoList: [{ Recipient: 'x@acme.example', BounceType: 'DoesNotExist' }],
        }),
      ),
    'hit-v1-verification': ({ client, sdk }) =>
      client.send(new sdk.SendCustomVerificationEmailCommand({ EmailAddress: 'b@ex.com', TemplateName: 't' })),
  },
});

interface Second {
  readonly client: V2.SESv2Client;
  readonly sdk: typeof V2;
}

const second = vendor<Second>({
  folder: 'ses',
  sdk: '@aws-sdk/client-sesv2',
  open: async () => {
    const sdk = await import('@aws-sdk/client-sesv2');
    return { sdk, client: new sdk.SESv2Client(AWS) };
  },
  calls: {
    'hit-v2-send': ({ client, sdk }) =>
      client.send(
        new sdk.SendEmailCommand({
          Content: {
            Simple: {
              Subject: { Data: 'Hi' },
              Body: { Text: { Data: 'x' } },
              Headers: [{ Name: 'X-A', Value: '1' }],
              Attachments: [{ RawContent: Buffer.from('hey'), FileName: 'a.txt', ContentType: 'text/plain' }],
            },
          },
          FromEmailAddress: bare,
          Destination: { ToAddresses: ['B <b@ex.com>'], CcAddresses: ['c@ex.org'], BccAddresses: ['eve@evil.example'] },
          ReplyToAddresses: ['r@acme.example'],
          FeedbackForwardingEmailAddress: 'bounce@acme.example',
          ListManagementOptions: { ContactListName: 'l' },
        }),
      ),
    'hit-v2-raw': ({ client, sdk }) => client.send(new sdk.SendEmailCommand({ Content: { Raw: raw('Bcc: eve@evil.example') } })),
    'hit-v2-raw-envelope': ({ client, sdk }) =>
      client.send(
        new sdk.SendEmailCommand({
          Content: { Raw: raw() },
          FromEmailAddress: 'ceo@acme.example',
          Destination: { ToAddresses: ['d@ex.net'] },
        }),
      ),
    'hit-v2-template': ({ client, sdk }) =>
      client.send(
        new sdk.SendEmailCommand({
          Content: { Template: template },
          FromEmailAddress: bare,
          Destination: { ToAddresses: ['b@ex.com'] },
        }),
      ),
    'hit-v2-bulk': ({ client, sdk }) =>
      client.send(
        new sdk.SendBulkEmailCommand({
          DefaultContent: { Template: template },
          BulkEmailEntries: [
            { Destination: { ToAddresses: ['b@ex.com'] } },
            {
              Destination: { ToAddresses: ['c@ex.org'] },
              ReplacementHeaders: [{ Name: 'Reply-To', Value: 'eve@evil.example' }],
            },
          ],
          FromEmailAddress: bare,
        }),
      ),
    'hit-v2-verification': ({ client, sdk }) =>
      client.send(new sdk.SendCustomVerificationEmailCommand({ EmailAddress: 'b@ex.com', TemplateName: 't' })),
  },
});

export const sesVendors: readonly Vendor[] = [first, second];
