// Brevo (once Sendinblue): transactional mail and campaigns; texts to phones, contacts, senders and every other write are unknown ones.

import { isPlainRead } from '../../classify/plain-action.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import { BREVO_MAIL } from './brevo-mail.ts';
import { mailEdit, type MailCall, mailRecognition, oneJson } from './mail-call.ts';

export const brevo: Provider = {
  name: 'brevo',
  family: 'email',
  hosts: ['api.brevo.com', 'api.sendinblue.com'],
  recognise: (request) => (isPlainRead(request) ? null : mailRecognition(request, callOf)),
  refuse: (_request, refusal) => jsonAnswer(refusal, { code: 'permission_denied', message: refusalSentence(refusal) }),
  edit: (request, body, change) => mailEdit(request, body, change, callOf),
};

const SEND = oneJson(BREVO_MAIL);

function callOf(request: RequestView): MailCall | null {
  if (request.method !== 'POST') return null;
  const path = request.segments.join('/');
  if (path === 'v3/smtp/email') return SEND;
  const [, campaign, verb] = /^v3\/emailCampaigns\/([^/]+)\/(sendNow|sendTest)$/.exec(path) ?? [];
  if (campaign === undefined) return null;
  return { kind: 'campaign', operation: verb === 'sendTest' ? 'test' : 'send', read: () => ({ campaign }) };
}
