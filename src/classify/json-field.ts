// One field deep inside JSON that a server answered: undefined wherever the JSON is shaped otherwise.

import { isJsonArray, isJsonObject } from './strict-json.ts';
import type { Json } from './strict-json.ts';

/** `fieldAt(json, 'head', 'ref')` is `json.head.ref`. */
export function fieldAt(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let at = value;
  for (const name of path) at = isJsonObject(at) ? at[name] : undefined;
  return at;
}

/** The list, or null when it is none. */
export function listOf(value: Json | undefined): readonly Json[] | null {
  return isJsonArray(value) ? value : null;
}
