// Strict reader of application/x-www-form-urlencoded bodies and of queries: what two servers would read differently is a problem (E18).

import { isUtf8 } from 'node:buffer';

export interface FormField {
  /** Decoded name, brackets taken apart: `transfer_data[amount]` is `['transfer_data', 'amount']`, `items[]` is `['items', '']`. */
  readonly path: readonly string[];
  readonly value: string;
}

/** `fields` in order, as far as they could be read; `problem` for people, or null. */
export interface FormReading {
  readonly fields: readonly FormField[];
  readonly problem: string | null;
}

const EMPTY: FormReading = { fields: [], problem: null };

/** More pairs than a real client sends; a limit on work as much as on trickery (threat C9). */
const MAX_PAIRS = 6_500;
const MAX_DEPTH = 16;

// Rack drops leading and stray brackets (`[amount]` is `amount` to it), so a name must be `a`, `a[b]`, `a[]`, … and nothing else.
const NAME = /^[^[\]]+(?:\[[^[\]]*\])*$/;
const BLANK_OR_CONTROL = /^\s|\s$|[\u0000-\u001f\u007f]/;

/** Reads a form body. Never throws. */
export function readForm(bytes: Buffer): FormReading {
  if (!isUtf8(bytes)) return unsure('the form is not UTF-8');
  return readPairs(bytes.toString('utf8'));
}

/** Reads a query (without its `?`) or the text of a form. Never throws. */
export function readPairs(text: string): FormReading {
  if (text === '') return EMPTY;
  // Old readers split at `;` as well: behind a raw one there may stand a field that we would take for a value (threat C12).
  if (/;[^&\s]/.test(text)) return unsure('the form holds a raw `;`, which some servers take for `&`');
  const pairs = text.split('&', MAX_PAIRS + 1);
  if (pairs.length > MAX_PAIRS) return unsure(`the form holds more than ${MAX_PAIRS} fields`);
  const fields: FormField[] = [];
  for (const pair of pairs) {
    if (pair === '') continue;
    const field = readPair(pair);
    if (typeof field === 'string') return { fields, problem: field };
    fields.push(field);
  }
  return { fields, problem: null };
}

/** The canonical spelling of a field's name: `items[0][price]`. */
export function fieldName(path: readonly string[]): string {
  const [root = '', ...rest] = path;
  return rest.length === 0 ? root : `${root}${rest.map((part) => `[${part}]`).join('')}`;
}

/** A decoded name as a path; null when it is not `a`, `a[b]`, `a[]` … */
export function namePath(name: string): readonly string[] | null {
  if (!name.includes('[') && !name.includes(']')) return [name];
  if (!NAME.test(name)) return null;
  const path = name.replaceAll(']', '').split('[');
  return path.length > MAX_DEPTH ? null : path;
}

/** `+` and percent escapes undone; null when an escape is broken or what comes out is not UTF-8. */
export function decodeFormText(text: string): string | null {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return null;
  }
}

function readPair(pair: string): FormField | string {
  const mark = pair.indexOf('=');
  const name = decodeFormText(mark === -1 ? pair : pair.slice(0, mark));
  const value = mark === -1 ? '' : decodeFormText(pair.slice(mark + 1));
  if (name === null || value === null) return 'the form holds a broken `%` escape';
  if (name === '' || BLANK_OR_CONTROL.test(name))
    return 'the form holds a field name that is empty or starts or ends in white space';
  const path = namePath(name);
  if (path === null) return 'the form holds a field name whose brackets do not match';
  // `_charset_` would have the rest of the form read in another encoding; `_method` would make another request of it.
  if (name === '_charset_' || name === '_method') return `the form holds \`${name}\``;
  return { path, value };
}

function unsure(problem: string): FormReading {
  return { fields: [], problem };
}
