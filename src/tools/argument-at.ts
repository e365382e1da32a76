// The values that a mapping names, taken from a call's arguments: what is there in another form than it should be is never taken for none.

import { readPlace, scalarText } from '../classify/json-path.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../classify/strict-json.ts';
import type { Place, Source, ToolMapping } from './tool-mapping.ts';

/** Undefined: it is not there, or not mapped. Null: it can't be read surely (a key in another spelling, something else on the way). */
export function argumentAt(args: JsonObject, source: Source | undefined): Exclude<Json, null> | undefined | null {
  if (source === undefined) return undefined;
  if ('value' in source) return source.value;
  const reading = readPlace(args, source.at);
  if (reading.state === 'one') return reading.value;
  return reading.state === 'absent' ? undefined : null;
}

/** The same of a text or number: its text, a number's as it is written. Null for anything else. */
export function wordAt(args: JsonObject, source: Source | undefined): string | undefined | null {
  const value = argumentAt(args, source);
  return value === undefined || value === null ? value : scalarText(value);
}

/** Null as well where it is a number. */
export function textAt(args: JsonObject, source: Source | undefined): string | undefined | null {
  const value = argumentAt(args, source);
  return value === undefined || typeof value === 'string' ? value : null;
}

/** What the file says itself. */
export function saidIn({ given }: ToolMapping, key: string): string | undefined {
  const source = given[key];
  return source !== undefined && 'value' in source ? source.value : undefined;
}

/** Is every argument one that the mapping names? Those below a named one are its own. */
export function namesAll(args: JsonObject, { given, ignore }: ToolMapping): boolean {
  const places = [...Object.values(given).flatMap((source) => ('at' in source ? [source.at] : [])), ...ignore];
  return namedBelow(args, places, 0);
}

/** Mappings are at most a few names deep, and so is this. */
function namedBelow(value: Json, places: readonly Place[], depth: number): boolean {
  if (places.some((place) => place.length === depth)) return true;
  if (!isJsonObject(value) || isJsonArray(value)) return false;
  return Object.entries(value).every(([name, member]) => {
    const inside = places.filter((place) => place[depth] === name);
    return inside.length > 0 && namedBelow(member, inside, depth + 1);
  });
}
