// What the JSON mail APIs have in common: how their body is read, and which header fields would change who gets a message.

import { type MailAddress, readAddressList } from '../../classify/email-address.ts';
import { isJsonType, isUtf8Type, mediaType } from '../../classify/content-type.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, foldName, readJson } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';

/** The document, or undefined when it can't be read surely: not declared as JSON in UTF-8, or not strict JSON. */
export function mailDocument(request: RequestView, body: InspectedBody): Json | undefined {
  if (body.problem !== null) return undefined;
  const media = mediaType(request.headers);
  if (!isJsonType(media) || !isUtf8Type(media)) return undefined;
  return readJson(body.bytes).value;
}

/** Fields of a message that say who sends it, who gets it, or what else a mailer should do with it. */
const ROUTING_HEADERS = new Set([
  'to',
  'cc',
  'bcc',
  'from',
  'sender',
  'reply-to',
  'return-path',
  'apparently-to',
  'x-smtpapi',
  'subject',
]);

/**
 * May these custom header fields be set without changing what was judged? The APIs refuse most of the routing ones, but what is refused
 * there today must not be the ground for a grant here (threat C17).
 */
export function harmlessHeaders(headers: Json | undefined): boolean {
  if (headers === undefined || headers === null) return true;
  if (!isJsonObject(headers)) return false;
  return Object.entries(headers).every(([name, value]) => {
    const field = foldName(name).trim();
    return (
      !ROUTING_HEADERS.has(field) &&
      !field.startsWith('resent-') &&
      isHeaderText(name) &&
      typeof value === 'string' &&
      isHeaderText(value)
    );
  });
}

/**
 * Does any text in it break a line? A subject or a display name becomes a header field, and what comes behind a line break would be the next
 * one: `Bcc:`, say. The APIs refuse or encode it; that is no ground for a grant (threat C17).
 */
export function breaksHeader(value: Json | undefined): boolean {
  if (typeof value === 'string') return !isHeaderText(value);
  if (isJsonArray(value)) return value.some(breaksHeader);
  return isJsonObject(value) && Object.values(value).some(breaksHeader);
}

function isHeaderText(text: string): boolean {
  return !/[\r\n\0]/.test(text);
}

/** Where answers go, as a text or a list of texts. Null when any of it can't be read surely. */
export function readReplyTo(value: Json | undefined): readonly MailAddress[] | null {
  if (value === undefined || value === null || value === '') return [];
  const found: MailAddress[] = [];
  for (const entry of isJsonArray(value) ? value : [value]) {
    const addresses = typeof entry === 'string' ? readAddressList(entry) : null;
    if (addresses === null) return null;
    found.push(...addresses);
  }
  return found;
}

/** A copy with these members set, or left out where undefined. */
export function withMembers(object: JsonObject, members: Readonly<Record<string, Json | undefined>>): JsonObject {
  const copy: Record<string, Json> = Object.create(null);
  for (const key of new Set([...Object.keys(object), ...Object.keys(members)])) {
    const value = Object.hasOwn(members, key) ? members[key] : object[key];
    if (value !== undefined) copy[key] = value;
  }
  return copy;
}
