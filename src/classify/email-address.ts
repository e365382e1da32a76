// RFC 5322 §3.4 addresses, read for policy: what two mail systems might deliver to different places is not an address here.

import { readDomain } from './mail-domain.ts';

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
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is looked for
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
  const tokens = tokenise(text);
  return tokens === null ? null : readList(tokens);
}

/** Exactly one address, with or without a display name; else null. */
export function readAddress(text: string): MailAddress | null {
  const list = readAddressList(text);
  return list?.length === 1 && !text.includes(';') ? (list[0] ?? null) : null;
}

/** A bare `local@domain`, as JSON fields with a name of their own carry it; else null. */
export function readBareAddress(text: string): MailAddress | null {
  const trimmed = text.trim();
  return trimmed.includes(' ') || trimmed.includes('<') || trimmed.includes('(') ? null : readAddress(trimmed);
}

type Token =
  | { readonly kind: 'text' | 'quoted'; readonly text: string }
  | { readonly kind: '<' | '>' | ',' | ':' | ';' | 'comment' };

// One alternative for each token, no nested quantifiers: linear. A comment ends at its first `)`; nested ones are refused below.
const TOKEN = /[ \t]+|("(?:[^"\\]|\\.)*")|(\((?:[^()\\]|\\.)*\))|([<>,:;])|([^ \t"()<>,:;\\[\]]+)/y;

function tokenise(text: string): Token[] | null {
  const tokens: Token[] = [];
  let glued = false;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) return null;
    const [blank, quoted, comment, special, atom] = match;
    const word = quoted ?? atom;
    if (word !== undefined) {
      const before = tokens.at(-1);
      // `"a b"@ex.com` is one word; a word broken by blanks or comments is several.
      if (glued && before?.kind === 'quoted' && quoted === undefined) tokens[tokens.length - 1] = { kind: 'text', text: before.text + word };
      else if (glued && (before?.kind === 'quoted' || before?.kind === 'text')) return null;
      else tokens.push({ kind: quoted === undefined ? 'text' : 'quoted', text: word });
    } else if (comment !== undefined) {
      // A comment with an address in it is there for someone who reads by pattern; one inside an address splits readers.
      if (comment.includes('@') || glued) return null;
      tokens.push({ kind: 'comment' });
    } else if (special === '<' || special === '>' || special === ',' || special === ':' || special === ';') tokens.push({ kind: special });
    glued = word !== undefined && blank !== '';
  }
  return tokens;
}

function readList(tokens: readonly Token[]): readonly MailAddress[] | null {
  const found: MailAddress[] = [];
  let entry: Token[] = [];
  let inGroup = false;
  let afterGroup = false;
  const flush = (): boolean => {
    const address = readEntry(entry);
    entry = [];
    if (address !== null) found.push(address);
    return address !== null;
  };
  for (const token of tokens) {
    if (afterGroup && token.kind !== ',' && token.kind !== 'comment') return null;
    if (token.kind === ',') {
      if (!afterGroup && !flush()) return null;
      afterGroup = false;
    } else if (token.kind === ':') {
      if (inGroup || !isGroupName(entry)) return null;
      [entry, inGroup] = [[], true];
    } else if (token.kind === ';') {
      const emptyGroup = entry.length === 0 && found.length === 0;
      if (!inGroup || (!emptyGroup && !flush())) return null;
      [inGroup, afterGroup] = [false, true];
    } else if (token.kind !== 'comment' || entry.length > 0) entry.push(token);
  }
  if (inGroup || (!afterGroup && !flush())) return null;
  return found;
}

/** `address`, `name <address>` or `<address>`; comments only around them. */
function readEntry(tokens: readonly Token[]): MailAddress | null {
  const words = tokens.filter((token) => token.kind !== 'comment');
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
function isNameWord(token: Token): boolean {
  return token.kind === 'quoted' || (token.kind === 'text' && !token.text.includes('@'));
}

function isGroupName(tokens: readonly Token[]): boolean {
  return tokens.some((token) => token.kind !== 'comment') && tokens.every((token) => token.kind === 'comment' || isNameWord(token));
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
