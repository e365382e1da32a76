// Strict JSON (RFC 8259) for bodies that are judged: one UTF-8 document, no duplicate keys, numbers never rounded (E17).

import { isUtf8 } from 'node:buffer';
import { JsonNumber, readJsonNumber } from './json-number.ts';

export { JsonNumber };

/** Null prototype, so `__proto__` and `constructor` are keys like any other (threat C8). */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** `number` is always a safe integer. */
export type Json = null | boolean | number | string | JsonNumber | readonly Json[] | JsonObject;

/** `value` is undefined exactly when there is a problem, which is told for people and quotes nothing of the document. */
type JsonReading = { readonly value: Json; readonly problem: null } | { readonly value: undefined; readonly problem: string };

/** Deeper or larger documents are an attack on the reader, not a client (threat C9). */
const MAX_DEPTH = 64;
const MAX_VALUES = 100_000;
/** In all objects together, each object or list counted as one more: they cost ten times what other values do, this many 8 ms. */
const MAX_MEMBERS = 12_000;
/** In one object: a table of names costs more per name the more there are, 12 ms for one of 12,000 and 4 ms for three of 4,000. */
const MAX_WIDTH = 4_000;

/** Of the last document: on a host that nobody knows several providers look at one body, one after the other. Only a cache. */
let last: { readonly bytes: Buffer; readonly reading: JsonReading } | null = null;

/** Reads one document, and the same Buffer once. Never throws: what origins could read differently is a problem, and never a grant. */
export function readJson(bytes: Buffer): JsonReading {
  if (last?.bytes !== bytes) last = { bytes, reading: readDocument(bytes) };
  return last.reading;
}

function readDocument(bytes: Buffer): JsonReading {
  // UTF-16 and UTF-32 hold NUL bytes and fail as syntax; everything else that is not UTF-8 fails here (threat C4).
  if (!isUtf8(bytes)) return { value: undefined, problem: 'the body is not UTF-8' };
  const text = bytes.toString('utf8');
  if (text.charCodeAt(0) === 0xfeff) return { value: undefined, problem: 'the JSON starts with a byte order mark' };
  try {
    return { value: parseDocument(text), problem: null };
  } catch (error) {
    if (error instanceof JsonProblem) return { value: undefined, problem: error.message };
    throw error;
  }
}

/** Text that reads back to the same document, every number as it was written. */
export function writeJson(value: Json): string {
  if (value instanceof JsonNumber) return value.raw;
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`;
  if (isJsonObject(value)) {
    const members = Object.keys(value).map((key) => `${JSON.stringify(key)}:${writeJson(value[key] ?? null)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber);
}

export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/**
 * A key that some readers would take for one of `names` (which are lower case) though it is spelt otherwise: Go and .NET match keys
 * without regard to case, Go even folds `ſ` and the Kelvin sign (threat C5). Undefined when there is none.
 */
export function lookalikeKey(object: JsonObject, names: ReadonlySet<string>): string | undefined {
  return Object.keys(object).find((key) => !names.has(key) && names.has(foldName(key)));
}

/** Upper-casing first folds the characters that only simple case folding joins. */
export function foldName(name: string): string {
  return name.toUpperCase().toLowerCase();
}

class JsonProblem extends Error {}

type Container = Record<string, Json> | Json[];

/** One pass, no recursion: a nest of a million brackets costs 64 of them. */
function parseDocument(text: string): Json {
  const cursor: Cursor = { text, at: 0, members: 0, widths: [] };
  const containers: Container[] = [];
  const keys: string[] = [];
  for (let values = 1; ; values += 1) {
    if (values > MAX_VALUES) throw new JsonProblem(`the JSON holds more than ${MAX_VALUES} values`);
    let value = readValue(cursor, containers, keys);
    while (value !== undefined) {
      const container = containers.at(-1);
      if (container === undefined) return endOfDocument(cursor, value);
      attach(container, keys, value);
      value = afterValue(cursor, containers, keys, container);
    }
  }
}

interface Cursor {
  readonly text: string;
  at: number;
  /** Read so far. */
  members: number;
  /** Members behind the first of each open object, by its depth. */
  readonly widths: number[];
}

/** A whole scalar or empty container; undefined when a container was opened and its first value comes next. */
function readValue(cursor: Cursor, containers: Container[], keys: string[]): Json | undefined {
  const code = skipBlank(cursor);
  if (code === 0x22) return readString(cursor);
  if (code === 0x7b || code === 0x5b) return openContainer(cursor, containers, keys, code === 0x7b);
  if (code === 0x74) return readWord(cursor, 'true', true);
  if (code === 0x66) return readWord(cursor, 'false', false);
  if (code === 0x6e) return readWord(cursor, 'null', null);
  return readNumber(cursor);
}

function openContainer(cursor: Cursor, containers: Container[], keys: string[], isObject: boolean): Json | undefined {
  cursor.at += 1;
  countMember(cursor);
  const container: Container = isObject ? emptyObject() : [];
  if (skipBlank(cursor) === (isObject ? 0x7d : 0x5d)) {
    cursor.at += 1;
    return container;
  }
  if (containers.length >= MAX_DEPTH) throw new JsonProblem(`the JSON is nested deeper than ${MAX_DEPTH}`);
  containers.push(container);
  cursor.widths[containers.length] = 0;
  if (isObject) keys.push(readKey(cursor));
  return undefined;
}

/** What follows a value: a comma (undefined: read on) or the end of the container, which is itself a value. */
function afterValue(cursor: Cursor, containers: Container[], keys: string[], container: Container): Json | undefined {
  const isArray = Array.isArray(container);
  const code = skipBlank(cursor);
  cursor.at += 1;
  if (code === 0x2c) {
    if (!isArray) {
      widen(cursor, containers.length);
      keys.push(readKey(cursor));
    }
    return undefined;
  }
  if (code !== (isArray ? 0x5d : 0x7d)) throw syntax(cursor.at - 1);
  containers.pop();
  return container;
}

function attach(container: Container, keys: string[], value: Json): void {
  if (Array.isArray(container)) {
    container.push(value);
    return;
  }
  const key = keys.pop();
  // INVARIANT: of a repeated key readers keep the first, the last or both, so none of them is taken (threat C5).
  if (key === undefined || container[key] !== undefined) throw new JsonProblem('the JSON holds an object with a repeated key');
  container[key] = value;
}

function widen({ widths }: Cursor, depth: number): void {
  const width = (widths[depth] ?? 0) + 1;
  if (width >= MAX_WIDTH) throw new JsonProblem(`the JSON holds an object with more than ${MAX_WIDTH} members`);
  widths[depth] = width;
}

function countMember(cursor: Cursor): void {
  cursor.members += 1;
  if (cursor.members > MAX_MEMBERS) throw new JsonProblem(`the JSON holds more than ${MAX_MEMBERS} members`);
}

function readKey(cursor: Cursor): string {
  countMember(cursor);
  if (skipBlank(cursor) !== 0x22) throw syntax(cursor.at);
  const key = readString(cursor);
  if (skipBlank(cursor) !== 0x3a) throw syntax(cursor.at);
  cursor.at += 1;
  return key;
}

function readString(cursor: Cursor): string {
  const { text } = cursor;
  const start = cursor.at;
  let escaped = false;
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) {
      escaped = true;
      at += 1;
    } else if (code === 0x22) {
      cursor.at = at + 1;
      return escaped ? unescape(text.slice(start, at + 1), start) : text.slice(start + 1, at);
    } else if (code < 0x20) throw syntax(at);
  }
  throw syntax(text.length);
}

function unescape(literal: string, start: number): string {
  try {
    const value: unknown = JSON.parse(literal);
    if (typeof value === 'string') return value;
  } catch {
    // told below: the platform's message would quote the document
  }
  throw syntax(start);
}

function readNumber(cursor: Cursor): Json {
  const number = readJsonNumber(cursor);
  if (number === undefined) throw syntax(cursor.at);
  return number;
}

function readWord<T extends Json>(cursor: Cursor, word: string, value: T): T {
  if (!cursor.text.startsWith(word, cursor.at)) throw syntax(cursor.at);
  cursor.at += word.length;
  return value;
}

/** The code of the next character that is not JSON's own white space, NaN at the end. */
function skipBlank(cursor: Cursor): number {
  let code = cursor.text.charCodeAt(cursor.at);
  while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) {
    cursor.at += 1;
    code = cursor.text.charCodeAt(cursor.at);
  }
  return code;
}

function endOfDocument(cursor: Cursor, value: Json): Json {
  skipBlank(cursor);
  if (cursor.at < cursor.text.length) throw new JsonProblem('something follows the JSON document');
  return value;
}

function emptyObject(): Record<string, Json> {
  const object: Record<string, Json> = Object.create(null);
  return object;
}

function syntax(at: number): JsonProblem {
  return new JsonProblem(`the body is not JSON at character ${at}`);
}
