// One message as Resend takes it: recipients are strings or lists of strings, each with or without a display name.

import { readAddress, readAddressList } from '../../classify/email-address.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, lookalikeKey } from '../../classify/strict-json.ts';
import { InterlockError } from '../../errors.ts';
import type { MailMessage } from './email-action.ts';
import { keepRecipients, RECIPIENT_FIELDS, type Recipient, type RecipientLists } from './keep-recipients.ts';
import { attachmentNames, breaksHeader, harmlessHeaders, withMembers } from './mail-json.ts';

const MESSAGE_NAMES = new Set(['from', 'to', 'cc', 'bcc', 'subject', 'attachments', 'headers', 'template']);

/** Null when the sender or any recipient can't be read surely. A template may name a sender of its own: without `from` it is unknown. */
export function readResendMail(document: Json): MailMessage | null {
  if (!isJsonObject(document) || !harmlessHeaders(document['headers'])) return null;
  if (['subject', 'reply_to', 'replyTo'].some((name) => breaksHeader(document[name]))) return null;
  const lists = readLists(document);
  const from = document['from'];
  const sender = typeof from === 'string' ? readAddress(from) : null;
  const attachments = attachmentNames(document['attachments'], ['filename', 'path']);
  const recipients =
    lists === null ? [] : RECIPIENT_FIELDS.flatMap((field) => lists[field].flatMap((recipient) => recipient.addresses));
  if (sender === null || attachments === null || recipients.length === 0) return null;
  const subject = document['subject'];
  const hasSubject = typeof subject === 'string' && (document['template'] ?? null) === null;
  return { sender, recipients, subject: hasSubject ? subject : undefined, attachments, sandbox: false };
}

function readLists(document: JsonObject): RecipientLists | null {
  if (lookalikeKey(document, MESSAGE_NAMES) !== undefined) return null;
  const [to, cc, bcc] = RECIPIENT_FIELDS.map((field) => readList(document[field]));
  return to && cc && bcc ? { to, cc, bcc } : null;
}

function readList(value: Json | undefined): readonly Recipient[] | null {
  if (value === undefined || value === null) return [];
  const recipients: Recipient[] = [];
  for (const entry of isJsonArray(value) ? value : [value]) {
    const addresses = typeof entry === 'string' ? readAddressList(entry) : null;
    if (addresses === null) return null;
    recipients.push({ entry, addresses });
  }
  return recipients;
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
