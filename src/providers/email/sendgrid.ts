// SendGrid's Web API v3 (also Twilio Email): mail send and test mails are mail, single sends are campaigns, all else is an unknown write.

import { isPlainRead } from '../../classify/plain-action.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import { mailEdit, type MailCall, mailRecognition, type SendCall, unreadable } from './mail-call.ts';
import { mailDocument } from './mail-json.ts';
import { sendgridCampaign } from './sendgrid-campaign.ts';
import { keepSendgridRecipients, readSendgridMail } from './sendgrid-mail.ts';

const SEND_HOSTS = ['api.sendgrid.com', 'api.eu.sendgrid.com', 'email.twilio.com'];

export const sendgrid: Provider = {
  name: 'sendgrid',
  family: 'email',
  hosts: [...SEND_HOSTS, 'sendgrid.com', '*.sendgrid.com'],
  /** Picks the subuser that sends. */
  accountHeaders: ['on-behalf-of'],
  recognise: (request) => (isPlainRead(request) && !isLegacyCall(request) ? null : mailRecognition(request, callOf)),
  refuse: (_request, refusal) =>
    jsonAnswer(refusal, { errors: [{ message: refusalSentence(refusal), field: null, help: null }] }),
  edit: (request, body, change) => mailEdit(request, body, change, callOf),
};

/** Version 2 (`/api/mail.send.json`, `/api/…`) takes its parameters from the query of a GET as well, and sends mail on it (E2). */
function isLegacyCall(request: RequestView): boolean {
  return request.segments.find((segment) => segment !== '')?.toLowerCase() === 'api';
}

const SEND: SendCall = {
  kind: 'send',
  read: (request, body) => {
    const document = mailDocument(request, body);
    return document === undefined ? null : readSendgridMail(document);
  },
  keep: (request, body, domains) => {
    const document = mailDocument(request, body);
    if (document === undefined) throw unreadable();
    return keepSendgridRecipients(document, domains, body.bytes);
  },
};

/** Version 2 is named for what it is, and never read: it is long retired, and nobody could check the reading. */
const LEGACY_SEND: SendCall = { kind: 'send', read: () => null };

function callOf(request: RequestView): MailCall | null {
  const path = request.segments.join('/');
  if (/^api\/mail\.send(?:\.(?:json|xml))?$/i.test(path)) return LEGACY_SEND;
  if (!SEND_HOSTS.includes(request.authority.host)) return null;
  return request.method === 'POST' && path === 'v3/mail/send' ? SEND : sendgridCampaign(request.method, path);
}
