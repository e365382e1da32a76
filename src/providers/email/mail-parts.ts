// The parts that the JSON mail APIs all have, each read by itself, and the message that they make when all of them could be read surely.

import type { MailAddress } from '../../classify/email-address.ts';
import type { Json } from '../../classify/strict-json.ts';
import { breaksHeader } from './mail-json.ts';
import type { MailAttachment, MailMessage } from './mail-message.ts';

interface MailParts {
  /** Null when a template or the account says who; undefined when it can't be read surely. */
  readonly sender: MailAddress | null | undefined;
  readonly recipients: Pick<MailMessage, 'to' | 'cc' | 'bcc'> | null;
  readonly replyTo: readonly MailAddress[] | null;
  readonly subject: Json | undefined;
  readonly attachments: readonly MailAttachment[] | null;
  readonly templated: boolean;
}

/** Null when any part can't be read surely. A template's own subject is the one that counts, and it is kept at the vendor. */
export function mailOfParts({ sender, recipients, replyTo, subject, attachments, templated }: MailParts): MailMessage | null {
  if (sender === undefined || recipients === null || replyTo === null || attachments === null || breaksHeader(subject))
    return null;
  const said = typeof subject === 'string' && !templated ? subject : undefined;
  return { sender, ...recipients, replyTo, subject: said, attachments, templated };
}
