// Mailgun's calls: multipart forms, made with Node's own FormData.

import { type Vendor, vendor } from './vendor.ts';

interface Client {
  readonly messages: { create(domain: string, message: object): Promise<unknown> };
}

export const mailgunVendor: Vendor = vendor<Client>({
  folder: 'mailgun',
  sdk: 'mailgun.js',
  open: async () => {
    const { default: Mailgun } = await import('mailgun.js');
    return new Mailgun.default(FormData).client({ username: 'api', key: 'k' });
  },
  calls: {
    'hit-send': ({ messages }) =>
      messages.create('mg.acme.example', {
        from: 'Support <support@acme.example>',
        to: ['b@ex.com', '"C, D" <c@ex.com>'],
        cc: 'd@ex.org, e@ex.org',
        bcc: 'f@ex.net',
        subject: 'Hi',
        text: 'x',
        'h:Reply-To': 'r@acme.example',
        'o:testmode': 'yes',
        'o:tag': ['a', 'b'],
        'v:x': '1',
      }),
    'hit-attachment': ({ messages }) =>
      messages.create('mg.acme.example', {
        from: 'support@acme.example',
        to: ['b@ex.com'],
        subject: 'Hi',
        text: 'x',
        attachment: { data: Buffer.from('hey'), filename: 'a.txt' },
      }),
    'hit-mime': ({ messages }) =>
      messages.create('mg.acme.example', {
        to: ['d@ex.net'],
        message: 'From: support@acme.example\r\nTo: b@ex.com\r\nSubject: Hi\r\n\r\nx\r\n',
      }),
  },
});
