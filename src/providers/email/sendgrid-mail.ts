// The body of SendGrid's mail send: personalizations are messages that share a sender, a subject and attachments unless they say otherwise.

import { type MailAddress, readBareAddress } from '../../classify/email-address.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, lookalikeKey, writeJson } from '../../classify/strict-json.ts';
import { InterlockError } from '../../errors.ts';
import type { EditedBody } from '../body-edit.ts';
import {
  addressesOf,
  keepRecipients,
  nobodyLeft,
  RECIPIENT_FIELDS,
  type Recipient,
  type RecipientLists,
} from './keep-recipients.ts';
import { type AttachmentMembers, readAttachments } from './mail-attachments.ts';
import { breaksHeader, harmlessHeaders, withMembers } from './mail-json.ts';
import type { MailMessage } from './mail-message.ts';

const MAIL_NAMES = new Set([
  'from',
  'personalizations',
  'subject',
  'attachments',
  'mail_settings',
  'headers',
  'template_id',
  'reply_to',
  'reply_to_list',
  'send_at',
  'to',
  'cc',
  'bcc',
]);
const PERSONALIZATION_NAMES = new Set(['to', 'cc', 'bcc', 'from', 'subject', 'headers', 'send_at']);
const SETTINGS_NAMES = new Set(['bcc', 'sandbox_mode', 'spam_check']);
/** Each of these is known to send the mail to nobody else. */
const KNOWN_SETTINGS = new Set([
  ...SETTINGS_NAMES,
  'footer',
  'bypass_list_management',
  'bypass_spam_management',
  'bypass_bounce_management',
  'bypass_unsubscribe_management',
]);
const SETTING_NAMES = new Set(['enable', 'email', 'post_to_url']);
const ADDRESS_NAMES = new Set(['email', 'name']);
const ATTACHMENT: AttachmentMembers = { name: ['filename'], type: ['type'], content: ['content'], url: [] };

/** Null when any sender or recipient can't be read surely, or something else in the document would get a copy. */
export function readSendgridMail(document: Json): readonly MailMessage[] | null {
  if (!isJsonObject(document) || lookalikeKey(document, MAIL_NAMES) !== undefined) return null;
  // Recipients live in personalizations; a reader that took them here as well would be another mail API.
  if (RECIPIENT_FIELDS.some((field) => document[field] !== undefined) || !harmlessHeaders(document['headers'])) return null;
  const shared = readShared(document);
  const personalizations = document['personalizations'];
  if (shared === null || breaksHeader(document['subject']) || !isJsonArray(personalizations)) return null;
  const replies = writeJson([document['reply_to'] ?? null, document['reply_to_list'] ?? null]);
  const messages: MailMessage[] = [];
  for (const personalization of personalizations) {
    const message = readPersonalization(personalization, document, replies);
    if (message === null) return null;
    const { copies, ...same } = shared;
    const scheduled = same.scheduled || message.scheduled;
    messages.push({ ...message, ...same, scheduled, bcc: [...message.bcc, ...copies] });
  }
  return messages.length === 0 ? null : messages;
}

type SharedParts = Required<Pick<MailMessage, 'attachments' | 'replyTo' | 'sandbox' | 'templated' | 'scheduled'>>;

/** What all personalizations have in common. */
function readShared(document: JsonObject): (SharedParts & Settings) | null {
  const settings = readSettings(document['mail_settings']);
  const attachments = readAttachments(document['attachments'], ATTACHMENT);
  const replyTo = readReplies(document);
  if (settings === null || attachments === null || replyTo === null) return null;
  const templated = document['template_id'] !== undefined;
  return { ...settings, attachments, replyTo, templated, scheduled: document['send_at'] !== undefined };
}

/** `reply_to` is one entry, `reply_to_list` several. */
function readReplies(document: JsonObject): readonly MailAddress[] | null {
  const one = document['reply_to'];
  const list = readList(document['reply_to_list'] ?? undefined);
  const first = one === undefined || one === null ? [] : readList([one]);
  return list === null || first === null ? null : [...first, ...list].flatMap((entry) => entry.addresses);
}

type PersonalMessage = Pick<MailMessage, 'sender' | 'to' | 'cc' | 'bcc' | 'subject'> & { readonly scheduled: boolean };

/** `replies`: the document's Reply-To members as text. */
function readPersonalization(personalization: Json, document: JsonObject, replies: string): PersonalMessage | null {
  const lists = readLists(personalization);
  if (lists === null || !isJsonObject(personalization) || !harmlessHeaders(personalization['headers'])) return null;
  if (breaksHeader(personalization['subject']) || isSubstituted(personalization, replies)) return null;
  const sender = readEntry(personalization['from'] ?? document['from'] ?? null);
  const subject = personalization['subject'] ?? document['subject'];
  const hasSubject =
    typeof subject === 'string' && document['template_id'] === undefined && !isSubstituted(personalization, subject);
  if (sender === null) return null;
  const scheduled = personalization['send_at'] !== undefined;
  return { sender, ...addressesOf(lists), subject: hasSubject ? subject : undefined, scheduled };
}

/** Does a substitution tag, which may be any text, stand in what is judged? The API puts other text there, in Reply-To and subject. */
function isSubstituted(personalization: JsonObject, text: string): boolean {
  const tags = personalization['substitutions'];
  if (!isJsonObject(tags)) return false;
  return text.length > MAX_SEARCHED || Object.keys(tags).some((tag) => tag === '' || text.includes(tag));
}

/** No honest subject is longer; each personalization's tags are looked for in it (threat C9). */
const MAX_SEARCHED = 2000;

function readLists(personalization: Json): RecipientLists | null {
  if (!isJsonObject(personalization) || lookalikeKey(personalization, PERSONALIZATION_NAMES) !== undefined) return null;
  const [to, cc, bcc] = RECIPIENT_FIELDS.map((field) => readList(personalization[field]));
  return to && cc && bcc ? { to, cc, bcc } : null;
}

function readList(list: Json | undefined): readonly Recipient[] | null {
  if (list === undefined) return [];
  if (!isJsonArray(list)) return null;
  const recipients: Recipient[] = [];
  for (const entry of list) {
    const address = readEntry(entry);
    if (address === null) return null;
    recipients.push({ entry, addresses: [address] });
  }
  return recipients;
}

/** `{"email": "a@ex.com", "name": "A"}`. */
function readEntry(entry: Json): MailAddress | null {
  if (!isJsonObject(entry) || lookalikeKey(entry, ADDRESS_NAMES) !== undefined) return null;
  const email = entry['email'];
  return typeof email === 'string' && !breaksHeader(entry['name']) ? readBareAddress(email) : null;
}

interface Settings {
  readonly sandbox: boolean;
  readonly copies: readonly MailAddress[];
}

/** `mail_settings.bcc` copies every message to one more address; `spam_check.post_to_url` sends them to a URL, which no fact can tell. */
function readSettings(settings: Json | undefined): Settings | null {
  if (settings === undefined || settings === null) return { sandbox: false, copies: [] };
  if (!isJsonObject(settings) || !Object.keys(settings).every((name) => KNOWN_SETTINGS.has(name))) return null;
  const [bcc, sandbox, spamCheck] = ['bcc', 'sandbox_mode', 'spam_check'].map((name) => readSetting(settings[name]));
  if (!bcc || !sandbox || !spamCheck || (spamCheck['post_to_url'] ?? '') !== '') return null;
  const email = bcc['email'] ?? '';
  const copy = typeof email === 'string' && email !== '' ? readBareAddress(email) : undefined;
  if (typeof email !== 'string' || copy === null) return null;
  return { sandbox: sandbox['enable'] === true, copies: copy === undefined ? [] : [copy] };
}

function readSetting(setting: Json | undefined): JsonObject | null {
  if (setting === undefined || setting === null) return {};
  return isJsonObject(setting) && lookalikeKey(setting, SETTING_NAMES) === undefined ? setting : null;
}

/**
 * Takes recipients outside `domains` out of every personalization and drops those that are left with nobody. Returns `bytes` themselves
 * when nothing had to change. Throws CONSTRAINT_FAILED when nobody at all is left, or the message can't be read surely.
 */
export function keepSendgridRecipients(document: Json, domains: ReadonlySet<string>, bytes: Buffer): EditedBody {
  if (readSendgridMail(document) === null || !isJsonObject(document) || !isJsonArray(document['personalizations'])) {
    throw new InterlockError('CONSTRAINT_FAILED', 'the message could not be read to take recipients out');
  }
  const changed: string[] = [];
  const personalizations: Json[] = [];
  for (const personalization of document['personalizations']) {
    const lists = readLists(personalization);
    if (lists === null || !isJsonObject(personalization)) throw nobodyLeft();
    const kept = keepRecipients(lists, domains);
    changed.push(...kept.changed);
    if (kept.lists !== null) personalizations.push(withLists(personalization, kept.lists));
  }
  const settings = keepCopy(document['mail_settings'], domains, changed);
  if (personalizations.length === 0) throw nobodyLeft();
  if (changed.length === 0) return { bytes, changed };
  return { bytes: Buffer.from(writeJson(withMembers(document, { personalizations, mail_settings: settings }))), changed };
}

function withLists(personalization: JsonObject, lists: RecipientLists): JsonObject {
  const entries = (field: 'to' | 'cc' | 'bcc'): Json | undefined => {
    // The API refuses an empty cc or bcc.
    return lists[field].length === 0 ? undefined : lists[field].map((recipient) => recipient.entry);
  };
  return withMembers(personalization, { to: entries('to'), cc: entries('cc'), bcc: entries('bcc') });
}

function keepCopy(settings: Json | undefined, domains: ReadonlySet<string>, changed: string[]): Json | undefined {
  const [copy] = readSettings(settings)?.copies ?? [];
  if (copy === undefined || domains.has(copy.domain) || !isJsonObject(settings)) return settings;
  changed.push(`mail_settings.bcc: removed ${copy.address}`);
  return withMembers(settings, { bcc: undefined });
}
