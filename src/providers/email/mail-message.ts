// The normal form of a message that an API is asked to send: who sends it, who gets it, where answers go, what hangs on it.

import type { MailAddress } from '../../classify/email-address.ts';

/** One message as its API would send it, whatever its vendor's fields are called. */
export interface MailMessage {
  /** The From that readers see. Null when the request leaves it to a template or to the vendor. */
  readonly sender: MailAddress | null;
  /** Where bounces go (MAIL FROM), when the request says so apart of the From. */
  readonly envelopeSender?: MailAddress;
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  readonly bcc: readonly MailAddress[];
  /**
   * Whom the API is told to deliver to, apart of the header fields (SES `Destinations`, Mailgun's `to` beside a MIME message). Both count:
   * the envelope is what is delivered, the header is what readers answer to.
   */
  readonly envelope?: readonly MailAddress[];
  /** Undefined when the vendor keeps it, as of a stored draft. */
  readonly replyTo?: readonly MailAddress[];
  /** False: it also goes to people whom this request does not name (a list, a segment, a stored draft). */
  readonly recipientsKnown?: boolean;
  /** Undefined when a template or nothing sets it. */
  readonly subject: string | undefined;
  /** Undefined when the vendor keeps them. */
  readonly attachments?: readonly MailAttachment[];
  /** What it says comes from a template that is kept at the vendor. */
  readonly templated?: boolean;
  /** It goes later, so it may be changed or called back. */
  readonly scheduled?: boolean;
  /** The API checks and throws away. */
  readonly sandbox?: boolean;
}

export interface MailAttachment {
  /** The file's name, else the URL that the API would fetch, else `unnamed`. */
  readonly name: string;
  /** What other readers would call it, when the message names it more than once (RFC 2231 beside a plain name). */
  readonly otherNames?: readonly string[];
  /** As declared, lower case, without parameters. */
  readonly type?: string;
  /** Decoded size. Absent when the request does not hold the content, or it can't be told. */
  readonly bytes?: number;
  /** The vendor fetches the content there when it sends (E26). */
  readonly url?: URL;
}

/** Everybody who gets it: policy asks who, not who sees whom. */
export function recipientsOf(message: MailMessage): readonly MailAddress[] {
  return [...message.to, ...message.cc, ...message.bcc, ...(message.envelope ?? [])];
}

/**
 * Over all messages of a request. Each vendor's own limit is lower, but for Postmark's batches; more is an attack on the reader (threat C9).
 */
export const MAX_RECIPIENTS = 5000;
