// A raw message as the mail APIs' normal form.

import { type MimeMessage, readMimeMessage } from '../../classify/mime-message.ts';
import type { MailAttachment, MailMessage } from './mail-message.ts';

/** Null when it can't be read surely, or says it is from several people. */
export function mimeMail(bytes: Buffer): MailMessage | null {
  const { message } = readMimeMessage(bytes);
  if (message === undefined) return null;
  const [from, second] = message.from;
  // `Sender` is whose mailbox it is and `From` whom readers see: where they differ, no one sender can be named.
  if (second !== undefined || (message.sender !== undefined && message.sender.address !== from?.address)) return null;
  const { returnPath } = message;
  return {
    sender: from ?? null,
    ...(returnPath === undefined ? {} : { envelopeSender: returnPath }),
    to: message.to,
    cc: message.cc,
    bcc: message.bcc,
    replyTo: message.replyTo,
    subject: message.subject,
    attachments: message.attachments.map(mailAttachment),
  };
}

function mailAttachment({ names, type, bytes }: MimeMessage['attachments'][number]): MailAttachment {
  const [name = 'unnamed', ...otherNames] = names;
  return { name, otherNames, type, bytes };
}
