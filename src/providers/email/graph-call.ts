// What one Microsoft Graph call would do, by itself or as an item of a batch.

import type { Action } from '../../classify/action.ts';
import { readBareAddress } from '../../classify/email-address.ts';
import type { Known } from '../../classify/known.ts';
import { looseMembers } from '../../classify/loose-members.ts';
import { hasAmbiguousPath } from '../../classify/plain-action.ts';
import { isJsonObject, type Json } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { messageAction } from '../message/message-action.ts';
import { sendDraft } from './draft-memory.ts';
import { mailAction, messageFacts, sendActions, unknownMailWrite, unreadMail, unreadSend } from './email-action.ts';
import { withAttachment } from './graph-drafts.ts';
import { LIST_NAMES, mimeBody, operationMembers, readGraphAttachment, readGraphLists, readGraphMessage } from './graph-mail.ts';
import type { GraphCall } from './graph-routes.ts';
import { graphSettings } from './graph-settings.ts';
import { addressesOf } from './keep-recipients.ts';
import { mailDocument } from './mail-json.ts';
import type { MailMessage } from './mail-message.ts';
import { deleteAction, mailboxOf } from './mailbox-action.ts';
import { mimeMail } from './mime-mail.ts';

/** Never empty. */
export function classifyGraph(request: RequestView, body: InspectedBody, call: GraphCall, known: Known): readonly Action[] {
  const sure = body.problem === null;
  switch (call.kind) {
    case 'send':
      return sendOf(request, readSent(request, body, call.user));
    case 'draft':
      return [draftOf(request, mailIn(request, body, mailDocument(request, body), call.user))];
    case 'draft-update':
      return [updateOf(request, body, call.user)];
    case 'draft-answer':
      return [sure ? mailAction(request, 'email.draft', { recipientsKnown: false }) : unreadMail(request, 'email.draft')];
    case 'attach':
    case 'attach-session':
      return [attachment(request, body, call, known)];
    case 'draft-send':
      return [saysNothing(request, body) ? sendDraft(request, known, call.id) : unreadSend(request)];
    case 'reply':
    case 'forward':
      return sendOf(request, readAnswer(request, body, call.user, call.kind));
    case 'settings':
      return [graphSettings(request, body, mailboxOf(userAddress(call.user)), call.setting)];
    case 'delete':
      return [deleteAction(request, mailboxOf(userAddress(call.user)), { ...call, count: countOf(call.what) }, sure)];
    case 'mails':
      return [unreadSend(request)];
    case 'chat':
      return [chatOf(request, body, call.channel)];
    case 'calendar':
      return [mayInvite(request, body) ? unreadSend(request) : unknownMailWrite(request, true)];
    default:
      return [unknownMailWrite(request, sure && !hasAmbiguousPath(request))];
  }
}

/** Said in Teams: no mail, but the same API. */
function chatOf(request: RequestView, body: InspectedBody, channel: string): Action {
  const document = mailDocument(request, body);
  const members = isJsonObject(document) ? looseMembers(document, ['body']) : null;
  const said = isJsonObject(members?.body) ? looseMembers(members.body, ['content']) : null;
  const content = said?.content;
  return messageAction(request, {
    service: 'teams',
    verb: 'send',
    inspected: typeof content === 'string',
    channels: [channel],
    text: typeof content === 'string' ? content : undefined,
  });
}

/** No body, or an empty object, which the JavaScript client sends. */
function saysNothing(request: RequestView, body: InspectedBody): boolean {
  if (body.problem !== null || body.bytes.length === 0) return body.problem === null;
  const document = mailDocument(request, body);
  return isJsonObject(document) && Object.keys(document).length === 0;
}

function userAddress(user: string | null) {
  return user === null ? null : readBareAddress(user);
}

function countOf(what: 'message' | 'folder'): number | undefined {
  return what === 'message' ? 1 : undefined;
}

function sendOf(request: RequestView, mail: MailMessage | null): readonly Action[] {
  return mail === null ? [unreadSend(request)] : sendActions(request, [mail]);
}

function draftOf(request: RequestView, mail: MailMessage | null): Action {
  return mail === null ? unreadMail(request, 'email.draft') : mailAction(request, 'email.draft', messageFacts([mail]));
}

/** A message as JSON, or the body as MIME. Null when it is neither, or not surely. */
function mailIn(request: RequestView, body: InspectedBody, message: Json | undefined, user: string | null): MailMessage | null {
  const raw = mimeBody(request, body);
  if (raw === null) return readGraphMessage(message, user);
  const mail = mimeMail(raw);
  return mail === null || mail.sender !== null ? mail : { ...mail, sender: userAddress(user) };
}

/** `{"message":{…},"saveToSentItems":true}`. */
function readSent(request: RequestView, body: InspectedBody, user: string | null): MailMessage | null {
  return mailIn(request, body, operationMembers(mailDocument(request, body))?.message, user);
}

/** INVARIANT: a change that does not name all three lists leaves those that it does not name as they are, and nobody here knows them. */
function updateOf(request: RequestView, body: InspectedBody, user: string | null): Action {
  const document = mailDocument(request, body);
  const mail = readGraphMessage(document, user);
  if (mail === null || !isJsonObject(document)) return unreadMail(request, 'email.draft');
  const lists = looseMembers(document, LIST_NAMES);
  const isWhole = LIST_NAMES.every((name) => lists?.[name] !== undefined);
  return draftOf(request, { ...mail, recipientsKnown: isWhole });
}

/** Hung on the message that all mail forwarded carries along. */
const FORWARDED = { name: 'the forwarded message', type: 'message/rfc822' };

/** An answer goes to people whom only the mailbox knows; forwarded mail to those that the request names. */
function readAnswer(
  request: RequestView,
  body: InspectedBody,
  user: string | null,
  kind: 'reply' | 'forward',
): MailMessage | null {
  const document = saysNothing(request, body) ? {} : mailDocument(request, body);
  const members = operationMembers(document);
  const mail = mailIn(request, body, members?.message ?? (members === null ? undefined : {}), user);
  if (mail === null) return null;
  if (kind === 'reply') return members?.toRecipients === undefined ? { ...mail, recipientsKnown: false } : null;
  const listed = readGraphLists(members === null ? {} : { toRecipients: members.toRecipients ?? null });
  if (listed === null) return null;
  const to = [...mail.to, ...addressesOf(listed).to];
  return { ...mail, to, attachments: [...(mail.attachments ?? []), FORWARDED] };
}

type MessageCall = Extract<GraphCall, { readonly id: string }>;

function attachment(request: RequestView, body: InspectedBody, call: MessageCall, known: Known): Action {
  const document = mailDocument(request, body);
  const item = call.kind === 'attach' ? document : itemIn(document);
  const read = readGraphAttachment(item);
  return read === null
    ? unreadMail(request, 'email.draft')
    : mailAction(request, 'email.draft', withAttachment(known, call.id, read));
}

function itemIn(document: Json | undefined): Json | undefined {
  return isJsonObject(document) ? looseMembers(document, ['AttachmentItem'])?.AttachmentItem : undefined;
}

/** Only a new or changed event that surely names no attendees mails nobody. */
function mayInvite(request: RequestView, body: InspectedBody): boolean {
  const document = mailDocument(request, body);
  const members = isJsonObject(document) ? looseMembers(document, ['attendees']) : null;
  const isEvent = request.segments.at(-1)?.toLowerCase() === 'events' || request.method === 'PATCH';
  return members === null || members.attendees !== undefined || !isEvent;
}
