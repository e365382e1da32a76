// Amazon SES version 2: messages as JSON, each of simple content, a raw message or a template.

import { type MailAddress, readAddress } from '../../classify/email-address.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../classify/strict-json.ts';
import { addressesOf } from './keep-recipients.ts';
import { type AttachmentMembers, readAttachments } from './mail-attachments.ts';
import { breaksHeader, headerPairs, headerReplies } from './mail-json.ts';
import type { MailMessage } from './mail-message.ts';
import { type ListForm, readEach, readLists } from './recipient-lists.ts';
import { rawMail, verification } from './ses-query.ts';

/** Every member that a send may hold. INVARIANT: another one, in any spelling, might be one more way to somebody. */
const COMMON = [
  'FromEmailAddress',
  'FromEmailAddressIdentityArn',
  'ReplyToAddresses',
  'FeedbackForwardingEmailAddress',
  'FeedbackForwardingEmailAddressIdentityArn',
  'ConfigurationSetName',
  'EndpointId',
  'TenantName',
  'ConfigurationOverrides',
];
const SEND = new Set([...COMMON, 'Destination', 'Content', 'EmailTags', 'ListManagementOptions']);
const BULK = new Set([...COMMON, 'DefaultContent', 'BulkEmailEntries', 'DefaultEmailTags']);
const ENTRY = new Set(['Destination', 'ReplacementTags', 'ReplacementEmailContent', 'ReplacementHeaders']);
const DESTINATION = new Set(['ToAddresses', 'CcAddresses', 'BccAddresses']);
const SIMPLE = new Set(['Subject', 'Body', 'Headers', 'Attachments']);
const TEMPLATE = new Set(['TemplateName', 'TemplateArn', 'TemplateContent', 'TemplateData', 'Headers', 'Attachments']);
const VERIFICATION = new Set(['EmailAddress', 'TemplateName', 'ConfigurationSetName']);
const LISTS: ListForm = {
  names: { to: 'ToAddresses', cc: 'CcAddresses', bcc: 'BccAddresses' },
  read: (value) => (isJsonArray(value) ? readEach(value, oneAddress) : null),
  write: (entries) => entries,
};
const ATTACHMENT: AttachmentMembers = { name: ['FileName'], type: ['ContentType'], content: ['RawContent'], url: [] };
const HEADER = { name: 'Name', value: 'Value' };

/** `POST /v2/email/outbound-emails`. Null when any sender or recipient can't be read surely. */
export function readSesMail(document: Json): readonly MailMessage[] | null {
  const shared = holdsOnly(document, SEND) ? readShared(document) : null;
  if (shared === null || !holdsOnly(document, SEND)) return null;
  const recipients = readDestination(document['Destination']);
  const [kind, second] = isJsonObject(document['Content']) ? Object.entries(document['Content']) : [];
  if (recipients === null || kind === undefined || second !== undefined) return null;
  const [name, content] = kind;
  if (name === 'Raw') return readRaw(content, document, recipients);
  const message = name === 'Simple' ? readSimple(content) : name === 'Template' ? readTemplate(content) : null;
  if (message === null || shared.sender === null) return null;
  return [{ ...shared, ...message, ...recipients, replyTo: [...shared.replyTo, ...message.replyTo] }];
}

/** Without `FromEmailAddress` the message says who; with it, that one is the From and the message's is replaced. */
function readRaw(content: Json | undefined, document: JsonObject, { to, cc, bcc }: Recipients): readonly MailMessage[] | null {
  const data = holdsOnly(content, RAW) ? content['Data'] : undefined;
  const shared = readShared(document);
  const bounces = document['FeedbackForwardingEmailAddress'] ?? '';
  const messages =
    typeof data === 'string' && typeof bounces === 'string' ? rawMail(data, [...to, ...cc, ...bcc], bounces) : null;
  if (messages === null || shared === null) return null;
  return messages.map((message) => ({
    ...message,
    sender: shared.sender ?? message.sender,
    replyTo: [...shared.replyTo, ...(message.replyTo ?? [])],
  }));
}

const RAW = new Set(['Data']);

/** `POST /v2/email/outbound-bulk-emails`: one message for each entry. */
export function readSesBulk(document: Json): readonly MailMessage[] | null {
  if (!holdsOnly(document, BULK) || !isJsonArray(document['BulkEmailEntries'])) return null;
  const shared = readShared(document);
  const content = document['DefaultContent'];
  const template = holdsOnly(content, new Set(['Template'])) ? readTemplate(content['Template']) : null;
  if (shared === null || shared.sender === null || template === null) return null;
  const messages: MailMessage[] = [];
  for (const entry of document['BulkEmailEntries']) {
    const recipients = holdsOnly(entry, ENTRY) ? readDestination(entry['Destination']) : null;
    const replies = holdsOnly(entry, ENTRY) ? readReplies(entry['ReplacementHeaders']) : null;
    if (recipients === null || replies === null) return null;
    messages.push({ ...shared, ...template, ...recipients, replyTo: [...shared.replyTo, ...template.replyTo, ...replies] });
  }
  return messages;
}

/** `POST /v2/email/outbound-custom-verification-emails`. */
export function readSesVerification(document: Json): readonly MailMessage[] | null {
  const address = holdsOnly(document, VERIFICATION) ? document['EmailAddress'] : undefined;
  return typeof address === 'string' ? verification(address) : null;
}

function holdsOnly(value: Json | undefined, names: ReadonlySet<string>): value is JsonObject {
  return isJsonObject(value) && Object.keys(value).every((key) => names.has(key));
}

type Recipients = Pick<MailMessage, 'to' | 'cc' | 'bcc'>;
type Content = Pick<MailMessage, 'subject' | 'attachments' | 'templated'> & { readonly replyTo: readonly MailAddress[] };
type Shared = Pick<MailMessage, 'sender' | 'envelopeSender'> & { readonly replyTo: readonly MailAddress[] };

function readShared(document: JsonObject): Shared | null {
  const { FromEmailAddress: from = null, FeedbackForwardingEmailAddress: bounces = null } = document;
  const sender = typeof from === 'string' ? readAddress(from) : null;
  const envelopeSender = typeof bounces === 'string' ? readAddress(bounces) : null;
  const replies = document['ReplyToAddresses'] ?? [];
  const replyTo = isJsonArray(replies) ? readEach(replies, oneAddress) : null;
  if ((from !== null && sender === null) || (bounces !== null && envelopeSender === null) || replyTo === null) return null;
  return { sender, ...(envelopeSender === null ? {} : { envelopeSender }), replyTo: replyTo.flatMap((one) => one.addresses) };
}

function oneAddress(entry: Json): readonly MailAddress[] | null {
  const address = typeof entry === 'string' ? readAddress(entry) : null;
  return address === null ? null : [address];
}

function readDestination(destination: Json | undefined): Recipients | null {
  if (destination === undefined || destination === null) return { to: [], cc: [], bcc: [] };
  const lists = holdsOnly(destination, DESTINATION) ? readLists(destination, LISTS) : null;
  return lists === null ? null : addressesOf(lists);
}

function readSimple(content: Json | undefined): Content | null {
  if (!holdsOnly(content, SIMPLE)) return null;
  const subject = isJsonObject(content['Subject']) ? content['Subject']['Data'] : undefined;
  const rest = readParts(content);
  return rest === null || typeof subject !== 'string' || breaksHeader(subject) ? null : { ...rest, subject, templated: false };
}

/** A template may come with the request (`TemplateContent`); its subject is filled in all the same. */
function readTemplate(content: Json | undefined): Content | null {
  const rest = holdsOnly(content, TEMPLATE) ? readParts(content) : null;
  return rest === null ? null : { ...rest, subject: undefined, templated: true };
}

function readParts(content: JsonObject): Pick<Content, 'attachments' | 'replyTo'> | null {
  const attachments = readAttachments(content['Attachments'], ATTACHMENT);
  const replyTo = readReplies(content['Headers']);
  return attachments === null || replyTo === null ? null : { attachments, replyTo };
}

function readReplies(headers: Json | undefined): readonly MailAddress[] | null {
  const pairs = headerPairs(headers, HEADER);
  return pairs === null ? null : headerReplies(pairs);
}
