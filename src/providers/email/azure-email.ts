// Azure Communication Services, email: POST /emails:send is mail, every other write to a resource's host is an unknown one.

import { isPlainRead } from '../../classify/plain-action.ts';
import { isJsonObject, type Json, type JsonObject } from '../../classify/strict-json.ts';
import { readBareAddress } from '../../classify/email-address.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import { addressesOf } from './keep-recipients.ts';
import { type AttachmentMembers, readAttachments } from './mail-attachments.ts';
import { type JsonMail, mailEdit, type MailCall, mailRecognition, oneJson, oneMessage } from './mail-call.ts';
import { breaksHeader, harmlessHeaders, hasOtherSpelling, memberNames, withMembers } from './mail-json.ts';
import type { MailMessage } from './mail-message.ts';
import { keepInObject, type ListForm, objectList, PLAIN_NAMES, readLists } from './recipient-lists.ts';

export const azureEmail: Provider = {
  name: 'azure-email',
  family: 'email',
  hosts: ['*.communication.azure.com'],
  recognise: (request) => (isPlainRead(request) ? null : mailRecognition(request, callOf)),
  refuse: (_request, refusal) => jsonAnswer(refusal, { error: { code: 'Denied', message: refusalSentence(refusal) } }),
  edit: (request, body, change) => mailEdit(request, body, change, callOf),
};

/** .NET reads names without regard to case. */
const NAMES = memberNames('senderAddress', 'recipients', 'content', 'attachments', 'replyTo', 'headers');
const CONTENT_NAMES = memberNames('subject');
const RECIPIENT_NAMES = memberNames('to', 'cc', 'bcc');
const LISTS: ListForm = { names: PLAIN_NAMES, ...objectList('address', 'displayName') };
const ATTACHMENT: AttachmentMembers = { name: ['name'], type: ['contentType'], content: ['contentInBase64'], url: [] };

const SEND = oneJson({
  read: oneMessage(readMail),
  keep,
} satisfies JsonMail);

/** The colon may come as `%3A`, and routes are matched without regard to case. Segments are decoded already. */
function callOf(request: RequestView): MailCall | null {
  return request.method === 'POST' && request.segments.join('/').toLowerCase() === 'emails:send' ? SEND : null;
}

function readMail(document: Json): MailMessage | null {
  if (!isJsonObject(document) || hasOtherSpelling(document, NAMES) || !harmlessHeaders(document['headers'])) return null;
  const { senderAddress, recipients, content } = document;
  if (!isJsonObject(content) || hasOtherSpelling(content, CONTENT_NAMES) || !isJsonObject(recipients)) return null;
  const lists = hasOtherSpelling(recipients, RECIPIENT_NAMES) ? null : readLists(recipients, LISTS);
  const replies = LISTS.read(document['replyTo'] ?? []);
  const sender = typeof senderAddress === 'string' ? readBareAddress(senderAddress) : null;
  const attachments = readAttachments(document['attachments'], ATTACHMENT);
  const { subject } = content;
  if (lists === null || replies === null || sender === null || attachments === null || breaksHeader(subject)) return null;
  return {
    sender,
    ...addressesOf(lists),
    replyTo: replies.flatMap((reply) => reply.addresses),
    subject: typeof subject === 'string' ? subject : undefined,
    attachments,
  };
}

function keep(document: Json, domains: ReadonlySet<string>, changed: string[]): JsonObject | null {
  const recipients = isJsonObject(document) ? document['recipients'] : undefined;
  const lists = isJsonObject(recipients) ? readLists(recipients, LISTS) : null;
  if (!isJsonObject(document) || !isJsonObject(recipients) || lists === null) return null;
  const kept = keepInObject(recipients, lists, LISTS, domains, changed);
  if (kept === null || kept === recipients) return kept === null ? null : document;
  return withMembers(document, { recipients: kept });
}
