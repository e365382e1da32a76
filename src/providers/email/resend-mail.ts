// One message as Resend takes it: recipients are strings or lists of strings, each with or without a display name.

import { readAddress, readAddressList } from '../../classify/email-address.ts';
import { isJsonArray, isJsonObject, type Json } from '../../classify/strict-json.ts';
import { addressesOf } from './keep-recipients.ts';
import { type AttachmentMembers, readAttachments } from './mail-attachments.ts';
import { type JsonMail, oneMessage } from './mail-call.ts';
import { harmlessHeaders, hasOtherSpelling, memberNames, readReplyTo } from './mail-json.ts';
import type { MailMessage } from './mail-message.ts';
import { mailOfParts } from './mail-parts.ts';
import { keepInObject, type ListForm, PLAIN_NAMES, readEach, readLists } from './recipient-lists.ts';

const NAMES = memberNames('from', 'to', 'cc', 'bcc', 'reply_to', 'subject', 'attachments', 'headers', 'template', 'scheduled_at');
const LISTS: ListForm = {
  names: PLAIN_NAMES,
  read: (value) =>
    readEach(isJsonArray(value) ? value : [value], (entry) => (typeof entry === 'string' ? readAddressList(entry) : null)),
  write: (entries) => entries,
};
const ATTACHMENT: AttachmentMembers = {
  name: ['filename'],
  type: ['content_type', 'contentType'],
  content: ['content'],
  url: ['path'],
};

/** The document of `POST /emails`, or one item of `POST /emails/batch`. */
export const RESEND_MAIL: JsonMail = {
  read: oneMessage(readResendMail),
  keep: (item, domains, changed) => {
    const lists = isJsonObject(item) ? readLists(item, LISTS) : null;
    return isJsonObject(item) && lists !== null ? keepInObject(item, lists, LISTS, domains, changed) : null;
  },
};

/** Null when any sender or recipient can't be read surely. A template may name a sender of its own: without `from` there is none here. */
export function readResendMail(document: Json): MailMessage | null {
  if (!isJsonObject(document) || hasOtherSpelling(document, NAMES) || !harmlessHeaders(document['headers'])) return null;
  const { from = null } = document;
  const templated = (document['template'] ?? null) !== null;
  const lists = readLists(document, LISTS);
  const message = mailOfParts({
    sender: templated && from === null ? null : ((typeof from === 'string' ? readAddress(from) : null) ?? undefined),
    recipients: lists && addressesOf(lists),
    // `replyTo` is what the SDK calls it; the API may take it one day.
    replyTo: readReplyTo(document['reply_to'] ?? document['replyTo']),
    subject: document['subject'],
    attachments: readAttachments(document['attachments'], ATTACHMENT),
    templated,
  });
  const scheduled = (document['scheduled_at'] ?? document['scheduledAt'] ?? null) !== null;
  return message === null ? null : { ...message, scheduled };
}
