// A raw message as Mandrill takes it: an envelope beside it, and instructions to the vendor in the message's own header.

import { type MailAddress, readAddress, readBareAddress } from '../../classify/email-address.ts';
import type { MimeField } from '../../classify/mime-head.ts';
import { readMimeMessage } from '../../classify/mime-message.ts';
import { isJsonArray, isJsonObject, type Json } from '../../classify/strict-json.ts';
import { type JsonMail, oneMessage } from './mail-call.ts';
import { breaksHeader, hasOtherSpelling, memberNames } from './mail-json.ts';
import type { MailMessage } from './mail-message.ts';
import { mimeMail } from './mime-mail.ts';

const NAMES = memberNames('key', 'raw_message', 'from_email', 'from_name', 'to', 'send_at', 'return_path_domain');

/** `/messages/send-raw`: `to` is the envelope; without it the message's own fields are. */
export const MANDRILL_RAW: JsonMail = {
  read: oneMessage(readRawMail),
};

function readRawMail(document: Json): MailMessage | null {
  if (!isJsonObject(document) || hasOtherSpelling(document, NAMES) || breaksHeader(document['from_name'])) return null;
  const raw = document['raw_message'];
  const bytes = typeof raw === 'string' ? Buffer.from(raw) : null;
  const mail = bytes === null ? null : mimeMail(bytes);
  const asked = bytes === null ? null : readInstructions(readMimeMessage(bytes).message?.fields ?? []);
  const envelope = readEnvelope(document['to']);
  if (mail === null || asked === null || envelope === null) return null;
  const sender = readSender(document['from_email'], mail.sender);
  if (sender === null) return null;
  const scheduled = asked.scheduled || (document['send_at'] ?? '') !== '';
  const subject = asked.templated ? undefined : mail.subject;
  return { ...mail, ...envelope, sender, subject, bcc: [...mail.bcc, ...asked.copies], templated: asked.templated, scheduled };
}

/** What the call says wins over the message. */
function readSender(from: Json | undefined, own: MailAddress | null): MailAddress | null {
  if (from === undefined || from === null || from === '') return own;
  return typeof from === 'string' ? readBareAddress(from) : null;
}

function readEnvelope(list: Json | undefined): Pick<MailMessage, 'envelope'> | null {
  if (list === undefined || list === null) return {};
  if (!isJsonArray(list)) return null;
  if (list.length === 0) return {};
  const envelope: MailAddress[] = [];
  for (const entry of list) {
    const address = typeof entry === 'string' ? readAddress(entry) : null;
    if (address === null) return null;
    envelope.push(address);
  }
  return { envelope };
}

interface Instructions {
  readonly copies: readonly MailAddress[];
  readonly templated: boolean;
  readonly scheduled: boolean;
}

/** Mandrill obeys `X-MC-…` fields of a message: one of them sends a copy to somebody else. */
function readInstructions(fields: readonly MimeField[]): Instructions | null {
  const has = (name: string): boolean => fields.some((field) => field.name === name);
  const copies = fields.filter((field) => field.name === 'x-mc-bccaddress').map((field) => readBareAddress(field.value));
  if (copies.some((copy) => copy === null)) return null;
  return {
    copies: copies.filter((copy) => copy !== null),
    templated: has('x-mc-template'),
    scheduled: has('x-mc-sendat'),
  };
}
