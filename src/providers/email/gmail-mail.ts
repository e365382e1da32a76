// The message in a Gmail request: base64url in JSON, the whole body, or the second part of a multipart upload.

import { BASE64URL, readBase64 } from '../../classify/base64.ts';
import { isUtf8Type, mediaType } from '../../classify/content-type.ts';
import { type MultipartPart, readMultipart } from '../../classify/multipart.ts';
import { isJsonObject, type Json, type JsonObject, readJson } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { GmailUpload } from './gmail-routes.ts';
import { mailDocument } from './mail-json.ts';

/** `raw` is the RFC 822 message, null when the request has none; `draftId` is the draft that is sent or replaced, as the body names it. */
interface GmailContent {
  readonly raw: Buffer | null;
  readonly draftId: string | null;
}

/** `payload` would be a message as well, if ever Gmail took it; what is not listed here is not known to be harmless. */
const MESSAGE_NAMES: ReadonlySet<string> = new Set(['raw', 'threadId', 'labelIds']);
const DRAFT_NAMES: ReadonlySet<string> = new Set(['id', 'message']);

/** Null when it can't be read surely. `isDraft`: the message is the member `message` of the document. */
export function readGmailContent(
  request: RequestView,
  body: InspectedBody,
  upload: GmailUpload,
  isDraft: boolean,
): GmailContent | null {
  if (body.problem !== null) return null;
  if (upload === 'json') return jsonContent(mailDocument(request, body), isDraft);
  if (upload === 'media') return isMessage(request) ? { raw: body.bytes, draftId: null } : null;
  return upload === 'multipart' ? multipartContent(request, body.bytes, isDraft) : null;
}

/** The parts of a multipart upload: the document, and the message. Null when it is anything else. */
export function uploadParts(request: RequestView, bytes: Buffer): readonly [MultipartPart, MultipartPart] | null {
  const media = mediaType(request.headers);
  if (media.type !== 'multipart/related' || !isUtf8Type(media)) return null;
  const { parts } = readMultipart(media, bytes);
  const [document, message, third] = parts;
  if (document === undefined || message === undefined || third !== undefined) return null;
  return document.type === 'application/json' && message.type === 'message/rfc822' ? [document, message] : null;
}

function multipartContent(request: RequestView, bytes: Buffer, isDraft: boolean): GmailContent | null {
  const [document, message] = uploadParts(request, bytes) ?? [];
  if (document === undefined || message === undefined) return null;
  const content = jsonContent(readJson(document.body).value, isDraft);
  // Two messages in one request: which of them goes out is the vendor's choice.
  return content === null || content.raw !== null ? null : { ...content, raw: message.body };
}

function isMessage(request: RequestView): boolean {
  return mediaType(request.headers).type === 'message/rfc822';
}

function jsonContent(document: Json | undefined, isDraft: boolean): GmailContent | null {
  if (!isJsonObject(document)) return null;
  if (!isDraft) return withRaw(document, null);
  if (!hasOnly(document, DRAFT_NAMES)) return null;
  const id = document['id'] ?? null;
  const message = document['message'] ?? null;
  if (id !== null && typeof id !== 'string') return null;
  if (message === null) return { raw: null, draftId: id };
  return isJsonObject(message) ? withRaw(message, id) : null;
}

function withRaw(message: JsonObject, draftId: string | null): GmailContent | null {
  if (!hasOnly(message, MESSAGE_NAMES)) return null;
  const text = message['raw'] ?? null;
  if (text === null) return { raw: null, draftId };
  const raw = typeof text === 'string' ? readBase64(text, BASE64URL) : null;
  return raw === null ? null : { raw, draftId };
}

function hasOnly(object: JsonObject, names: ReadonlySet<string>): boolean {
  return Object.keys(object).every((name) => names.has(name));
}
