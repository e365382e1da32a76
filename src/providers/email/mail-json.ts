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

/** The members of an object that are judged, as its API spells them. */
export interface MemberNames {
  readonly exact: ReadonlySet<string>;
  readonly folded: ReadonlySet<string>;
}

export function memberNames(...names: readonly string[]): MemberNames {
  return { exact: new Set(names), folded: new Set(names.map(foldName)) };
}

/** Is any member spelt almost as one that is judged? An API that ignores case would read it (threat C5). */
export function hasOtherSpelling(object: JsonObject, names: MemberNames): boolean {
  return Object.keys(object).some((key) => !names.exact.has(key) && names.folded.has(foldName(key)));
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
  return isJsonObject(headers) && Object.entries(headers).every(([name, value]) => isHarmlessHeader(name, value));
}

function isHarmlessHeader(name: string, value: Json | undefined): boolean {
  const field = foldName(name).trim();
  return (
    !ROUTING_HEADERS.has(field) &&
    !field.startsWith('resent-') &&
    isHeaderText(name) &&
    typeof value === 'string' &&
    isHeaderText(value)
  );
}

/** Custom header fields as pairs: of an object, or of a list of objects that call name and value so. Null when they are neither. */
export function headerPairs(
  headers: Json | undefined,
  names: { readonly name: string; readonly value: string },
): HeaderPair[] | null {
  if (headers === undefined || headers === null) return [];
  if (isJsonObject(headers)) return Object.entries(headers);
  if (!isJsonArray(headers)) return null;
  const spelt = memberNames(names.name, names.value);
  const pairs: HeaderPair[] = [];
  for (const item of headers) {
    const name = isJsonObject(item) && !hasOtherSpelling(item, spelt) ? item[names.name] : undefined;
    if (!isJsonObject(item) || typeof name !== 'string') return null;
    pairs.push([name, item[names.value] ?? null]);
  }
  return pairs;
}

type HeaderPair = readonly [name: string, value: Json];

/**
 * Where answers go, of an API that takes `Reply-To` as a custom header field. Null when it can't be read surely, stands there twice, or
 * any other field is not harmless.
 */
export function headerReplies(pairs: readonly HeaderPair[]): readonly MailAddress[] | null {
  const isReply = ([name]: HeaderPair): boolean => foldName(name).trim() === 'reply-to';
  const [reply, second] = pairs.filter(isReply);
  const harmless = pairs.every((pair) => isReply(pair) || isHarmlessHeader(pair[0], pair[1]));
  if (!harmless || second !== undefined || (reply !== undefined && !isHeaderText(reply[0]))) return null;
  return readReplyTo(reply?.[1]);
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
