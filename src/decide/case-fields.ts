// The fields of a case, read strictly: a misspelt key would be an expectation that nobody checks.

import type { EntityRef, Fact } from '../classify/action.ts';

/** A case that does not read as one; `parseCases` makes a finding of it. */
export class CaseError extends Error {}

export type Fields = ReadonlyMap<string, unknown>;

/** Throws CaseError, as all of these do. */
export function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new CaseError(`${what} is not a mapping`);
  return new Map(Object.entries(value));
}

export function only(given: Fields, what: string, known: readonly string[]): void {
  const unknown = [...given.keys()].find((key) => !known.includes(key));
  if (unknown !== undefined) throw new CaseError(`unknown key \`${unknown}\` in ${what}: it has ${known.join(', ')}`);
}

export function textOf(given: Fields, key: string, fallback?: string): string {
  const value = given.get(key) ?? fallback;
  if (typeof value !== 'string') throw new CaseError(`\`${key}\` is missing or not text`);
  return value;
}

export function textOrNull(given: Fields, key: string): string | null {
  return given.has(key) ? textOf(given, key) : null;
}

export function list(given: Fields, key: string): string[] {
  const value = given.get(key) ?? [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw new CaseError(`\`${key}\` is not a list of text`);
  return value;
}

export function flag(given: Fields, key: string): boolean | null {
  const value = given.get(key) ?? null;
  if (value !== null && typeof value !== 'boolean') throw new CaseError(`\`${key}\` is neither true nor false`);
  return value;
}

export function refOf(value: unknown): EntityRef {
  const ref = fieldsOf(value, 'an entity');
  only(ref, 'an entity', ['type', 'id']);
  return { type: textOf(ref, 'type'), id: textOf(ref, 'id') };
}

export function factsOf(value: unknown): Record<string, Fact> {
  const facts: Record<string, Fact> = {};
  for (const [name, fact] of Object.entries(expectedFactsOf(value))) {
    if (fact === null) throw notAFact(name);
    facts[name] = fact;
  }
  return facts;
}

/** Null stands for a fact that must be absent. */
export function expectedFactsOf(value: unknown): Record<string, Fact | null> {
  const facts: Record<string, Fact | null> = {};
  for (const [name, fact] of fieldsOf(value, '`facts`')) {
    if (fact === null || typeof fact === 'string' || typeof fact === 'number' || typeof fact === 'boolean') facts[name] = fact;
    else if (Array.isArray(fact) && fact.every((item) => typeof item === 'string')) facts[name] = fact;
    else throw notAFact(name);
  }
  return facts;
}

function notAFact(name: string): CaseError {
  return new CaseError(`the fact \`${name}\` is not text, a number, true, false or a list of text`);
}
