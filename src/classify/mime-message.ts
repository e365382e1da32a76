// A raw mail message (RFC 5322, MIME) as an API is asked to send it: who gets it, whom it says it is from, and what files it carries.

import { type MailAddress, readAddress, readAddressList } from './email-address.ts';
import { decodeWords, wordsHideSigns } from './encoded-word.ts';
import { type MimeField, onlyField, readMimeHead } from './mime-head.ts';
import { type MimeAttachment, readAttachments } from './mime-parts.ts';
import { MimeProblem } from './mime-problem.ts';

export interface MimeMessage {
  /** Every field of the message's own header block, in order, for what a vendor reads besides (`x-mc-bccaddress`). */
  readonly fields: readonly MimeField[];
  /** All addresses of `From`; empty when there is none and the API sets it. */
  readonly from: readonly MailAddress[];
  /** `Sender`. */
  readonly sender: MailAddress | undefined;
  /** Every occurrence, `Resent-To` and `Apparently-To` too. */
  readonly to: readonly MailAddress[];
  /** Every occurrence, `Resent-Cc` too. */
  readonly cc: readonly MailAddress[];
  /** Every occurrence, `Resent-Bcc` too. */
  readonly bcc: readonly MailAddress[];
  readonly replyTo: readonly MailAddress[];
  /** `Return-Path`, where bounces go when the API takes it; undefined for `<>` too. */
  readonly returnPath: MailAddress | undefined;
  /** Encoded words decoded. */
  readonly subject: string | undefined;
  readonly attachments: readonly MimeAttachment[];
}

/** `message` is undefined exactly when there is a problem, which is told for people and quotes nothing of the mail. */
type MimeReading =
  | { readonly message: MimeMessage; readonly problem: null }
  | { readonly message: undefined; readonly problem: string };

/** The fields that mailers take recipients from, by the list that they add to. */
export const RECIPIENT_FIELD_NAMES = {
  to: ['to', 'resent-to', 'apparently-to'],
  cc: ['cc', 'resent-cc'],
  bcc: ['bcc', 'resent-bcc'],
} as const;

/**
 * A line with nothing but a dot ends the mail for an SMTP server that takes the line ends around it for its own, and what follows is
 * another mail. Between proper line ends every client doubles it.
 */
const SMUGGLED_DOT = /(?<!\r)\n\.[\r\n]|\n\.(?:\n|\r(?!\n))|\r\.[\r\n]/;

/** Never throws: what mail systems could read differently from us is a problem, and a problem is never a grant (E22). */
export function readMimeMessage(bytes: Buffer): MimeReading {
  try {
    return { message: readMessage(bytes), problem: null };
  } catch (error) {
    if (error instanceof MimeProblem) return { message: undefined, problem: error.message };
    throw error;
  }
}

function readMessage(bytes: Buffer): MimeMessage {
  if (bytes.includes(0)) throw new MimeProblem('the message holds a NUL byte');
  const text = bytes.toString('latin1');
  if (SMUGGLED_DOT.test(text)) throw new MimeProblem('the message holds a line with a dot that could end it early');
  const { fields, lineEnd } = readMimeHead(text, 0, text.length);
  const from = addressesOf(fields, ['from']);
  onlyField(fields, 'from');
  const sender = oneAddress(fields, 'sender');
  for (const resent of addressesOf(fields, ['resent-from', 'resent-sender']))
    if (!from.some(({ address }) => address === resent.address))
      throw new MimeProblem('the message was sent on by somebody else');
  return {
    fields,
    from,
    sender,
    to: addressesOf(fields, RECIPIENT_FIELD_NAMES.to),
    cc: addressesOf(fields, RECIPIENT_FIELD_NAMES.cc),
    bcc: addressesOf(fields, RECIPIENT_FIELD_NAMES.bcc),
    replyTo: addressesOf(fields, ['reply-to']),
    returnPath: onlyField(fields, 'return-path') === '<>' ? undefined : oneAddress(fields, 'return-path'),
    subject: subjectOf(fields),
    attachments: readAttachments(text, lineEnd),
  };
}

/** Of all occurrences: a mailer that keeps the first only sends to fewer. An empty field (`Bcc:`) names nobody. */
function addressesOf(fields: readonly MimeField[], names: readonly string[]): readonly MailAddress[] {
  const found: MailAddress[] = [];
  for (const { name, value } of fields) {
    if (!names.includes(name) || value === '') continue;
    const addresses = wordsHideSigns(value) ? null : readAddressList(value);
    if (addresses === null) throw new MimeProblem(`\`${name}\` holds what is not surely an address`);
    found.push(...addresses);
  }
  return found;
}

function oneAddress(fields: readonly MimeField[], name: string): MailAddress | undefined {
  const value = onlyField(fields, name) ?? '';
  if (value === '') return undefined;
  const address = wordsHideSigns(value) ? null : readAddress(value);
  if (address === null) throw new MimeProblem(`\`${name}\` holds what is not surely one address`);
  return address;
}

function subjectOf(fields: readonly MimeField[]): string | undefined {
  const value = onlyField(fields, 'subject');
  if (value === undefined) return undefined;
  const subject = decodeWords(value);
  if (/[\r\n\0]/.test(subject)) throw new MimeProblem('the subject hides a line break');
  return subject;
}
