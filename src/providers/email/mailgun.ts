// Mailgun: POST /v3/{domain}/messages is mail; domains, lists, routes, webhooks and every other write are unknown ones.

import { isPlainRead } from '../../classify/plain-action.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import { mailEdit, type MailCall, mailRecognition, type SendCall } from './mail-call.ts';
import { keepMailgunRecipients, readMailgunMail, readMailgunMime } from './mailgun-mail.ts';

const SEND_HOSTS = ['api.mailgun.net', 'api.eu.mailgun.net'];

export const mailgun: Provider = {
  name: 'mailgun',
  family: 'email',
  hosts: [...SEND_HOSTS, '*.mailgun.net'],
  /** Picks the subaccount that sends. */
  accountHeaders: ['x-mailgun-on-behalf-of'],
  recognise: (request) => (isPlainRead(request) ? null : mailRecognition(request, callOf)),
  // The SDK shows it in `details`.
  refuse: (_request, refusal) => jsonAnswer(refusal, { message: refusalSentence(refusal) }),
  edit: (request, body, change) => mailEdit(request, body, change, callOf),
};

const SEND: SendCall = { kind: 'send', read: readMailgunMail, keep: keepMailgunRecipients };

/** No edit: taking somebody out of the envelope would leave them in what the others read. */
const SEND_MIME: SendCall = { kind: 'send', read: readMailgunMime };

/** The same mail again, from the vendor's store: its content is not in the request, so who might read what is not known. */
const SEND_AGAIN: SendCall = { kind: 'send', read: () => null };

function callOf(request: RequestView): MailCall | null {
  if (request.method !== 'POST') return null;
  const path = request.segments.join('/');
  if (/^v3\/domains\/[^/]+\/messages\/[^/]+$/.test(path)) return SEND_AGAIN;
  if (!SEND_HOSTS.includes(request.authority.host)) return null;
  if (/^v3\/[^/]+\/messages\.mime$/.test(path)) return SEND_MIME;
  return /^v3\/[^/]+\/messages$/.test(path) ? SEND : null;
}
