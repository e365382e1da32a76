// RFC 8785 canonical JSON: the one byte form of an entry (threat F13).

import { InterlockError } from '../errors.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Entries are flat; deeper nesting is a mistake or an attack on the stack (threat C9). */
const MAX_DEPTH = 16;

/**
 * The canonical text of a plain JSON value: keys sorted by UTF-16 code units, ECMAScript numbers and string escapes, no white space
 * (RFC 8785 sections 3.2.1 to 3.2.3).
 * Throws RECORD_FAILED for what has no single canonical form: lone surrogates, integers beyond 2^53, NaN, undefined, class instances.
 */
export function canonical(value: Json): string {
  // JSON.stringify already writes strings and numbers as the RFC asks (section 3.2.2 defers to ECMAScript); only the order can be wrong.
  return inOrder(value, 0) ? JSON.stringify(value) : write(value);
}

/** Checks every value and tells whether each object already lists its keys in canonical order. */
function inOrder(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return checkText(value);
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value === 'number') return checkNumber(value);
  if (typeof value !== 'object') throw refused(`a ${typeof value}`);
  if (depth === MAX_DEPTH) throw refused(`nesting deeper than ${MAX_DEPTH}`);
  let ordered = true;
  if (Array.isArray(value)) {
    // By index, so that a hole is met as undefined.
    for (let i = 0; i < value.length; i += 1) ordered = inOrder(value[i], depth + 1) && ordered;
    return ordered;
  }
  return isFields(value) && objectInOrder(value, depth);
}

function objectInOrder(value: Readonly<Record<string, unknown>>, depth: number): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw refused('a class instance');
  const keys = Object.keys(value);
  let ordered = true;
  for (let i = 0; i < keys.length; i += 1) {
    const key = keys[i] ?? '';
    checkText(key);
    // `<` on strings compares UTF-16 code units (ECMA-262, IsLessThan), which is the order that RFC 8785 section 3.2.3 wants.
    if (i > 0 && !((keys[i - 1] ?? '') < key)) ordered = false;
    ordered = inOrder(value[key], depth + 1) && ordered;
  }
  return ordered;
}

/** For values that were checked and whose keys stand in another order. */
function write(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(write).join(',')}]`;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${write(member)}`).join(',')}}`;
}

function isList(value: readonly Json[] | { readonly [key: string]: Json }): value is readonly Json[] {
  return Array.isArray(value);
}

function isFields(value: object): value is Readonly<Record<string, unknown>> {
  return !Array.isArray(value);
}

function checkText(text: string): true {
  if (!text.isWellFormed()) throw refused('a lone surrogate');
  return true;
}

function checkNumber(number: number): true {
  if (!Number.isFinite(number)) throw refused('a number that is not finite');
  if (Number.isInteger(number) && !Number.isSafeInteger(number)) throw refused('an integer beyond 2^53');
  return true;
}

function refused(what: string): InterlockError {
  return new InterlockError('RECORD_FAILED', `the entry holds ${what}, which has no canonical form`);
}
