// RFC 5322 §3.4 addresses, read for policy: what two mail systems might deliver to different places is not an address here.

import { readDomain } from './mail-domain.ts';
import { type MailToken, mailTokens } from './mail-token.ts';

export interface MailAddress {
  /** `local@domain`, lower case: how the address is compared, named as `Mailbox` and recorded. */
  readonly address: string;
  /** A-labels, lower case, no trailing dot. */
  readonly domain: string;
}

/** Longer than any honest header of recipients; a limit on work (threat C9). */
const MAX_LIST_LENGTH = 100_000;
const MAX_LOCAL_LENGTH = 64;

// Controls, line breaks (header injection), and characters that reorder or hide text.
const FORBIDDEN = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;
const DOT_ATOM = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
/** Inside a quoted local part only what no splitter could stumble over: `"a@evil.example"@ok.example` has two readings. */
const QUOTED_LOCAL = /^"[A-Za-z0-9!#$%&'*+/=?^_`{|}~. -]+"$/;

/**
 * Every address of a list (`a@x, "B, C" <b@x>, team: c@x, d@x;`), in order. Null when any part of it is not surely readable; empty only
 * for a list of empty groups. One bad recipient is a bad message (threat C17).
 */
export function readAddressList(text: string): readonly MailAddress[] | null {
  if (text.length > MAX_LIST_LENGTH || FORBIDDEN.test(text) || !text.isWellFormed()) return null;
  const tokens = mailTokens(text);
  return tokens === null ? null : readList(tokens);
}

/** Exactly one address, with or without a display name; else null. */
export function readAddress(text: string): MailAddress | null {
  const list = readAddressList(text);
  return list?.length === 1 && !text.includes(';') ? (list[0] ?? null) : null;
}

/** One entry of a list as it is written, with its address. */
interface ListedAddress {
  readonly text: string;
  readonly address: MailAddress;
}

/**
 * The entries of a list, each with its own text, so that some can be taken out and the rest stays as it was written. Null where
 * `readAddressList` is null, and for groups.
 */
export function splitAddressList(text: string): readonly ListedAddress[] | null {
  const whole = readAddressList(text);
  if (whole === null || text.includes(';')) return null;
  const entries: ListedAddress[] = [];
  for (const piece of atCommas(text)) {
    const address = readAddress(piece);
    if (address === null) return null;
    entries.push({ text: piece.trim(), address });
  }
  // INVARIANT: cutting finds the very addresses that reading found.
  return entries.map((one) => one.address.address).join() === whole.map((one) => one.address).join() ? entries : null;
}

/** Commas in quotes and comments part nothing. */
function atCommas(text: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  let inside = '';
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (sign === '\\') at += 1;
    else if (inside !== '') inside = sign === inside ? '' : inside;
    else if (sign === '"' || sign === '(') inside = sign === '"' ? '"' : ')';
    else if (sign === ',') {
      pieces.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...pieces, text.slice(start)];
}

/** A bare `local@domain`, as JSON fields with a name of their own carry it; else null. */
export function readBareAddress(text: string): MailAddress | null {
  const trimmed = text.trim();
  return trimmed.includes(' ') || trimmed.includes('<') || trimmed.includes('(') ? null : readAddress(trimmed);
}

interface ListState {
  readonly found: MailAddress[];
  entry: MailToken[];
  place: 'list' | 'group' | 'after group';
}

function readList(tokens: readonly MailToken[]): readonly MailAddress[] | null {
  const state: ListState = { found: [], entry: [], place: 'list' };
  if (!tokens.every((token) => takeToken(state, token))) return null;
  if (state.place === 'group' || (state.place === 'list' && !endEntry(state))) return null;
  return state.found;
}

/** False when the token can't stand here. */
function takeToken(state: ListState, token: MailToken): boolean {
  if (state.place === 'after group') return token.kind === 'comment' || (token.kind === ',' && moveTo(state, 'list'));
  if (token.kind === ',') return endEntry(state);
  if (token.kind === ':') return state.place === 'list' && isGroupName(state.entry) && moveTo(state, 'group');
  if (token.kind === ';')
    return state.place === 'group' && (state.entry.length === 0 || endEntry(state)) && moveTo(state, 'after group');
  if (token.kind !== 'comment') state.entry.push(token);
  return true;
}

function moveTo(state: ListState, place: ListState['place']): true {
  state.place = place;
  state.entry = [];
  return true;
}

function endEntry(state: ListState): boolean {
  const address = readEntry(state.entry);
  state.entry = [];
  if (address !== null) state.found.push(address);
  return address !== null;
}

/** `address`, `name <address>` or `<address>`; comments are gone already. */
function readEntry(words: readonly MailToken[]): MailAddress | null {
  const open = words.findIndex((token) => token.kind === '<');
  if (open === -1) {
    const [only] = words;
    return words.length === 1 && only?.kind === 'text' ? readAddrSpec(only.text) : null;
  }
  const [address, close, ...rest] = words.slice(open + 1);
  if (rest.length > 0 || address?.kind !== 'text' || close?.kind !== '>') return null;
  return words.slice(0, open).every(isNameWord) ? readAddrSpec(address.text) : null;
}

/** `"a@evil.example" <b@ok.example>` has one reading, the same without quotes has two (RFC 5322 allows no `@` in an atom). */
function isNameWord(token: MailToken): boolean {
  return token.kind === 'quoted' || (token.kind === 'text' && !token.text.includes('@'));
}

function isGroupName(words: readonly MailToken[]): boolean {
  return words.length > 0 && words.every(isNameWord);
}

function readAddrSpec(text: string): MailAddress | null {
  const mark = text.lastIndexOf('@');
  const local = readLocalPart(text.slice(0, Math.max(mark, 0)));
  const domain = readDomain(text.slice(mark + 1));
  return mark < 1 || local === null || domain === null ? null : { address: `${local}@${domain}`, domain };
}

/**
 * Lower case, unquoted when it may be. ASCII alone: mailers differ on Unicode here, and some cut characters down to a byte. `=?` would be
 * an encoded word to readers that decode too early.
 */
function readLocalPart(text: string): string | null {
  if (text.length > MAX_LOCAL_LENGTH || text.includes('=?')) return null;
  if (DOT_ATOM.test(text)) return text.toLowerCase();
  if (!QUOTED_LOCAL.test(text)) return null;
  const inner = text.slice(1, -1);
  return (DOT_ATOM.test(inner) ? inner : text).toLowerCase();
}
