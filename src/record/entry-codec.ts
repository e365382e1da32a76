// An entry as bytes: its canonical text, its leaf hash, and back.

import { hash } from 'node:crypto';
import { InterlockError } from '../errors.ts';
import type { Json } from './canonical.ts';
import type { Entry, EntryBody } from './entry.ts';
import { reveal } from './reveal.ts';
import type { HiddenValues } from './reveal.ts';

/** `previous` of the first entry. */
export const NO_PREVIOUS = '0'.repeat(64);

/** An entry as hashed: commitments where the reader later sees values. */
export interface StoredEntry {
  readonly sequence: number;
  readonly time: string;
  readonly previous: string;
  readonly body: { readonly [key: string]: Json };
}

/** RFC 8785 text of the entry around the canonical text of its body; the five keys stand in canonical order. */
export function encodeEntry(bodyText: string, previous: string, sequence: number, time: string): string {
  return `{"body":${bodyText},"previous":"${previous}","sequence":${sequence},"time":"${time}","version":1}`;
}

/** The same with its leaf hash. Both are made of one text, since V8 joins the pieces of each text that it is made to read. */
export function encodeLeaf(
  bodyText: string,
  previous: string,
  sequence: number,
  time: string,
): { readonly text: string; readonly hash: string } {
  const leaf = `\0${encodeEntry(bodyText, previous, sequence, time)}`;
  const digest = hash('sha256', leaf, 'hex');
  // Joined by now: this shares its bytes.
  return { text: leaf.slice(1), hash: digest };
}

/** The RFC 6962 leaf hash, SHA-256(0x00 ‖ entry), lower-case hex. The zero byte keeps leaves apart from the inner nodes of a later tree. */
export function leafHash(text: string): string {
  return hash('sha256', `\0${text}`, 'hex');
}

const ENVELOPE =
  /^\{"body":(\{.*\}),"previous":"([0-9a-f]{64})","sequence":(0|[1-9][0-9]{0,15}),"time":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)","version":1\}$/s;

/** The parts of an entry's text, or null when it is not one. */
export function decodeEntry(text: string): StoredEntry | null {
  const match = ENVELOPE.exec(text);
  if (match === null) return null;
  const [, bodyText = '', previous = '', sequence = '', time = ''] = match;
  const body = parseObject(bodyText);
  return body === null ? null : { sequence: Number(sequence), time, previous, body };
}

/** The hidden values in their stored form, or null when it is not one. */
export function decodeHidden(text: string): HiddenValues | null {
  const places = parseObject(text);
  return places !== null && areHidden(places) ? places : null;
}

function areHidden(places: object): places is HiddenValues {
  return Object.values(places).every((hidden: unknown) => {
    if (typeof hidden !== 'object' || hidden === null || Object.keys(hidden).length !== 2) return false;
    return 'salt' in hidden && typeof hidden.salt === 'string' && 'value' in hidden;
  });
}

/** The entry as people see it, hidden values in their places. Throws STORE_CORRUPT for text that is no entry. */
export function readEntry(text: string, hiddenText: string | undefined): Entry {
  const stored = decodeEntry(text);
  const hidden = hiddenText === undefined ? null : decodeHidden(hiddenText);
  if (stored === null || (hidden === null && hiddenText !== undefined)) throw unreadable();
  const body = reveal(stored.body, hidden);
  if (!isBody(body)) throw unreadable();
  return { version: 1, sequence: stored.sequence, time: stored.time, previous: stored.previous, body };
}

function unreadable(): InterlockError {
  return new InterlockError('STORE_CORRUPT', 'an entry of the ledger can not be read', {
    hint: 'run `interlock ledger verify` to find it',
  });
}

/** Only the type is looked at: the rest is as this program wrote it, which the chain's hashes and `verify` vouch for. */
function isBody(body: unknown): body is EntryBody {
  return typeof body === 'object' && body !== null && 'type' in body && typeof body.type === 'string';
}

export function parseObject(text: string): { readonly [key: string]: Json } | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** What JSON.parse makes holds nothing but JSON. */
function isObject(value: unknown): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
