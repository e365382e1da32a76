// Messages as Postmark takes them: addresses are texts between commas, and a bulk request's messages share what its top says.

import { type MailAddress, readAddress } from '../../classify/email-address.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../classify/strict-json.ts';
import type { RequestView } from '../../http/request-view.ts';
import { addressesOf } from './keep-recipients.ts';
import { type AttachmentMembers, readAttachments } from './mail-attachments.ts';
import { type JsonMail, oneMessage } from './mail-call.ts';
import { hasOtherSpelling, headerPairs, headerReplies, memberNames, readReplyTo, withMembers } from './mail-json.ts';
import type { MailMessage } from './mail-message.ts';
import { mailOfParts } from './mail-parts.ts';
import { COMMA_TEXT, keepInObject, type ListForm, readLists } from './recipient-lists.ts';

/** The API is .NET's, which matches names without regard to case: another spelling might be read (threat C5). */
const NAMES = memberNames(
  'From',
  'To',
  'Cc',
  'Bcc',
  'Subject',
  'ReplyTo',
  'Headers',
  'Attachments',
  'TemplateId',
  'TemplateAlias',
  'Messages',
);
const LISTS: ListForm = { names: { to: 'To', cc: 'Cc', bcc: 'Bcc' }, ...COMMA_TEXT };
const ATTACHMENT: AttachmentMembers = { name: ['Name'], type: ['ContentType'], content: ['Content'], url: [] };
const HEADER = { name: 'Name', value: 'Value' };

/** One message of `/email`, `/email/withTemplate`, or of a batch of either. */
export const POSTMARK_MAIL: JsonMail = {
  read: oneMessage(readPostmarkMail),
  keep: (item, domains, changed) => {
    const lists = isJsonObject(item) ? readLists(item, LISTS) : null;
    return isJsonObject(item) && lists !== null ? keepInObject(item, lists, LISTS, domains, changed) : null;
  },
};

/** Null when any sender or recipient can't be read surely. */
export function readPostmarkMail(item: Json, request: RequestView): MailMessage | null {
  if (!isJsonObject(item) || hasOtherSpelling(item, NAMES) || item['Messages'] !== undefined) return null;
  const { From: from } = item;
  const lists = readLists(item, LISTS);
  const message = mailOfParts({
    sender: typeof from === 'string' ? (readAddress(from) ?? undefined) : undefined,
    recipients: lists && addressesOf(lists),
    replyTo: readReplies(item),
    subject: item['Subject'],
    attachments: readAttachments(item['Attachments'], ATTACHMENT),
    templated: (item['TemplateId'] ?? item['TemplateAlias'] ?? null) !== null,
  });
  const sandbox = request.headers.get('x-postmark-server-token') === 'POSTMARK_API_TEST';
  return message === null ? null : { ...message, sandbox };
}

function readReplies(item: JsonObject): readonly MailAddress[] | null {
  const pairs = headerPairs(item['Headers'], HEADER);
  const fromHeaders = pairs === null ? null : headerReplies(pairs);
  const replyTo = readReplyTo(item['ReplyTo']);
  return fromHeaders === null || replyTo === null ? null : [...replyTo, ...fromHeaders];
}

/** `/email/bulk`: `Messages` each have recipients, everything else may stand at the top for all of them. */
export const POSTMARK_BULK: JsonMail = {
  read: (document, request) => {
    const messages = bulkMessages(document);
    if (messages === null || messages.length === 0) return null;
    const read = messages.map((message) => readPostmarkMail(message, request));
    return read.some((message) => message === null) ? null : read.filter((message) => message !== null);
  },
  keep: (document, domains, changed) => {
    const messages = isJsonObject(document) ? document['Messages'] : undefined;
    if (!isJsonObject(document) || !isJsonArray(messages)) return null;
    const kept = messages.map((message) => POSTMARK_MAIL.keep?.(message, domains, changed) ?? null);
    const left = kept.filter((message) => message !== null);
    if (left.length === 0) return null;
    return changed.length === 0 ? document : withMembers(document, { Messages: left });
  },
};

/** Each as if it stood alone. Recipients at the top would be everybody's or nobody's: null. */
function bulkMessages(document: Json): readonly Json[] | null {
  if (!isJsonObject(document) || hasOtherSpelling(document, NAMES)) return null;
  const { Messages: messages, ...shared } = document;
  if (!isJsonArray(messages) || ['To', 'Cc', 'Bcc'].some((name) => shared[name] !== undefined)) return null;
  return messages.map((message) => (isJsonObject(message) ? withMembers(shared, message) : message));
}
