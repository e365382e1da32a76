// One member of a JSON document by the names on the way to it, with what a lenient reader would take for one of them ruled out.

import { foldName, isJsonObject, type Json, type JsonObject, JsonNumber } from './strict-json.ts';

/** `unsure`: a container of another kind is on the way, or a key that some readers would take for the one asked for (threat C5). */
type PathReading =
  | { readonly state: 'absent' }
  | { readonly state: 'one'; readonly value: Exclude<Json, null> }
  | { readonly state: 'unsure' };

const ABSENT: PathReading = { state: 'absent' };
const UNSURE: PathReading = { state: 'unsure' };

/** An object with more keys than any real call has is not searched for lookalikes, and nothing is read from it (threat C9). */
const MAX_KEYS = 300;

/** `amount.value` is the member `value` of the member `amount`. `null` counts as absent: that is what it means to the APIs read here. */
export function readPath(document: JsonObject, path: string): PathReading {
  return readPlace(document, path.split('.'));
}

/** The same by the names on the way, whatever is in them. */
export function readPlace(document: JsonObject, names: readonly string[]): PathReading {
  let value: Json = document;
  for (const name of names) {
    if (!isJsonObject(value)) return UNSURE;
    const next: Json | undefined = value[name];
    if (hasLookalike(value, name)) return UNSURE;
    if (next === undefined || next === null) return ABSENT;
    value = next;
  }
  return value === null ? ABSENT : { state: 'one', value };
}

/** The text of a string or number, numbers as they are written; null for anything else. */
export function scalarText(value: Json): string | null {
  if (typeof value === 'string') return value;
  if (value instanceof JsonNumber) return value.raw;
  return typeof value === 'number' ? String(value) : null;
}

/** The text at a path: undefined when there is none, null when it can't be read surely. */
export function textAt(document: JsonObject, path: string): string | undefined | null {
  const reading = readPath(document, path);
  if (reading.state === 'absent') return undefined;
  return reading.state === 'one' ? scalarText(reading.value) : null;
}

function hasLookalike(object: JsonObject, name: string): boolean {
  const keys = Object.keys(object);
  if (keys.length > MAX_KEYS) return true;
  const folded = foldName(name);
  // Folding makes one character of no more than three, so most keys are told apart by their length alone.
  return keys.some(
    (key) => key !== name && key.length <= name.length && key.length * 3 >= name.length && foldName(key) === folded,
  );
}
