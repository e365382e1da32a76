// The message resource of Microsoft Graph, whose names are matched without regard to case, and the bodies that carry one.

import { MIME_BASE64, readBase64 } from '../../classify/base64.ts';
import { isUtf8Type, mediaType } from '../../classify/content-type.ts';
import { type MailAddress, readBareAddress } from '../../classify/email-address.ts';
import { looseMembers } from '../../classify/loose-members.ts';
import { foldName, isJsonArray, isJsonObject, type Json } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { addressesOf, type Recipient, type RecipientLists } from './keep-recipients.ts';
import { base64Bytes, declaredType } from './mail-attachments.ts';
import { breaksHeader, harmlessHeaders } from './mail-json.ts';
import type { MailAttachment, MailMessage } from './mail-message.ts';

export const LIST_NAMES = ['toRecipients', 'ccRecipients', 'bccRecipients'] as const;
const MESSAGE_NAMES = [
  ...LIST_NAMES,
  'from',
  'sender',
  'replyTo',
  'subject',
  'attachments',
  'internetMessageHeaders',
  'singleValueExtendedProperties',
] as const;
const NAME_LENGTH = 200;

/** Null when any of it can't be read surely. `user` is whose mailbox it is, when the path names it. It may name nobody. */
export function readGraphMessage(document: Json | undefined, user: string | null): MailMessage | null {
  const members = isJsonObject(document) ? looseMembers(document, MESSAGE_NAMES) : null;
  if (members === null || breaksHeader(members.subject) || !harmlessInternetHeaders(members.internetMessageHeaders)) return null;
  const lists = readGraphLists(document);
  const attachments = readGraphAttachments(members.attachments);
  const replyTo = readRecipients(members.replyTo);
  const from = readOne(members.from);
  const sender = readOne(members.sender);
  if (lists === null || attachments === null || replyTo === null || from === null || sender === null) return null;
  const visible = from ?? sender ?? (user === null ? null : readBareAddress(user));
  const { subject } = members;
  return {
    sender: visible,
    ...(sender === undefined || sender.address === visible?.address ? {} : { envelopeSender: sender }),
    ...addressesOf(lists),
    replyTo: replyTo.flatMap((one) => one.addresses),
    subject: typeof subject === 'string' ? subject : undefined,
    attachments,
    // MAPI properties can defer it.
    scheduled: isJsonArray(members.singleValueExtendedProperties) && members.singleValueExtendedProperties.length > 0,
  };
}

/** Each list's entries with their addresses. Null when one can't be read surely. */
export function readGraphLists(document: Json | undefined): RecipientLists | null {
  const members = isJsonObject(document) ? looseMembers(document, LIST_NAMES) : null;
  if (members === null) return null;
  const [to, cc, bcc] = LIST_NAMES.map((name) => readRecipients(members[name]));
  return to && cc && bcc ? { to, cc, bcc } : null;
}

function readRecipients(value: Json | undefined): readonly Recipient[] | null {
  if (value === undefined || value === null) return [];
  if (!isJsonArray(value)) return null;
  const found: Recipient[] = [];
  for (const entry of value) {
    const address = readRecipient(entry);
    if (address === null) return null;
    found.push({ entry, addresses: [address] });
  }
  return found;
}

/** `{"emailAddress":{"address":"a@ex.com","name":"A"}}`. */
export function readRecipient(entry: Json): MailAddress | null {
  const outer = isJsonObject(entry) ? looseMembers(entry, ['emailAddress']) : null;
  const inner = isJsonObject(outer?.emailAddress) ? looseMembers(outer.emailAddress, ['address', 'name']) : null;
  if (inner === null || typeof inner.address !== 'string' || breaksHeader(inner.name)) return null;
  return readBareAddress(inner.address);
}

/** Undefined: there is none. */
function readOne(value: Json | undefined): MailAddress | undefined | null {
  return value === undefined || value === null ? undefined : readRecipient(value);
}

/** `[{"name":"x-a","value":"b"}]`. */
function harmlessInternetHeaders(list: Json | undefined): boolean {
  if (list === undefined || list === null) return true;
  return (
    isJsonArray(list) &&
    list.every((item) => {
      const header = isJsonObject(item) ? looseMembers(item, ['name', 'value']) : null;
      return typeof header?.name === 'string' && harmlessHeaders({ [header.name]: header.value ?? null });
    })
  );
}

const ATTACHMENT_NAMES = ['@odata.type', 'name', 'contentType', 'contentBytes', 'attachmentType', 'size'] as const;

function readGraphAttachments(list: Json | undefined): readonly MailAttachment[] | null {
  if (list === undefined || list === null) return [];
  if (!isJsonArray(list)) return null;
  const found: MailAttachment[] = [];
  for (const item of list) {
    const attachment = readGraphAttachment(item);
    if (attachment === null) return null;
    found.push(attachment);
  }
  return found;
}

/** A file, an item (a mail, an event, a contact) or a link; also what an upload session says that it will hold. */
export function readGraphAttachment(item: Json | undefined): MailAttachment | null {
  const members = isJsonObject(item) ? looseMembers(item, ATTACHMENT_NAMES) : null;
  if (members === null) return null;
  const { name, contentType, contentBytes, size } = members;
  const kind = members['@odata.type'] ?? members.attachmentType ?? '';
  const isItem = typeof kind === 'string' && foldName(kind).endsWith('itemattachment');
  const type = typeof contentType === 'string' ? declaredType(contentType) : isItem ? 'message/rfc822' : undefined;
  const declared = typeof size === 'number' && contentBytes === undefined ? size : undefined;
  const bytes = typeof contentBytes === 'string' ? base64Bytes(contentBytes) : declared;
  return {
    name: typeof name === 'string' && name !== '' ? name.slice(0, NAME_LENGTH).toWellFormed() : 'unnamed',
    ...(type === undefined ? {} : { type }),
    ...(bytes === undefined ? {} : { bytes }),
  };
}

/** Base64 of a whole MIME message, which `sendMail`, drafts and answers take as `text/plain`. Null when the body is anything else. */
export function mimeBody(request: RequestView, body: InspectedBody): Buffer | null {
  const media = mediaType(request.headers);
  if (body.problem !== null || media.type !== 'text/plain' || !isUtf8Type(media)) return null;
  return readBase64(body.bytes.toString('latin1'), MIME_BASE64);
}

/** What an operation's body holds: `message` and the operation's own members. Null when it can't be read surely. */
export function operationMembers(
  document: Json | undefined,
): Readonly<Partial<Record<'message' | 'toRecipients' | 'comment', Json>>> | null {
  return isJsonObject(document) ? looseMembers(document, ['message', 'toRecipients', 'comment']) : null;
}
