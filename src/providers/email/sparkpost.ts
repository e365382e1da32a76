// SparkPost (now Bird): POST /api/v1/transmissions is mail; templates, lists, webhooks and every other write are unknown ones.

import { isPlainRead } from '../../classify/plain-action.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import { mailEdit, type MailCall, mailRecognition, oneJson } from './mail-call.ts';
import { SPARKPOST_MAIL } from './sparkpost-mail.ts';

export const sparkpost: Provider = {
  name: 'sparkpost',
  family: 'email',
  hosts: ['api.sparkpost.com', 'api.eu.sparkpost.com', '*.sparkpostelite.com'],
  /** Picks the subaccount that sends. */
  accountHeaders: ['x-msys-subaccount'],
  recognise: (request) => (isPlainRead(request) ? null : mailRecognition(request, callOf)),
  refuse: (_request, refusal) =>
    jsonAnswer(refusal, { errors: [{ message: 'Forbidden', description: refusalSentence(refusal), code: '1902' }] }),
  edit: (request, body, change) => mailEdit(request, body, change, callOf),
};

const SEND = oneJson(SPARKPOST_MAIL);

function callOf(request: RequestView): MailCall | null {
  return request.method === 'POST' && request.segments.join('/') === 'api/v1/transmissions' ? SEND : null;
}
