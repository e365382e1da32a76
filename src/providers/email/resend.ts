// Resend's API: POST /emails and /emails/batch are mail; broadcasts, events, inboxes and every other write are unknown ones.

import type { Action } from '../../classify/action.ts';
import { hasAmbiguousPath, isPlainRead } from '../../classify/plain-action.ts';
import { isJsonArray, type Json, writeJson } from '../../classify/strict-json.ts';
import { InterlockError } from '../../errors.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { BodyEdit, EditedBody } from '../body-edit.ts';
import type { Provider, Recognition } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import { setField } from '../set-field.ts';
import { sendActions, unknownMailWrite, unreadSend } from './email-action.ts';
import { nobodyLeft } from './keep-recipients.ts';
import { mailDocument } from './mail-json.ts';
import type { MailMessage } from './mail-message.ts';
import { keepResendRecipients, readResendMail } from './resend-mail.ts';

export const resend: Provider = {
  name: 'resend',
  family: 'email',
  hosts: ['api.resend.com'],
  recognise,
  // The SDK returns this as `error`, it does not throw.
  refuse: (_request, refusal) =>
    jsonAnswer(refusal, {
      statusCode: refusal.kind === 'failed' ? refusal.status : 403,
      name: 'validation_error',
      message: refusalSentence(refusal),
    }),
  edit,
};

type SendKind = 'one' | 'batch';

function recognise(request: RequestView): Recognition | null {
  if (isPlainRead(request)) return null;
  const kind = sendKind(request);
  return {
    need: { kind: 'whole' },
    classify: (body) => {
      if (hasAmbiguousPath(request)) return [unknownMailWrite(request, false)];
      return kind === null ? [unknownMailWrite(request, body.problem === null)] : classifySend(request, body, kind);
    },
  };
}

function sendKind(request: RequestView): SendKind | null {
  if (request.method !== 'POST') return null;
  const path = request.segments.join('/');
  if (path === 'emails') return 'one';
  return path === 'emails/batch' ? 'batch' : null;
}

function classifySend(request: RequestView, body: InspectedBody, kind: SendKind): readonly Action[] {
  const messages = readMessages(mailDocument(request, body), kind);
  return messages === null ? [unreadSend(request)] : sendActions(request, messages);
}

function readMessages(document: Json | undefined, kind: SendKind): readonly MailMessage[] | null {
  const items = itemsOf(document, kind);
  if (items === null || items.length === 0) return null;
  const messages: MailMessage[] = [];
  for (const item of items) {
    const message = readResendMail(item);
    if (message === null) return null;
    messages.push(message);
  }
  return messages;
}

/** A list where one message is due, or one message where a list is, is not what the API documents: null. */
function itemsOf(document: Json | undefined, kind: SendKind): readonly Json[] | null {
  if (document === undefined) return null;
  if (kind === 'batch') return isJsonArray(document) ? document : null;
  return isJsonArray(document) ? null : [document];
}

function edit(request: RequestView, body: InspectedBody, change: BodyEdit): EditedBody {
  if (change.kind === 'set') return setField(request, body, change);
  const kind = sendKind(request);
  const items = kind === null ? null : itemsOf(mailDocument(request, body), kind);
  if (items === null) throw new InterlockError('CONSTRAINT_FAILED', 'the message could not be read to take recipients out');
  const changed: string[] = [];
  const domains = new Set(change.domains);
  const kept = items.flatMap((item) => keepResendRecipients(item, domains, changed) ?? []);
  if (kept.length === 0) throw nobodyLeft();
  if (changed.length === 0) return { bytes: body.bytes, changed };
  return { bytes: Buffer.from(writeJson(kind === 'batch' ? kept : (kept[0] ?? null))), changed };
}
