// One message as Resend takes it: recipients are strings or lists of strings, each with or without a display name.

import { readAddress, readAddressList } from '../../classify/email-address.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, lookalikeKey } from '../../classify/strict-json.ts';
import { InterlockError } from '../../errors.ts';
import { addressesOf, keepRecipients, RECIPIENT_FIELDS, type Recipient, type RecipientLists } from './keep-recipients.ts';
import { type AttachmentMembers, readAttachments } from './mail-attachments.ts';
import { breaksHeader, harmlessHeaders, readReplyTo, withMembers } from './mail-json.ts';
import type { MailMessage } from './mail-message.ts';
import { readEach } from './recipient-lists.ts';

const MESSAGE_NAMES = new Set([
  'from',
  'to',
  'cc',
  'bcc',
  'reply_to',
  'subject',
  'attachments',
  'headers',
  'template',
  'scheduled_at',
]);
const ATTACHMENT: AttachmentMembers = {
  name: ['filename'],
  type: ['content_type', 'contentType'],
  content: ['content'],
  url: ['path'],
};

/** Null when any sender or recipient can't be read surely. A template may name a sender of its own: without `from` there is none here. */
export function readResendMail(document: Json): MailMessage | null {
  if (!isJsonObject(document) || !harmlessHeaders(document['headers']) || breaksHeader(document['subject'])) return null;
  const { from = null, subject } = document;
  const templated = (document['template'] ?? null) !== null;
  const sender = typeof from === 'string' ? readAddress(from) : null;
  const lists = readLists(document);
  // `replyTo` is what the SDK calls it; the API may take it one day.
  const replyTo = readReplyTo(document['reply_to'] ?? document['replyTo']);
  const attachments = readAttachments(document['attachments'], ATTACHMENT);
  if ((sender === null && (!templated || from !== null)) || lists === null || replyTo === null || attachments === null)
    return null;
  return {
    sender,
    ...addressesOf(lists),
    replyTo,
    subject: typeof subject === 'string' && !templated ? subject : undefined,
    attachments,
    templated,
    scheduled: (document['scheduled_at'] ?? document['scheduledAt'] ?? null) !== null,
  };
}

function readLists(document: JsonObject): RecipientLists | null {
  if (lookalikeKey(document, MESSAGE_NAMES) !== undefined) return null;
  const [to, cc, bcc] = RECIPIENT_FIELDS.map((field) => readList(document[field]));
  return to && cc && bcc ? { to, cc, bcc } : null;
}

function readList(value: Json | undefined): readonly Recipient[] | null {
  if (value === undefined || value === null) return [];
  return readEach(isJsonArray(value) ? value : [value], (entry) => (typeof entry === 'string' ? readAddressList(entry) : null));
}

/**
 * The message without recipients outside `domains`, itself when nothing had to change, or null when nobody is left of it. What was
 * taken out is added to `changed`. Throws CONSTRAINT_FAILED when it can't be read surely.
 */
export function keepResendRecipients(document: Json, domains: ReadonlySet<string>, changed: string[]): JsonObject | null {
  const lists = isJsonObject(document) && readResendMail(document) !== null ? readLists(document) : null;
  if (lists === null || !isJsonObject(document)) {
    throw new InterlockError('CONSTRAINT_FAILED', 'the message could not be read to take recipients out');
  }
  const kept = keepRecipients(lists, domains);
  changed.push(...kept.changed);
  if (kept.changed.length === 0) return document;
  return kept.lists === null ? null : withMembers(document, members(kept.lists));
}

function members(lists: RecipientLists): Record<string, Json | undefined> {
  const entries = (recipients: readonly Recipient[]): Json | undefined => {
    return recipients.length === 0 ? undefined : recipients.map((recipient) => recipient.entry);
  };
  return { to: entries(lists.to), cc: entries(lists.cc), bcc: entries(lists.bcc) };
}
