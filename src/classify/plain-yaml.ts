// The YAML that manifests are written in, read in one pass: block mappings and sequences of one-line scalars and literal blocks.
// The first of two layers: what it takes must be right, and what it leaves the whole parser takes or refuses (strict-yaml.ts).

import type { Json } from './strict-json.ts';
import { readLiteral } from './yaml-literal.ts';
import { plainScalar } from './yaml-scalar.ts';

const MAX_DEPTH = 64;
/** YAML's own limit for a key without `?` is 1024 characters. */
const MAX_KEY = 1000;
/** Tabs and lone CRs among them, and what breaks lines in YAML 1.1 alone. Emoji are surrogates, and so for the whole parser. */
const UNPRINTABLE = /[^\n -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;
/** Letters, digits, `_`, `.`, `/` and `-`: characters of a plain key. */
const KEY_CHARACTERS = characters(/[\w./-]/);
/** No `-`: what looks like `---` is for the whole parser. */
const KEY_STARTS = characters(/[A-Za-z_]/);
/** What a plain scalar may not begin with; a `-` may when it is no entry. */
const INDICATORS = characters(/[\s,[\]{}#&*!|>'"%@`?:]/);

type Container = Record<string, Json> | Json[];

/** An open mapping or sequence: what its entries' column is, and whether one of them still lacks its value. */
interface Level {
  readonly column: number;
  readonly container: Container;
  /** The entry without a value, a sequence's is ''. */
  pending: string | null;
}

interface Reader {
  readonly text: string;
  readonly levels: Level[];
  at: number;
}

/**
 * Undefined for all YAML beyond that, sound or not: the whole parser tells. INVARIANT: what is answered here, the whole parser answers too,
 * in YAML 1.1 as in 1.2.
 */
export function readPlainYaml(text: string): Json | undefined {
  if (UNPRINTABLE.test(text)) return undefined;
  const reader: Reader = { text, levels: [], at: text.startsWith('---\n') ? 4 : 0 };
  let root: Container | undefined;
  while (reader.at < text.length) {
    const column = skipSpaces(reader);
    if (atLineEnd(reader)) nextLine(reader);
    else if (!readLine(reader, column)) return undefined;
    root ??= reader.levels[0]?.container;
    // A second root: the first was indented, and this line is not.
    if (root !== reader.levels[0]?.container) return undefined;
  }
  while (reader.levels.length > 0) close(reader.levels);
  return root;
}

/** One line from its first character that is no space. False: beyond this reader. */
function readLine(reader: Reader, start: number): boolean {
  for (let column = start; ; ) {
    const isEntry = startsEntry(reader);
    const level = levelAt(reader.levels, column, isEntry);
    if (level === null) return false;
    if (!isEntry) return readMember(reader, level);
    reader.at += 1;
    column += 1 + skipSpaces(reader);
    level.pending = '';
    if (atLineEnd(reader)) return nextLine(reader);
    // `- name: x` and `- - x` open a level at their own column.
    if (!startsEntry(reader) && keyEnd(reader) === -1) return readScalar(reader, level);
  }
}

/** The open level whose entry stands in this column, or a new one where a value is due. */
function levelAt(levels: Level[], column: number, isEntry: boolean): Level | null {
  let level = levels.at(-1);
  while (level !== undefined && isBehind(level, column, isEntry)) {
    close(levels);
    level = levels.at(-1);
  }
  // A sequence may stand in the column of the key that it belongs to.
  if (level === undefined || level.column < column || (isEntry && !isList(level))) return opened(levels, level, column, isEntry);
  if (level.pending !== null) attach(level, null);
  return level;
}

/** Over, since something stands to its left; or a sequence in the column of its key, since another key stands there. */
function isBehind(level: Level, column: number, isEntry: boolean): boolean {
  return level.column > column || (level.column === column && !isEntry && isList(level));
}

function opened(levels: Level[], parent: Level | undefined, column: number, isEntry: boolean): Level | null {
  if (levels.length >= MAX_DEPTH || (parent !== undefined && parent.pending === null)) return null;
  const container: Container = isEntry ? [] : emptyObject();
  if (parent !== undefined) attach(parent, container);
  const level: Level = { column, container, pending: null };
  levels.push(level);
  return level;
}

/** `key:` with or without a value behind it. */
function readMember(reader: Reader, level: Level): boolean {
  const end = keyEnd(reader);
  if (end === -1 || isList(level)) return false;
  const { text, at } = reader;
  const isQuoted = text.charCodeAt(at) === 0x22;
  const key = isQuoted ? text.slice(at + 1, end - 1) : text.slice(at, end);
  // INVARIANT: a repeated key is nobody's reading (E20); neither is one that is no text.
  if (Object.hasOwn(level.container, key) || (!isQuoted && typeof plainScalar(key) !== 'string')) return false;
  level.pending = key;
  reader.at = end + 1;
  skipSpaces(reader);
  return atLineEnd(reader) ? nextLine(reader) : readScalar(reader, level);
}

/** Where the colon behind the key at the cursor is; -1 when there is no key. */
function keyEnd({ text, at }: Reader): number {
  let end = at;
  if (text.charCodeAt(at) === 0x22) end = quoteEnd(text, at);
  else if (isOneOf(KEY_STARTS, text.charCodeAt(at))) while (isOneOf(KEY_CHARACTERS, text.charCodeAt(end))) end += 1;
  if (end <= at || end - at > MAX_KEY || text.charCodeAt(end) !== 0x3a) return -1;
  return isBlank(text.charCodeAt(end + 1)) ? end : -1;
}

/** Behind the closing quote; -1 when it is not on this line, or something is escaped. */
function quoteEnd(text: string, start: number): number {
  const quote = text.charCodeAt(start);
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    // A doubled one is no end, and is followed by what no caller takes behind an end: neither a colon nor a blank.
    if (code === quote) return at + 1;
    if (code === 0x5c || code === 0x0a) return -1;
  }
  return -1;
}

/** A scalar, `[]` or `{}` that ends the line, as the value of the level's pending entry. */
function readScalar(reader: Reader, level: Level): boolean {
  const { text, at } = reader;
  const first = text.charCodeAt(at);
  if (first === 0x7c) return readBlock(reader, level);
  const value = isOneOf(INDICATORS, first) ? readMarked(reader, first) : readPlain(reader);
  if (value === undefined) return false;
  attach(level, value);
  const isApart = isBlank(text.charCodeAt(reader.at));
  skipSpaces(reader);
  return isApart && atLineEnd(reader) && nextLine(reader);
}

function readBlock(reader: Reader, level: Level): boolean {
  const literal = readLiteral(reader.text, reader.at, level.column);
  if (literal === null) return false;
  attach(level, literal.value);
  reader.at = literal.end;
  return true;
}

/** In quotes, or empty. */
function readMarked(reader: Reader, first: number): Json | undefined {
  const { text, at } = reader;
  if (first === 0x22 || first === 0x27) {
    reader.at = quoteEnd(text, at);
    return reader.at === -1 ? undefined : text.slice(at + 1, reader.at - 1);
  }
  reader.at += 2;
  if (text.startsWith('[]', at)) return [];
  return text.startsWith('{}', at) ? emptyObject() : undefined;
}

/** Up to the end of the line or a comment. What could be a key in it, or an entry before it, is an error to others. */
function readPlain(reader: Reader): Json | undefined {
  if (startsEntry(reader)) return undefined;
  const { text, at } = reader;
  let end = at;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code === 0x0a || (code === 0x23 && text.charCodeAt(end - 1) === 0x20)) break;
    if (code === 0x3a && isBlank(text.charCodeAt(end + 1))) return undefined;
  }
  while (text.charCodeAt(end - 1) === 0x20) end -= 1;
  reader.at = end;
  return plainScalar(text.slice(at, end));
}

function attach(level: Level, value: Json): void {
  const { container, pending } = level;
  if (Array.isArray(container)) container.push(value);
  else if (pending !== null) container[pending] = value;
  level.pending = null;
}

function close(levels: Level[]): void {
  const level = levels.pop();
  if (level !== undefined && level.pending !== null) attach(level, null);
}

function isList(level: Level): boolean {
  return Array.isArray(level.container);
}

function startsEntry({ text, at }: Reader): boolean {
  return text.charCodeAt(at) === 0x2d && isBlank(text.charCodeAt(at + 1));
}

/** How many spaces there were. */
function skipSpaces(reader: Reader): number {
  const start = reader.at;
  while (reader.text.charCodeAt(reader.at) === 0x20) reader.at += 1;
  return reader.at - start;
}

/** Nothing but a comment, if that, is left of the line. The cursor stands behind spaces, or at the line's start. */
function atLineEnd({ text, at }: Reader): boolean {
  const code = text.charCodeAt(at);
  return code === 0x0a || code === 0x23 || at >= text.length;
}

function nextLine(reader: Reader): true {
  const end = reader.text.indexOf('\n', reader.at);
  reader.at = end === -1 ? reader.text.length : end + 1;
  return true;
}

/** A space, the end of the line or of the text. */
function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || Number.isNaN(code);
}

function isOneOf(set: Uint8Array, code: number): boolean {
  return set[code] === 1;
}

function characters(pattern: RegExp): Uint8Array {
  return Uint8Array.from({ length: 128 }, (_, code) => (pattern.test(String.fromCharCode(code)) ? 1 : 0));
}

function emptyObject(): Record<string, Json> {
  const object: Record<string, Json> = Object.create(null);
  return object;
}
