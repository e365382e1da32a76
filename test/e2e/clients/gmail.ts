// The real Gmail SDK: the calls that the argument names, each told by itself. A batch, which the SDK has not, goes by its auth library.

import { auth, gmail } from '@googleapis/gmail';
import { reportEach } from './calls.ts';

const client = new auth.OAuth2();
client.setCredentials({ access_token: 'ya29.interlock-test' });
const { messages, drafts, settings } = gmail({ version: 'v1', auth: client }).users;
const encoded = (mail: string): { raw: string } => ({ raw: Buffer.from(mail).toString('base64url') });

const CALLS: Readonly<Record<string, (given: string) => Promise<{ readonly data: unknown }>>> = {
  send: (mail) => messages.send({ userId: 'me', requestBody: encoded(mail) }),
  media: (mail) => messages.send({ userId: 'me', media: { mimeType: 'message/rfc822', body: mail } }),
  multipart: (mail) => messages.send({ userId: 'me', requestBody: {}, media: { mimeType: 'message/rfc822', body: mail } }),
  draft: (mail) => drafts.create({ userId: 'me', requestBody: { message: encoded(mail) } }),
  sendDraft: (id) => drafts.send({ userId: 'me', requestBody: { id } }),
  forward: (emailAddress) => settings.updateAutoForwarding({ userId: 'me', requestBody: { enabled: true, emailAddress } }),
  batch: (body) =>
    client.request({
      url: 'https://gmail.googleapis.com/batch/gmail/v1',
      method: 'POST',
      headers: { 'Content-Type': 'multipart/mixed; boundary=batch_x' },
      body,
      responseType: 'text',
    }),
};

await reportEach(async (name, given) => ({ data: (await CALLS[name]?.(String(given)))?.data }));
