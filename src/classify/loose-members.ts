// Members of a JSON object for servers that match names without regard to case (.NET: Microsoft Graph, Azure, Postmark).

import { foldName, type Json, type JsonObject } from './strict-json.ts';

/**
 * The members called `names` in any spelling, by the name given here. Null when one of them is there in two spellings: such servers keep
 * the first or the last (E17).
 */
export function looseMembers<Name extends string>(
  object: JsonObject,
  names: readonly Name[],
): Readonly<Partial<Record<Name, Json>>> | null {
  const spelt = looseKeys(object, names);
  if (spelt === null) return null;
  const found: Partial<Record<Name, Json>> = {};
  for (const name of names) {
    const key = spelt.get(name);
    const value = key === undefined ? undefined : object[key];
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/** How the object spells each of `names` that it has. Null: one of them in two ways. */
export function looseKeys<Name extends string>(object: JsonObject, names: readonly Name[]): ReadonlyMap<Name, string> | null {
  const folded = new Map(names.map((name) => [foldName(name), name]));
  const spelt = new Map<Name, string>();
  for (const key of Object.keys(object)) {
    const name = folded.get(foldName(key));
    if (name === undefined) continue;
    if (spelt.has(name)) return null;
    spelt.set(name, key);
  }
  return spelt;
}
