// What one Gmail call would do, by itself or as an item of a batch.

import type { Action } from '../../classify/action.ts';
import { readBareAddress } from '../../classify/email-address.ts';
import type { Known, Learnt } from '../../classify/known.ts';
import { hasAmbiguousPath } from '../../classify/plain-action.ts';
import { isJsonArray, isJsonObject } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { forgetDraft, learnDraft, sendDraft } from './draft-memory.ts';
import { mailAction, messageFacts, sendActions, unknownMailWrite, unreadMail, unreadSend } from './email-action.ts';
import { readGmailContent } from './gmail-mail.ts';
import type { GmailCall } from './gmail-routes.ts';
import { opensPlainly, sessionMessage, sessionsForgotten } from './gmail-session.ts';
import { gmailSettings } from './gmail-settings.ts';
import { mailDocument } from './mail-json.ts';
import { deleteAction, mailboxOf } from './mailbox-action.ts';
import { mimeMail } from './mime-mail.ts';
import type { MailMessage } from './mail-message.ts';

/** Never empty. */
export function classifyGmail(request: RequestView, body: InspectedBody, call: GmailCall, known: Known): readonly Action[] {
  if (hasAmbiguousPath(request) || steersElsewhere(request)) return [unknownMailWrite(request, false)];
  switch (call.kind) {
    case 'send':
      return call.upload === 'open' ? [opening(request, body, call)] : sendOf(request, readMail(request, body, call, known));
    case 'draft-send':
      return draftSend(request, body, call, known);
    case 'draft':
    case 'import':
      return [
        call.upload === 'open'
          ? opening(request, body, call)
          : storedMail(request, `email.${call.kind}`, readMail(request, body, call, known)),
      ];
    case 'settings':
      return [gmailSettings(request, body, mailboxOf(readBareAddress(call.userId)), call.setting)];
    case 'delete':
      return [deletion(request, body, call)];
    default:
      return [unknownMailWrite(request, body.problem === null)];
  }
}

/** Google's system parameters `$httpHeaders` and `$httpMethod` make another request of this one. */
function steersElsewhere(request: RequestView): boolean {
  return /http-?_?(?:headers|method)/i.test(decoded(request.query)) && request.claimedMethods.length === 0;
}

function decoded(query: string): string {
  try {
    return decodeURIComponent(query);
  } catch {
    return query;
  }
}

type MailCall = Extract<GmailCall, { readonly upload: unknown }>;

/** Null when there is none, or it can't be read surely. */
function readMail(request: RequestView, body: InspectedBody, call: MailCall, known: Known): MailMessage | null {
  const raw =
    call.upload === 'session'
      ? sessionMessage(request, body, known)
      : readGmailContent(request, body, call.upload, call.kind === 'draft')?.raw;
  return raw === null || raw === undefined ? null : ofUser(mimeMail(raw), call.userId);
}

/** Nothing goes out before its bytes have come, and they are judged: until then it is no more than a draft. */
function opening(request: RequestView, body: InspectedBody, call: MailCall): Action {
  if (!opensPlainly(request, body, call.kind === 'draft')) return unreadMail(request, `email.${call.kind}`);
  return mailAction(request, call.kind === 'import' ? 'email.import' : 'email.draft', { recipientsKnown: false });
}

/** Without a From Gmail sends as the mailbox in the path. */
function ofUser(mail: MailMessage | null, userId: string): MailMessage | null {
  return mail === null || mail.sender !== null ? mail : { ...mail, sender: readBareAddress(userId) };
}

function sendOf(request: RequestView, mail: MailMessage | null): readonly Action[] {
  return mail === null ? [unreadSend(request)] : sendActions(request, [mail]);
}

/** INVARIANT: the message in the request replaces the stored one; without it only what was remembered tells who gets the draft. */
function draftSend(request: RequestView, body: InspectedBody, call: MailCall, known: Known): readonly Action[] {
  const content = readGmailContent(request, body, call.upload, true);
  if (content === null) return [unreadSend(request)];
  if (content.raw !== null) return sendOf(request, ofUser(mimeMail(content.raw), call.userId));
  return content.draftId === null ? [unreadSend(request)] : [sendDraft(request, known, content.draftId)];
}

function storedMail(request: RequestView, name: string, mail: MailMessage | null): Action {
  return mail === null ? unreadMail(request, name) : mailAction(request, name, messageFacts([mail]));
}

function deletion(request: RequestView, body: InspectedBody, call: Extract<GmailCall, { readonly kind: 'delete' }>): Action {
  const mailbox = mailboxOf(readBareAddress(call.userId));
  if (!call.many)
    return deleteAction(request, mailbox, { ...call, count: call.what === 'thread' ? undefined : 1 }, body.problem === null);
  const document = mailDocument(request, body);
  const ids = isJsonObject(document) ? document['ids'] : undefined;
  return deleteAction(request, mailbox, { ...call, count: isJsonArray(ids) ? ids.length : undefined }, isJsonArray(ids));
}

/** What is known before the request leaves: an update makes what the draft held unknown, bytes what an upload's session holds. */
export function forgottenBy(request: RequestView, call: GmailCall): readonly Learnt[] {
  const drafts = call.kind === 'draft' && call.id !== null && !hasAmbiguousPath(request) ? [forgetDraft(call.id)] : [];
  return [...drafts, ...sessionsForgotten(request)];
}

/** What a Draft resource in an answer teaches: the mail of this action now lies there under that id. */
export function draftLearnt(call: GmailCall, action: Action, answer: unknown): readonly Learnt[] {
  const id = typeof answer === 'object' && answer !== null && 'id' in answer ? answer.id : undefined;
  return call.kind === 'draft' && typeof id === 'string' ? [learnDraft(id, action)] : [];
}
