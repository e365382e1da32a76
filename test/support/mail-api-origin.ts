// One stand-in for several mail APIs: it takes a mail as each vendor documents and answers as each vendor documents.

import { sendJson, startOrigin, type Origin, type OriginResponse } from './origin.ts';
import type { ThrowawayCa } from './throwaway-ca.ts';

export const MAIL_API_HOSTS = [
  'api.postmarkapp.com',
  'api.brevo.com',
  'mandrillapp.com',
  'api.sparkpost.com',
  'acme.communication.azure.com',
  'api.mailgun.net',
  'email.us-east-1.amazonaws.com',
] as const;

type Reply = (response: OriginResponse) => void;

const SENT_POSTMARK = { To: 'a', SubmittedAt: '2026-01-01T00:00:00Z', MessageID: 'm', ErrorCode: 0, Message: 'OK' };

const json =
  (status: number, document: unknown): Reply =>
  (response) =>
    sendJson(response, status, document);

/** By the beginning of the target; the longest first. */
const REPLIES: ReadonlyArray<readonly [target: string, reply: Reply]> = [
  ['/email', json(200, SENT_POSTMARK)],
  ['/v3/smtp/email', json(201, { messageId: '<m>' })],
  ['/v3/mg.example.com/messages', json(200, { id: '<m>', message: 'Queued. Thank you.' })],
  ['/api/1.3/messages/send', json(200, [{ email: 'a', status: 'sent', _id: '1', reject_reason: null }])],
  ['/api/v1/transmissions', json(200, { results: { id: '1', total_accepted_recipients: 1, total_rejected_recipients: 0 } })],
  ['/v2/email/outbound-emails', json(200, { MessageId: '1' })],
];
const SENT_V1 =
  '<SendEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendEmailResult><MessageId>1</MessageId></SendEmailResult></SendEmailResponse>';

export async function startMailApiOrigin(ca: ThrowawayCa): Promise<Origin> {
  return startOrigin({
    leaf: await ca.issue([...MAIL_API_HOSTS, 'localhost']),
    protocols: ['http/1.1'],
    async answer(_request, response, received) {
      const body = await received.body();
      const { target } = received;
      if (target === '/email/batch') {
        const messages: unknown = JSON.parse(body.toString());
        return sendJson(response, 200, Array.isArray(messages) ? messages.map(() => SENT_POSTMARK) : []);
      }
      if (target === '/') {
        response.setHeader('content-type', 'text/xml');
        response.end(SENT_V1);
        return;
      }
      if (target.startsWith('/emails:send')) return json(202, { id: '1', status: 'Running' })(response);
      const reply = REPLIES.find(([prefix]) => target.startsWith(prefix))?.[1] ?? json(404, { message: 'not found' });
      reply(response);
    },
  });
}
