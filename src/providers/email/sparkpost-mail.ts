// A transmission as SparkPost takes it: everybody is a recipient, and `header_to` makes a copy of it (cc or bcc) for one of them.

import { type MailAddress, readAddress, readBareAddress, splitAddressList } from '../../classify/email-address.ts';
import { readMimeMessage } from '../../classify/mime-message.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../classify/strict-json.ts';
import { type AttachmentMembers, readAttachments } from './mail-attachments.ts';
import { type JsonMail, oneMessage } from './mail-call.ts';
import { harmlessHeaders, hasOtherSpelling, memberNames, readReplyTo, withMembers } from './mail-json.ts';
import { MAX_RECIPIENTS, type MailMessage } from './mail-message.ts';
import { mailOfParts } from './mail-parts.ts';
import { mimeMail } from './mime-mail.ts';
import { namedReader } from './recipient-lists.ts';

const NAMES = memberNames('recipients', 'content', 'options', 'return_path', 'cc', 'bcc');
const CONTENT_NAMES = memberNames(
  'from',
  'reply_to',
  'subject',
  'headers',
  'attachments',
  'inline_images',
  'email_rfc822',
  'template_id',
  'ab_test_id',
);
/** What a recipient may hold. Anything else (`multichannel_addresses`, `return_path`) may be one more way to somebody. */
const RECIPIENT_NAMES: ReadonlySet<string> = new Set(['address', 'tags', 'metadata', 'substitution_data']);
const ADDRESS_NAMES = memberNames('email', 'name', 'header_to');
const ATTACHMENT: AttachmentMembers = { name: ['name'], type: ['type'], content: ['data'], url: [] };
const readNamed = namedReader('email', 'name');

/** `POST /api/v1/transmissions`. */
export const SPARKPOST_MAIL: JsonMail = {
  read: oneMessage(readTransmission),
  keep: keepSparkpostRecipients,
};

/** Null when any sender or recipient can't be read surely. */
function readTransmission(document: Json): MailMessage | null {
  if (!isJsonObject(document) || hasOtherSpelling(document, NAMES)) return null;
  // The SDK has these, the API does not: were it to read them one day, they would be recipients.
  if (document['cc'] !== undefined || document['bcc'] !== undefined) return null;
  const { content, options = {}, return_path: returnPath } = document;
  if (!isJsonObject(content) || hasOtherSpelling(content, CONTENT_NAMES) || !isJsonObject(options)) return null;
  const message = readContent(content);
  const recipients = readRecipients(document['recipients'], message?.cc ?? []);
  const bounces = typeof returnPath === 'string' ? readBareAddress(returnPath) : undefined;
  if (message === null || recipients === null || bounces === null || (returnPath !== undefined && bounces === undefined))
    return null;
  const isRaw = content['email_rfc822'] !== undefined;
  return {
    ...message,
    ...(isRaw ? asEnvelope(recipients) : recipients),
    ...(bounces === undefined ? {} : { envelopeSender: bounces }),
    scheduled: options['start_time'] !== undefined,
    sandbox: options['sandbox'] === true,
  };
}

function readContent(content: JsonObject): MailMessage | null {
  const { headers = null, subject } = content;
  const raw = content['email_rfc822'];
  // A raw message beside fields of its own: which of them counts is the vendor's secret.
  if (raw !== undefined)
    return typeof raw === 'string' && Object.keys(content).every((key) => RAW_NAMES.has(key)) ? readRaw(raw) : null;
  const templated = content['template_id'] !== undefined || content['ab_test_id'] !== undefined;
  const copies = readCopies(headers);
  const files = [content['attachments'], content['inline_images']].map((list) => readAttachments(list, ATTACHMENT));
  const [attachments, images] = files;
  return mailOfParts({
    sender: templated && content['from'] === undefined ? null : (readFrom(content['from']) ?? undefined),
    recipients: copies && { to: [], cc: copies, bcc: [] },
    replyTo: readReplyTo(content['reply_to']),
    subject,
    attachments: attachments && images ? [...attachments, ...images] : null,
    templated,
  });
}

const RAW_NAMES: ReadonlySet<string> = new Set(['email_rfc822', 'use_draft_template']);

/** Its header fields only show recipients: what is delivered is the list beside it. Both are judged. */
function readRaw(raw: string): MailMessage | null {
  const bytes = Buffer.from(raw);
  // Over SMTP this field is a call of its own, with recipients.
  const instructs = readMimeMessage(bytes).message?.fields.some(({ name }) => name === 'x-msys-api');
  return instructs === true ? null : mimeMail(bytes);
}

function readFrom(from: Json | undefined): MailAddress | null {
  return typeof from === 'string' ? readAddress(from) : readNamed(from);
}

/** The addresses of the `CC` field, which only shows them. Null when any other field is not harmless. */
function readCopies(headers: Json): readonly MailAddress[] | null {
  if (headers === null) return [];
  if (!isJsonObject(headers)) return null;
  const names = Object.keys(headers).filter((name) => name.toLowerCase() === 'cc');
  const [name] = names;
  if (names.length > 1 || !harmlessHeaders(withMembers(headers, Object.fromEntries(names.map((one) => [one, undefined])))))
    return null;
  return name === undefined ? [] : readReplyTo(headers[name]);
}

type Recipients = Pick<MailMessage, 'to' | 'cc' | 'bcc' | 'recipientsKnown'>;

/** Of a raw message, whose own fields say who is to, cc and bcc. A stored list stays unknown. */
function asEnvelope({ to, bcc, recipientsKnown }: Recipients): Pick<MailMessage, 'envelope' | 'recipientsKnown'> {
  return { envelope: [...to, ...bcc], ...(recipientsKnown === undefined ? {} : { recipientsKnown }) };
}

/** `shown`: the addresses of the `CC` field. A stored list (`{"list_id": …}`) names nobody. */
function readRecipients(recipients: Json | undefined, shown: readonly MailAddress[]): Recipients | null {
  if (isJsonObject(recipients)) {
    const keys = Object.keys(recipients).join();
    return keys === 'list_id' ? { to: [], cc: shown, bcc: [], recipientsKnown: false } : null;
  }
  if (!isJsonArray(recipients)) return null;
  const to: MailAddress[] = [];
  const bcc: MailAddress[] = [];
  const open = new Set(shown.map((one) => one.address));
  let total = 0;
  for (const recipient of recipients) {
    const read = readRecipient(recipient);
    total += read === null ? 0 : 1 + (read.headerTo?.length ?? 0);
    if (read === null || total > MAX_RECIPIENTS) return null;
    if (read.headerTo === undefined) to.push(read.address);
    // What stands in `header_to` is what readers see as To: it names nobody new in honest mail, and counts as named in any other.
    else to.push(...read.headerTo);
    if (read.headerTo !== undefined && !open.has(read.address.address)) bcc.push(read.address);
  }
  return { to, cc: shown, bcc };
}

interface Recipient {
  readonly address: MailAddress;
  readonly headerTo: readonly MailAddress[] | undefined;
}

function readRecipient(recipient: Json): Recipient | null {
  if (!isJsonObject(recipient) || !Object.keys(recipient).every((key) => RECIPIENT_NAMES.has(key))) return null;
  const entry = recipient['address'];
  if (typeof entry === 'string') {
    const address = readAddress(entry);
    return address === null ? null : { address, headerTo: undefined };
  }
  const address = isJsonObject(entry) && !hasOtherSpelling(entry, ADDRESS_NAMES) ? readNamed(entry) : null;
  if (address === null || !isJsonObject(entry)) return null;
  const headerTo = entry['header_to'] === undefined ? undefined : readReplyTo(entry['header_to']);
  return headerTo === null ? null : { address, headerTo };
}

/** Each recipient gets a mail of its own, so nobody moves up; whoever is taken out is no longer shown to the others either. */
function keepSparkpostRecipients(document: Json, domains: ReadonlySet<string>, changed: string[]): JsonObject | null {
  if (!isJsonObject(document) || !isJsonArray(document['recipients']) || !isJsonObject(document['content'])) return null;
  const kept: Json[] = [];
  for (const recipient of document['recipients']) {
    const read = readRecipient(recipient);
    if (read === null || !isJsonObject(recipient)) return null;
    if (domains.has(read.address.domain)) kept.push(withShown(recipient, domains, changed));
    else changed.push(`recipients: removed ${read.address.address}`);
  }
  if (kept.length === 0) return null;
  const content = withCopies(document['content'], domains, changed);
  return changed.length === 0 ? document : withMembers(document, { recipients: kept, content });
}

function withShown(recipient: JsonObject, domains: ReadonlySet<string>, changed: string[]): JsonObject {
  const { address } = recipient;
  if (!isJsonObject(address)) return recipient;
  const shown = address['header_to'];
  const left = keepText(shown, domains, 'header_to', changed);
  return left === shown ? recipient : withMembers(recipient, { address: withMembers(address, { header_to: left }) });
}

function withCopies(content: JsonObject, domains: ReadonlySet<string>, changed: string[]): JsonObject {
  const { headers } = content;
  if (!isJsonObject(headers)) return content;
  const name = Object.keys(headers).find((one) => one.toLowerCase() === 'cc');
  if (name === undefined) return content;
  const left = keepText(headers[name], domains, name, changed);
  return left === headers[name] ? content : withMembers(content, { headers: withMembers(headers, { [name]: left }) });
}

/** The text without addresses outside; undefined when none is left; itself when all may stay. */
function keepText(text: Json | undefined, domains: ReadonlySet<string>, field: string, changed: string[]): Json | undefined {
  const entries = typeof text === 'string' ? splitAddressList(text) : null;
  if (entries === null) return text;
  const stay = entries.filter((one) => domains.has(one.address.domain));
  if (stay.length === entries.length) return text;
  changed.push(`${field}: no longer shows ${entries.length - stay.length} of ${entries.length}`);
  return stay.length === 0 ? undefined : stay.map((one) => one.text).join(', ');
}
