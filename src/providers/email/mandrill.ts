// Mandrill (Mailchimp Transactional): /messages/send and its kin are mail. Every call of its API is a POST with the key in the body.

import { isPlainRead } from '../../classify/plain-action.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import { mailEdit, type MailCall, mailRecognition, oneJson } from './mail-call.ts';
import { MANDRILL_MAIL } from './mandrill-mail.ts';
import { MANDRILL_RAW } from './mandrill-raw.ts';

export const mandrill: Provider = {
  name: 'mandrill',
  family: 'email',
  hosts: ['mandrillapp.com', '*.mandrillapp.com'],
  recognise: (request) => (isPlainRead(request) && !isApiCall(request) ? null : mailRecognition(request, callOf)),
  refuse: (_request, refusal) =>
    jsonAnswer(refusal, { status: 'error', code: -1, name: 'Interlock_Refused', message: refusalSentence(refusal) }),
  edit: (request, body, change) => mailEdit(request, body, change, callOf),
};

/** The API has been known to take a call's parameters from the query of a GET (E2). */
function isApiCall(request: RequestView): boolean {
  return request.segments.find((segment) => segment !== '')?.toLowerCase() === 'api' && request.query !== '';
}

const MAIL = oneJson(MANDRILL_MAIL);
const CALLS: ReadonlyMap<string, MailCall> = new Map([
  ['send', MAIL],
  ['send-template', MAIL],
  ['send-mc-template', MAIL],
  ['send-raw', oneJson(MANDRILL_RAW)],
]);

const PATH = /^api\/1\.[0-3]\/messages\/(send(?:-template|-mc-template|-raw)?)(?:\.(?:json|xml|yaml|php))?$/;

/** Parameters in the query, or on another method, would be a second reading of the call: it is named for what it is, and not read. */
const UNREAD: MailCall = { kind: 'send', read: () => null };

/** The suffix says how the answer is written. */
function callOf(request: RequestView): MailCall | null {
  const verb = PATH.exec(request.segments.join('/'))?.[1];
  if (verb === undefined) return null;
  return request.method === 'POST' && request.query === '' ? (CALLS.get(verb) ?? null) : UNREAD;
}
