// What an answer must look like for everybody to find the same calls in it: names spelt as the API spells them, lists that are lists.

import { foldName, isJsonArray, type Json, type JsonObject } from '../../classify/strict-json.ts';

/**
 * Throws when a member's name is one of `names` in another spelling: clients in Go and .NET take `Tool_Calls`, and the Kelvin sign, for the same
 * (threat C5), others pass over it. INVARIANT: such an answer is cut.
 */
export function spelt(...names: readonly string[]): (object: JsonObject) => void {
  const exact = new Set(names);
  const folded = new Set(names.map(foldName));
  return (object) => {
    for (const key of Object.keys(object))
      if (!exact.has(key) && folded.has(foldName(key)))
        throw new Error("a name in a model's answer is not spelt as its API spells it");
  };
}

/** Empty for none. Throws for what is no list: in some languages `{"0": …}` is read like one. */
export function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  if (!isJsonArray(value)) throw new Error("a list in a model's answer is none");
  return value;
}
