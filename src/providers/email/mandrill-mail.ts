// Messages as Mandrill takes them: recipients say themselves whether they are to, cc or bcc.

import { type MailAddress, readBareAddress } from '../../classify/email-address.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../classify/strict-json.ts';
import { addressesOf, keepRecipients, type RecipientField, type RecipientLists, RECIPIENT_FIELDS } from './keep-recipients.ts';
import { type AttachmentMembers, readAttachments } from './mail-attachments.ts';
import { type JsonMail, oneMessage } from './mail-call.ts';
import { breaksHeader, hasOtherSpelling, headerPairs, headerReplies, memberNames, withMembers } from './mail-json.ts';
import type { MailAttachment, MailMessage } from './mail-message.ts';
import { mailOfParts } from './mail-parts.ts';

const NAMES = memberNames('key', 'message', 'template_name', 'template_content', 'mc_template_id', 'send_at');
const MESSAGE_NAMES = memberNames(
  'from_email',
  'from_name',
  'to',
  'cc',
  'bcc',
  'bcc_address',
  'subject',
  'headers',
  'attachments',
  'images',
);
const ENTRY_NAMES = memberNames('email', 'name', 'type');
const ATTACHMENT: AttachmentMembers = { name: ['name'], type: ['type'], content: ['content'], url: [] };
const HEADER = { name: 'name', value: 'value' };

/** `/messages/send`, `/messages/send-template`, `/messages/send-mc-template`. */
export const MANDRILL_MAIL: JsonMail = {
  read: oneMessage(readMandrillMail),
  keep: keepMandrillRecipients,
};

/** Null when any sender or recipient can't be read surely. */
function readMandrillMail(document: Json): MailMessage | null {
  if (!isJsonObject(document) || hasOtherSpelling(document, NAMES)) return null;
  const { message } = document;
  if (!isJsonObject(message) || hasOtherSpelling(message, MESSAGE_NAMES)) return null;
  if (['cc', 'bcc'].some((name) => message[name] !== undefined)) return null;
  const templated = document['template_name'] !== undefined || document['mc_template_id'] !== undefined;
  const pairs = headerPairs(message['headers'], HEADER);
  const mail = mailOfParts({
    sender: readSender(message['from_email'], templated),
    recipients: readRecipients(message),
    replyTo: pairs && headerReplies(pairs),
    subject: message['subject'],
    attachments: readFiles(message),
    templated,
  });
  if (mail === null || breaksHeader(message['from_name'])) return null;
  return { ...mail, scheduled: (document['send_at'] ?? '') !== '' };
}

/** Null when a template brings it; undefined when it can't be read surely. */
function readSender(from: Json | undefined, templated: boolean): MailAddress | null | undefined {
  if (from === undefined || from === null || from === '') return templated ? null : undefined;
  return typeof from === 'string' ? (readBareAddress(from) ?? undefined) : undefined;
}

function readFiles(message: JsonObject): readonly MailAttachment[] | null {
  const [attachments, images] = ['attachments', 'images'].map((name) => readAttachments(message[name], ATTACHMENT));
  return attachments && images ? [...attachments, ...images] : null;
}

function readRecipients(message: JsonObject): Pick<MailMessage, 'to' | 'cc' | 'bcc'> | null {
  const lists = readTyped(message['to']);
  const copy = readCopy(message['bcc_address']);
  if (lists === null || copy === null) return null;
  const { to, cc, bcc } = addressesOf(lists);
  return { to, cc, bcc: [...bcc, ...copy] };
}

/** A recipient without a type is a `to`. */
function readTyped(list: Json | undefined): RecipientLists | null {
  if (!isJsonArray(list)) return null;
  const lists: Record<RecipientField, { entry: Json; addresses: readonly MailAddress[] }[]> = { to: [], cc: [], bcc: [] };
  for (const entry of list) {
    if (!isJsonObject(entry) || hasOtherSpelling(entry, ENTRY_NAMES) || breaksHeader(entry['name'])) return null;
    const { email, type = 'to' } = entry;
    const address = typeof email === 'string' ? readBareAddress(email) : null;
    const field = RECIPIENT_FIELDS.find((one) => one === type);
    if (address === null || field === undefined) return null;
    lists[field].push({ entry, addresses: [address] });
  }
  return lists;
}

function readCopy(value: Json | undefined): readonly MailAddress[] | null {
  if (value === undefined || value === null || value === '') return [];
  const address = typeof value === 'string' ? readBareAddress(value) : null;
  return address === null ? null : [address];
}

function keepMandrillRecipients(document: Json, domains: ReadonlySet<string>, changed: string[]): JsonObject | null {
  const message = isJsonObject(document) ? document['message'] : undefined;
  const lists = isJsonObject(message) ? readTyped(message['to']) : null;
  if (!isJsonObject(document) || !isJsonObject(message) || lists === null) return null;
  const kept = keepRecipients(lists, domains);
  changed.push(...kept.changed);
  if (kept.lists === null) return null;
  const [copy] = readCopy(message['bcc_address']) ?? [];
  const dropped = copy !== undefined && !domains.has(copy.domain);
  if (dropped) changed.push(`bcc_address: removed ${copy.address}`);
  if (changed.length === 0) return document;
  const to = withTypes(kept.lists);
  return withMembers(document, { message: withMembers(message, { to, ...(dropped ? { bcc_address: undefined } : {}) }) });
}

function withTypes(lists: RecipientLists): Json[] {
  const typed = (field: RecipientField): Json[] => {
    return lists[field].map(({ entry }) => (isJsonObject(entry) ? withMembers(entry, { type: field }) : entry));
  };
  return RECIPIENT_FIELDS.flatMap(typed);
}
