// Says what is wrong with interlock.yaml in words for the person who wrote it: place, key, what was expected.

import type { z } from 'zod';
import type { YamlSource } from './yaml-source.ts';

type Issue = z.core.$ZodIssue;

/** What each part of the schema takes, by the path of its section: for "known keys are …". */
export type KnownKeys = (path: readonly PropertyKey[]) => readonly string[];

/**
 * `interlock.yaml:3:5: unknown key "lisen" in proxy (did you mean "listen"?)`, one line an issue.
 * INVARIANT: strings of the file are never repeated, only keys are: a value may hold a password (`upstream.proxy`).
 */
export function describeIssue(issue: Issue, source: YamlSource, known: KnownKeys): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${source.where(issue.path, key)}: ${unknownKey(key, issue.path, known(issue.path))}`);
  }
  const name = issue.path.length === 0 ? 'the file' : dotted(issue.path);
  if (issue.code === 'invalid_key') {
    const key = String(issue.path.at(-1));
    const expected = issue.issues[0]?.message ?? 'expected another key';
    return [`${source.where(issue.path.slice(0, -1), key)}: ${name}: ${expected} as the key`];
  }
  return [`${source.where(issue.path)}: ${name}: ${expectation(issue, valueAt(source.value, issue.path))}`];
}

function unknownKey(key: string, path: readonly PropertyKey[], known: readonly string[]): string {
  const place = path.length === 0 ? 'at the top level' : `in ${dotted(path)}`;
  const near = known.find((candidate) => isNear(key, candidate));
  const help = near === undefined ? `known keys: ${known.join(', ')}` : `did you mean "${near}"?`;
  return `unknown key "${key}" ${place} (${help})`;
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'a string',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping (keys indented below it)',
  record: 'a mapping (keys indented below it)',
};

function expectation(issue: Issue, found: unknown): string {
  if (issue.code === 'invalid_type') {
    const expected = EXPECTED[issue.expected];
    if (expected !== undefined)
      return found === undefined ? `missing, expected ${expected}` : `expected ${expected}, found ${kindOf(found)}`;
    return `${issue.message}, found ${kindOf(found)}`;
  }
  if (issue.code === 'invalid_value') return `expected one of ${issue.values.map(String).join(', ')}`;
  return issue.message;
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') return 'a string';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : typeof value;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, step) => (typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined), value);
}

function dotted(path: readonly PropertyKey[]): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${String(step)}`)).join('');
}

/** The same but for case, or at most two letters added, lost or changed. */
function isNear(typed: string, candidate: string): boolean {
  if (typed.toLowerCase() === candidate.toLowerCase()) return true;
  return editDistance(typed.toLowerCase(), candidate.toLowerCase()) <= (candidate.length > 5 ? 2 : 1);
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
