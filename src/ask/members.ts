// Members of a question's JSON, taken with their types; what is there and is something else is refused, never left out.

import type { EntityRef, Fact, Facts } from '../classify/action.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../classify/strict-json.ts';
import { InterlockError } from '../errors.ts';

export function invalid(problem: string): InterlockError {
  return new InterlockError('QUESTION_INVALID', problem);
}

/** Undefined when it is not there. All of these throw QUESTION_INVALID. */
export function objectAt(object: JsonObject, name: string): JsonObject | undefined {
  const value = object[name];
  if (value !== undefined && !isJsonObject(value)) throw invalid(`\`${name}\` is not an object`);
  return value;
}

export function textAt(object: JsonObject, name: string, of: string): string {
  const value = object[name];
  if (typeof value !== 'string' || value === '') throw invalid(`\`${of}.${name}\` is missing, or not text`);
  return value;
}

export function flagAt(object: JsonObject, name: string): boolean {
  const value = object[name];
  if (value !== undefined && typeof value !== 'boolean') throw invalid(`\`context.${name}\` is neither true nor false`);
  return value === true;
}

export function refAt(object: JsonObject, name: string): EntityRef | undefined {
  const ref = objectAt(object, name);
  return ref === undefined ? undefined : refOf(ref, name);
}

export function refOf(value: Json | undefined, name: string): EntityRef {
  if (!isJsonObject(value)) throw invalid(`\`${name}\` is not an object with a type and an id`);
  return { type: textAt(value, 'type', name), id: textAt(value, 'id', name) };
}

export function factsOf(object: JsonObject | undefined): Facts {
  const facts: Record<string, Fact> = Object.create(null);
  for (const [name, value] of Object.entries(object ?? {})) facts[name] = factOf(name, value);
  return facts;
}

/** INVARIANT: no nested records and no rounded numbers reach the engine, whatever the schema says. */
function factOf(name: string, value: Json): Fact {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (isJsonArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw invalid(`the fact \`${name}\` is not text, a whole number, true, false or a list of text`);
}
