// Resend's API: POST /emails and /emails/batch are mail, broadcasts and events are campaigns; inboxes, contacts and keys are unknown writes.

import { isPlainRead } from '../../classify/plain-action.ts';
import { isJsonObject, type JsonObject } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import { mailEdit, type MailCall, mailRecognition, manyJson, oneJson } from './mail-call.ts';
import { hasOtherSpelling, mailDocument, type MemberNames, memberNames } from './mail-json.ts';
import { RESEND_MAIL } from './resend-mail.ts';

export const resend: Provider = {
  name: 'resend',
  family: 'email',
  hosts: ['api.resend.com'],
  idempotency: { at: 'header', name: 'idempotency-key' },
  recognise: (request) => (isPlainRead(request) ? null : mailRecognition(request, callOf)),
  // The SDK returns this as `error`, it does not throw.
  refuse: (_request, refusal) =>
    jsonAnswer(refusal, {
      statusCode: refusal.kind === 'failed' ? refusal.status : 403,
      name: 'validation_error',
      message: refusalSentence(refusal),
    }),
  edit: (request, body, change) => mailEdit(request, body, change, callOf),
};

const CALLS: ReadonlyMap<string, MailCall> = new Map<string, MailCall>([
  ['POST emails', oneJson(RESEND_MAIL)],
  ['POST emails/batch', manyJson(RESEND_MAIL)],
  // An event starts automations, which may mail whom they like.
  ['POST events/send', { kind: 'campaign', operation: 'trigger', read: readEvent }],
]);

function callOf(request: RequestView): MailCall | null {
  const path = request.segments.join('/');
  const call = CALLS.get(`${request.method} ${path}`);
  if (call !== undefined) return call;
  const campaign = request.method === 'POST' ? /^broadcasts\/([^/]+)\/send$/.exec(path)?.[1] : undefined;
  if (campaign !== undefined) return broadcast(campaign);
  return request.method === 'PATCH' && /^emails\/[^/]+$/.test(path) ? RESCHEDULE : null;
}

function broadcast(campaign: string): MailCall {
  return {
    kind: 'campaign',
    operation: 'send',
    read: (request, body) => {
      if (body.bytes.length === 0) return { campaign };
      const document = readDocument(request, body, SCHEDULE_NAMES);
      if (document === null) return null;
      return { campaign, operation: (document['scheduled_at'] ?? null) === null ? 'send' : 'schedule' };
    },
  };
}

const EVENT_NAMES = memberNames('event', 'email', 'contact_id');
const SCHEDULE_NAMES = memberNames('scheduled_at');

function readEvent(request: RequestView, body: InspectedBody): { readonly campaign: string } | null {
  const event = readDocument(request, body, EVENT_NAMES)?.['event'];
  return typeof event === 'string' ? { campaign: event } : null;
}

/** A mail that was taken already gets another time: who gets it is not in this request. */
const RESCHEDULE: MailCall = {
  kind: 'send',
  read: (request, body) => {
    const document = readDocument(request, body, SCHEDULE_NAMES);
    if (document === null || Object.keys(document).join() !== 'scheduled_at') return null;
    return [{ sender: null, to: [], cc: [], bcc: [], recipientsKnown: false, subject: undefined, scheduled: true }];
  },
};

function readDocument(request: RequestView, body: InspectedBody, names: MemberNames): JsonObject | null {
  const document = mailDocument(request, body);
  return isJsonObject(document) && !hasOtherSpelling(document, names) ? document : null;
}
