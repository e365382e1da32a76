// The attachments of the JSON mail APIs: a list of objects that differ in what their members are called.

import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../classify/strict-json.ts';
import { hasOtherSpelling, memberNames } from './mail-json.ts';
import type { MailAttachment } from './mail-message.ts';

/** What the members are called in one API, best first. */
export interface AttachmentMembers {
  readonly name: readonly string[];
  readonly type: readonly string[];
  /** Base64. */
  readonly content: readonly string[];
  /** A URL that the vendor fetches. */
  readonly url: readonly string[];
}

const NAME_LENGTH = 200;

/**
 * Null when the list is not one, or holds what could not be surely read: a member in another spelling, a URL that is none. Names and
 * types are cut, so that a fact can be kept.
 */
export function readAttachments(list: Json | undefined, members: AttachmentMembers): readonly MailAttachment[] | null {
  if (list === undefined || list === null) return [];
  if (!isJsonArray(list)) return null;
  const names = memberNames(...members.name, ...members.type, ...members.content, ...members.url);
  const found: MailAttachment[] = [];
  for (const item of list) {
    const attachment = isJsonObject(item) && !hasOtherSpelling(item, names) ? readAttachment(item, members) : null;
    if (attachment === null) return null;
    found.push(attachment);
  }
  return found;
}

function readAttachment(item: JsonObject, members: AttachmentMembers): MailAttachment | null {
  const name = textOf(item, members.name);
  const type = textOf(item, members.type);
  const url = readUrl(members.url.map((key) => item[key]).find((value) => value !== undefined && value !== null));
  if (url === null) return null;
  const bytes = contentBytes(members.content.map((key) => item[key]).find((value) => value !== undefined && value !== null));
  return {
    name: name === undefined ? cut(url?.href ?? 'unnamed') : cut(name),
    ...(type === undefined ? {} : { type: declaredType(type) }),
    ...(bytes === undefined || url !== undefined ? {} : { bytes }),
    ...(url === undefined ? {} : { url }),
  };
}

/** `Text/Plain; charset=x` is `text/plain`. */
export function declaredType(text: string): string {
  return cut((text.split(';', 1)[0] ?? '').trim().toLowerCase()) || 'unknown';
}

function textOf(item: JsonObject, keys: readonly string[]): string | undefined {
  const value = keys.map((key) => item[key]).find((each) => typeof each === 'string' && each !== '');
  return typeof value === 'string' ? value : undefined;
}

/** Undefined: there is none. Null: there is something that the vendor might fetch from where we can't tell. */
function readUrl(value: Json | undefined): URL | undefined | null {
  if (value === undefined || value === '') return undefined;
  const url = typeof value === 'string' ? URL.parse(value) : null;
  return url === null || (url.protocol !== 'https:' && url.protocol !== 'http:') ? null : url;
}

/** Of base64 text, or of a list of byte values (Node's Buffer as JSON: `{"type":"Buffer","data":[1,2]}`). Undefined: neither. */
function contentBytes(content: Json | undefined): number | undefined {
  if (typeof content === 'string') return base64Bytes(content);
  const bytes = isJsonObject(content) ? content['data'] : content;
  return isJsonArray(bytes) ? bytes.length : undefined;
}

/** Decoded size of base64 in either alphabet, line breaks and padding left out. Undefined when it is not base64. Linear. */
export function base64Bytes(text: string): number | undefined {
  const plain = /[\s]/.test(text) ? text.replaceAll(/\s+/g, '') : text;
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(plain)) return undefined;
  const length = plain.endsWith('==') ? plain.length - 2 : plain.endsWith('=') ? plain.length - 1 : plain.length;
  return Math.floor((length * 3) / 4);
}

function cut(text: string): string {
  return text.slice(0, NAME_LENGTH).toWellFormed();
}
