// Fields of a request whatever they came in as: form, query and JSON laid flat, with look-ups that never pick one of several readings (E13).

import { type FormField, fieldName } from './form.ts';
import { foldName, isJsonArray, isJsonObject, type Json, JsonNumber } from './strict-json.ts';

/**
 * What all readings of one field come to. `nested`: it is a container, not a scalar. `many`: readings differ, so none may be relied on.
 */
export type FieldReading =
  | { readonly state: 'absent' }
  | { readonly state: 'one'; readonly value: string }
  | { readonly state: 'nested' }
  | { readonly state: 'many' };

const ABSENT: FieldReading = { state: 'absent' };
const NESTED: FieldReading = { state: 'nested' };
const MANY: FieldReading = { state: 'many' };

/** As many as a form may have (threat C9). */
const MAX_FIELDS = 10_000;

/**
 * The leaves of a JSON document as fields: `{"amount":{"value":5}}` is `amount[value]=5`. Numbers as written, `null` as empty. Null when
 * there are too many: one left out could be the one that counts.
 */
export function jsonFields(document: Json): FormField[] | null {
  const fields: FormField[] = [];
  flatten(document, [], fields);
  return fields.length > MAX_FIELDS ? null : fields;
}

function flatten(value: Json, path: readonly string[], fields: FormField[]): void {
  const keys = isJsonArray(value) ? value.keys() : isJsonObject(value) ? Object.keys(value) : null;
  if (keys === null) {
    fields.push({ path, value: scalarText(value) });
    return;
  }
  let empty = true;
  for (const key of keys) {
    if (fields.length > MAX_FIELDS) return;
    empty = false;
    flatten(memberOf(value, key), [...path, String(key)], fields);
  }
  // An empty container is still there: `{"amount":[]}` must not look like no amount. `{}` as a whole is a call that says nothing.
  if (empty && !(path.length === 0 && isJsonObject(value))) fields.push({ path: [...path, ''], value: '' });
}

function memberOf(value: Json, key: string | number): Json {
  if (isJsonArray(value)) return value[Number(key)] ?? null;
  return isJsonObject(value) ? (value[key] ?? null) : null;
}

function scalarText(value: Json): string {
  if (value instanceof JsonNumber) return value.raw;
  return value === null ? '' : String(value);
}

/**
 * The one value of a field. Repeats that agree are one reading; repeats that differ, or a name that is a scalar here and a container
 * there (`amount=1&amount[x]=2`), are many: first, last or array depends on the server (threat C12). Linear in `fields`.
 */
export function readField(fields: readonly FormField[], name: string): FieldReading {
  let found = ABSENT;
  for (const field of fields) {
    // Nearly all: spelling every field anew for every name asked for would cost more than reading the body.
    const root = field.path[0] ?? '';
    if (!root.startsWith(name) && !name.startsWith(root)) continue;
    const spelt = fieldName(field.path);
    const reading: FieldReading =
      spelt === name ? { state: 'one', value: field.value } : spelt.startsWith(`${name}[`) ? NESTED : ABSENT;
    if (reading.state === 'absent') continue;
    if (found.state !== 'absent' && !sameReading(found, reading)) return MANY;
    found = reading;
  }
  return found;
}

function sameReading(a: FieldReading, b: FieldReading): boolean {
  return a.state === b.state && (a.state !== 'one' || b.state !== 'one' || a.value === b.value);
}

/** True when a root name would be taken for one of `roots` (lower case) by a reader that ignores case, dots or quotes. */
export function hasLookalikeRoot(fields: readonly FormField[], roots: ReadonlySet<string>): boolean {
  return fields.some(({ path }) => {
    const root = path[0] ?? '';
    return !roots.has(root) && roots.has(foldName(root).replaceAll(/[^a-z0-9_]/g, ''));
  });
}
