// What an answer must look like for everybody to find the same calls in it: names spelt as the API spells them, lists that are lists.

import { foldName, isJsonArray, type Json, type JsonObject } from '../../classify/strict-json.ts';

/** Of the names that one place was seen to have. */
const MAX_FINE = 100;

/**
 * Throws when a member's name is one of `names` in another spelling: clients in Go and .NET take `Tool_Calls`, and the Kelvin sign, for the same
 * (threat C5), others pass over it. INVARIANT: such an answer is cut.
 */
export function spelt(...names: readonly string[]): (object: JsonObject) => void {
  const folded = new Set(names.map(foldName));
  // The names of an API are few, and come in each of thousands of events.
  const fine = new Set(names);
  return (object) => {
    for (const key in object) {
      if (fine.has(key)) continue;
      if (folded.has(foldName(key))) throw new Error("a name in a model's answer is not spelt as its API spells it");
      if (fine.size < MAX_FINE) fine.add(key);
    }
  };
}

/** Empty for none. Throws for what is no list: in some languages `{"0": …}` is read like one. */
export function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  if (!isJsonArray(value)) throw new Error("a list in a model's answer is none");
  return value;
}
