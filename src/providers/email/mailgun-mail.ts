// Messages as Mailgun takes them: form fields, some of them repeated, with header fields as `h:` and options as `o:`.

import { type MailAddress, readAddress } from '../../classify/email-address.ts';
import { foldName } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { EditedBody } from '../body-edit.ts';
import {
  addressesOf,
  keepRecipients,
  nobodyLeft,
  RECIPIENT_FIELDS,
  type Recipient,
  type RecipientLists,
} from './keep-recipients.ts';
import { unreadable } from './mail-call.ts';
import { breaksHeader, headerReplies } from './mail-json.ts';
import { type MailAttachment, MAX_RECIPIENTS, type MailMessage } from './mail-message.ts';
import { declaredType } from './mail-attachments.ts';
import { type MailgunField, mailgunFields, withRecipients } from './mailgun-form.ts';
import { mimeMail } from './mime-mail.ts';
import { readText } from './recipient-lists.ts';

/** Every field of the call but those with a prefix. Another one may be a way to somebody that is not known here. */
const PLAIN: ReadonlySet<string> = new Set([
  'from',
  'to',
  'cc',
  'bcc',
  'subject',
  'text',
  'html',
  'amp-html',
  'attachment',
  'inline',
  'template',
  'recipient-variables',
  'message',
]);
const ONCE: ReadonlySet<string> = new Set(['from', 'subject', 'template', 'message']);
/** Options that send the mail to nobody else. `o:archive-to`, say, gives a copy to a URL. */
const OPTIONS: ReadonlySet<string> = new Set([
  'o:tag',
  'o:dkim',
  'o:secondary-dkim',
  'o:secondary-dkim-public',
  'o:deliverytime',
  'o:deliverytime-optimize-period',
  'o:time-zone-localize',
  'o:testmode',
  'o:tracking',
  'o:tracking-clicks',
  'o:tracking-opens',
  'o:tracking-pixel-location-top',
  'o:require-tls',
  'o:skip-verification',
  'o:sending-ip',
  'o:sending-ip-pool',
  'o:suppress-headers',
]);
const LATER: ReadonlySet<string> = new Set(['o:deliverytime', 'o:deliverytime-optimize-period', 'o:time-zone-localize']);
const TEMPLATE_FIELDS = /^t:(?:variables|version|text)$/;

/** What a call's fields come to: the message without its MIME part, and the envelope of a MIME call. */
interface MailgunForm {
  readonly fields: readonly MailgunField[];
  readonly lists: RecipientLists;
  readonly sender: MailAddress | null;
  readonly replyTo: readonly MailAddress[];
  readonly subject: string | undefined;
  readonly templated: boolean;
}

/** Null when any sender or recipient can't be read surely. */
export function readMailgunMail(request: RequestView, body: InspectedBody): readonly MailMessage[] | null {
  const form = readFields(request, body);
  if (form === null || form.fields.some(({ name }) => name === 'message')) return null;
  const { fields, lists, sender, replyTo, subject, templated } = form;
  if (sender === null && !templated) return null;
  return [
    {
      sender,
      ...addressesOf(lists),
      replyTo,
      subject: templated ? undefined : subject,
      attachments: files(fields),
      templated,
      ...flags(fields),
    },
  ];
}

/**
 * `messages.mime`: the `to` fields are the envelope, and the message's own fields only show. What else is set beside it would change the
 * message after it was judged.
 */
export function readMailgunMime(request: RequestView, body: InspectedBody): readonly MailMessage[] | null {
  const form = readFields(request, body);
  if (form === null || form.templated || form.subject !== undefined || form.sender !== null || form.replyTo.length > 0)
    return null;
  const [message, second] = form.fields.filter(({ name }) => name === 'message');
  const bytes = message?.part === undefined ? Buffer.from(message?.text ?? '') : message.part.body;
  const mail = message === undefined || second !== undefined || form.fields.some(hasContent) ? null : mimeMail(bytes);
  if (mail === null || form.lists.cc.length > 0 || form.lists.bcc.length > 0) return null;
  return [{ ...mail, envelope: addressesOf(form.lists).to, ...flags(form.fields) }];
}

function hasContent({ name }: MailgunField): boolean {
  return name.startsWith('h:') || ['text', 'html', 'amp-html', 'attachment', 'inline'].includes(name);
}

function readFields(request: RequestView, body: InspectedBody): MailgunForm | null {
  const fields = mailgunFields(request, body);
  if (fields === null || !fields.every(isKnown) || hasRepeats(fields)) return null;
  const from = textOf(fields, 'from');
  const sender = from === undefined ? null : readAddress(from);
  const lists = readLists(fields);
  const headers = fields.filter(({ name }) => name.startsWith('h:')).map(({ name, text }) => [name.slice(2), text] as const);
  const replyTo = headerReplies(headers);
  const subject = textOf(fields, 'subject');
  if (lists === null || replyTo === null || breaksHeader(subject) || (from !== undefined && sender === null)) return null;
  return { fields, lists, sender, replyTo, subject, templated: (textOf(fields, 'template') ?? '') !== '' };
}

/** Names are matched as they are documented; another spelling (`To`, `to[0]`) is not known. */
function isKnown({ name, text, part }: MailgunField): boolean {
  if (name === 'attachment' || name === 'inline' || name === 'message') return true;
  // A file where a text is due: some readers take the field, some only its file.
  if (text === null || (part !== undefined && part.filename !== undefined)) return false;
  return PLAIN.has(name) || OPTIONS.has(name) || /^[vh]:./.test(name) || TEMPLATE_FIELDS.test(name);
}

function hasRepeats(fields: readonly MailgunField[]): boolean {
  const once = fields.map(({ name }) => name).filter((name) => ONCE.has(name) || name.startsWith('h:'));
  return new Set(once.map(foldName)).size < once.length;
}

function textOf(fields: readonly MailgunField[], name: string): string | undefined {
  return fields.find((field) => field.name === name)?.text ?? undefined;
}

/** Repeated fields and commas alike. */
function readLists(fields: readonly MailgunField[]): RecipientLists | null {
  const lists: Record<'to' | 'cc' | 'bcc', Recipient[]> = { to: [], cc: [], bcc: [] };
  let total = 0;
  for (const { name, text } of fields) {
    const field = RECIPIENT_FIELDS.find((one) => one === name);
    if (field === undefined) continue;
    total += 1;
    const recipients = text === null || total > MAX_RECIPIENTS ? null : readText(text);
    if (recipients === null) return null;
    total += recipients.length;
    lists[field].push(...recipients);
  }
  return lists;
}

function files(fields: readonly MailgunField[]): MailAttachment[] {
  return fields
    .filter(({ name }) => name === 'attachment' || name === 'inline')
    .map(({ part, text }) => ({
      name: (part?.filename ?? '').slice(0, NAME_LENGTH).toWellFormed() || 'unnamed',
      ...(part === undefined || part.type === '' ? {} : { type: declaredType(part.type) }),
      bytes: part === undefined ? Buffer.byteLength(text ?? '') : part.body.length,
    }));
}

const NAME_LENGTH = 200;

/** `yes` and `true` are the documented values of the test mode; any other is mail. */
function flags(fields: readonly MailgunField[]): Pick<MailMessage, 'scheduled' | 'sandbox'> {
  const tests = fields.filter(({ name }) => name === 'o:testmode').map(({ text }) => text === 'yes' || text === 'true');
  return { scheduled: fields.some(({ name }) => LATER.has(name)), sandbox: tests.length === 1 && tests[0] === true };
}

/** Takes recipients outside `domains` out. Throws CONSTRAINT_FAILED. */
export function keepMailgunRecipients(request: RequestView, body: InspectedBody, domains: ReadonlySet<string>): EditedBody {
  const form = readFields(request, body);
  if (form === null) throw unreadable();
  const { lists, changed } = keepRecipients(form.lists, domains);
  if (lists === null) throw nobodyLeft();
  return { bytes: changed.length === 0 ? body.bytes : withRecipients(request, form.fields, lists), changed };
}
