// A tool that sends mail, as the same action that a mail API's request is.

import type { Action } from '../classify/action.ts';
import { readAddress, readAddressList } from '../classify/email-address.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../classify/strict-json.ts';
import type { RequestView } from '../http/request-view.ts';
import { sendActions, unreadSend } from '../providers/email/email-action.ts';
import { addressesOf, type Recipient } from '../providers/email/keep-recipients.ts';
import { type AttachmentMembers, readAttachments } from '../providers/email/mail-attachments.ts';
import { readReplyTo } from '../providers/email/mail-json.ts';
import type { MailAttachment, MailMessage } from '../providers/email/mail-message.ts';
import { mailOfParts } from '../providers/email/mail-parts.ts';
import { namedReader, readEach } from '../providers/email/recipient-lists.ts';
import { argumentAt } from './argument-at.ts';
import type { ToolMapping } from './tool-mapping.ts';

/** Tools have no form of their own, so all of the common ones are read. */
const ATTACHMENT: AttachmentMembers = {
  name: ['filename', 'name'],
  type: ['type', 'contentType', 'content_type', 'mimeType'],
  content: ['content', 'data'],
  url: ['url'],
};
const NAMED = namedReader('email', 'name');

/** `args`: null when they could not be read. */
export function mailTool(view: RequestView, mapping: ToolMapping, args: JsonObject | null): readonly Action[] {
  const message = args === null ? null : readMessage(args, mapping);
  return message === null ? [unreadSend(view)] : sendActions(view, [message]);
}

function readMessage(args: JsonObject, { given }: ToolMapping): MailMessage | null {
  const [to, cc, bcc] = [given['to'], given['cc'], given['bcc']].map((source) => recipientsOf(argumentAt(args, source)));
  const [sender, subject, replyTo] = [given['sender'], given['subject'], given['replyTo']].map((source) =>
    argumentAt(args, source),
  );
  if (subject !== undefined && typeof subject !== 'string') return null;
  return mailOfParts({
    // Whom a tool sends as is often its own affair.
    sender: sender === undefined ? null : ((typeof sender === 'string' ? readAddress(sender) : null) ?? undefined),
    recipients: to && cc && bcc ? addressesOf({ to, cc, bcc }) : null,
    replyTo: replyTo === null ? null : readReplyTo(replyTo),
    subject,
    attachments: attachmentsOf(argumentAt(args, given['attachments'])),
    templated: false,
  });
}

/** Null when any of them can't be read surely. */
function recipientsOf(value: Json | undefined): readonly Recipient[] | null {
  if (value === undefined) return [];
  return readEach(isJsonArray(value) ? value : [value], (entry) => {
    if (typeof entry === 'string') return readAddressList(entry);
    const named = isJsonObject(entry) ? NAMED(entry) : null;
    return named === null ? null : [named];
  });
}

/** A text is a path or a URL; what a tool does with either is that it sends the file along. */
function attachmentsOf(value: Json | undefined): readonly MailAttachment[] | null {
  if (value === undefined) return [];
  if (value === null) return null;
  const entries = (isJsonArray(value) ? value : [value]).map((entry) =>
    typeof entry === 'string' ? (/^https?:/i.test(entry) ? { url: entry } : { name: entry }) : entry,
  );
  return readAttachments(entries, ATTACHMENT);
}
