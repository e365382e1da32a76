// What the JSON mail APIs have in common: how their body is read, and which header fields would change who gets a message.

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

/** File names for policy: `names` are the members that may tell one, best first. Null when the list is not one. */
export function attachmentNames(attachments: Json | undefined, names: readonly string[]): readonly string[] | null {
  if (attachments === undefined || attachments === null) return [];
  if (!isJsonArray(attachments)) return null;
  const found: string[] = [];
  for (const attachment of attachments) {
    if (!isJsonObject(attachment)) return null;
    found.push(attachmentName(attachment, names));
  }
  return found;
}

const NAME_LENGTH = 200;

function attachmentName(attachment: JsonObject, names: readonly string[]): string {
  const name = names.map((key) => attachment[key]).find((value) => typeof value === 'string' && value !== '');
  return typeof name === 'string' ? name.slice(0, NAME_LENGTH).toWellFormed() : 'unnamed';
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
