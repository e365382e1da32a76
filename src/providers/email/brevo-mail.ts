// Messages as Brevo takes them: one at the top, and versions of it that have recipients of their own.

import type { MailAddress } from '../../classify/email-address.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../classify/strict-json.ts';
import { addressesOf, type RecipientLists } from './keep-recipients.ts';
import { type AttachmentMembers, readAttachments } from './mail-attachments.ts';
import type { JsonMail } from './mail-call.ts';
import { breaksHeader, harmlessHeaders, hasOtherSpelling, memberNames, withMembers } from './mail-json.ts';
import { MAX_RECIPIENTS, type MailMessage, recipientsOf } from './mail-message.ts';
import { mailOfParts } from './mail-parts.ts';
import { keepInObject, type ListForm, namedReader, objectList, PLAIN_NAMES, readLists } from './recipient-lists.ts';

const NAMES = memberNames(
  'sender',
  'to',
  'cc',
  'bcc',
  'replyTo',
  'subject',
  'headers',
  'attachment',
  'templateId',
  'messageVersions',
  'scheduledAt',
);
const LISTS: ListForm = { names: PLAIN_NAMES, ...objectList('email', 'name') };
const ATTACHMENT: AttachmentMembers = { name: ['name'], type: [], content: ['content'], url: ['url'] };
const SENDER_NAMES = memberNames('email', 'name', 'id');
const readEntry = namedReader('email', 'name');

/** `POST /v3/smtp/email`. */
export const BREVO_MAIL: JsonMail = { read: readBrevoMail, keep: keepBrevoRecipients };

/** Null when any sender or recipient can't be read surely. */
function readBrevoMail(document: Json): readonly MailMessage[] | null {
  if (!isJsonObject(document) || hasOtherSpelling(document, NAMES) || !harmlessHeaders(document['headers'])) return null;
  const top = readTop(document);
  const versions = versionsOf(document);
  if (top === null || versions === null) return null;
  // The API says that it ignores `to` beside versions; what it ignores today is judged all the same.
  const messages: MailMessage[] = recipientsOf(top).length > 0 || versions.length === 0 ? [top] : [];
  let total = recipientsOf(top).length;
  for (const version of versions) {
    const message = readVersion(version, top);
    total += message === null ? 0 : recipientsOf(message).length;
    if (message === null || total > MAX_RECIPIENTS) return null;
    messages.push(message);
  }
  return messages;
}

function versionsOf(document: JsonObject): readonly Json[] | null {
  const versions = document['messageVersions'] ?? null;
  return versions === null ? [] : isJsonArray(versions) ? versions : null;
}

function readTop(document: JsonObject): MailMessage | null {
  const lists = readLists(document, LISTS);
  const message = mailOfParts({
    sender: readSender(document['sender']),
    recipients: lists && addressesOf(lists),
    replyTo: readReply(document['replyTo']),
    subject: document['subject'],
    attachments: readAttachments(document['attachment'], ATTACHMENT),
    templated: (document['templateId'] ?? null) !== null,
  });
  if (message === null) return null;
  return { ...message, scheduled: (document['scheduledAt'] ?? null) !== null, sandbox: isDropped(document['headers']) };
}

/** What a version does not say is as at the top. */
function readVersion(version: Json, top: MailMessage): MailMessage | null {
  if (!isJsonObject(version) || hasOtherSpelling(version, NAMES) || !harmlessHeaders(version['headers'])) return null;
  const lists = readLists(version, LISTS);
  const replyTo = readReply(version['replyTo']);
  const { subject } = version;
  if (lists === null || replyTo === null || breaksHeader(subject) || lists.to.length === 0) return null;
  const { to, cc, bcc } = addressesOf(lists);
  const templated = top.templated === true || (version['templateId'] ?? null) !== null;
  const said = typeof subject === 'string' ? subject : top.subject;
  return {
    ...top,
    to,
    cc: [...cc, ...(version['cc'] === undefined ? top.cc : [])],
    bcc: [...bcc, ...(version['bcc'] === undefined ? top.bcc : [])],
    replyTo: version['replyTo'] === undefined ? (top.replyTo ?? []) : replyTo,
    subject: templated ? undefined : said,
    templated,
  };
}

/** Null when a template or the account (`{"id": 5}`) says who; undefined when it can't be read surely. */
function readSender(sender: Json | undefined): MailAddress | null | undefined {
  if (sender === undefined || sender === null) return null;
  if (!isJsonObject(sender) || hasOtherSpelling(sender, SENDER_NAMES)) return undefined;
  // With both, the id wins at the vendor, and then the address here is nobody's.
  if (sender['email'] === undefined) return sender['id'] === undefined ? undefined : null;
  return sender['id'] === undefined ? (readEntry(sender) ?? undefined) : undefined;
}

function readReply(entry: Json | undefined): readonly MailAddress[] | null {
  if (entry === undefined || entry === null) return [];
  const address = readEntry(entry);
  return address === null ? null : [address];
}

/** The API's sandbox. Only its documented value counts: any other is mail. */
function isDropped(headers: Json | undefined): boolean {
  return isJsonObject(headers) && headers['X-Sib-Sandbox'] === 'drop';
}

function keepBrevoRecipients(document: Json, domains: ReadonlySet<string>, changed: string[]): Json | null {
  if (!isJsonObject(document)) return null;
  const versions = versionsOf(document) ?? [];
  if (versions.length === 0) return keepTop(document, domains, changed);
  const kept = versions.map((version) => (isJsonObject(version) ? keepTop(version, domains, changed) : null));
  const left = kept.filter((version) => version !== null);
  if (left.length === 0) return null;
  const top = keepShared(document, domains, changed);
  return changed.length === 0 ? document : withMembers(top, { messageVersions: left });
}

function keepTop(object: JsonObject, domains: ReadonlySet<string>, changed: string[]): JsonObject | null {
  const lists = readLists(object, LISTS);
  return lists === null ? null : keepInObject(object, lists, LISTS, domains, changed);
}

/** What versions share: nobody needs to be left here, and nobody moves up. */
function keepShared(document: JsonObject, domains: ReadonlySet<string>, changed: string[]): JsonObject {
  const lists = readLists(document, LISTS);
  if (lists === null) return document;
  const members = (['to', 'cc', 'bcc'] as const).map((field): [string, Json | undefined] => {
    const stay = inside(lists, field, domains);
    for (const { addresses } of lists[field].filter((recipient) => !stay.includes(recipient)))
      changed.push(`${field}: removed ${addresses.map((one) => one.address).join(' ')}`);
    return [field, stay.length === 0 ? undefined : stay.map((recipient) => recipient.entry)];
  });
  return withMembers(document, Object.fromEntries(members));
}

function inside(lists: RecipientLists, field: keyof RecipientLists, domains: ReadonlySet<string>): RecipientLists['to'] {
  return lists[field].filter((recipient) => recipient.addresses.every((address) => domains.has(address.domain)));
}
