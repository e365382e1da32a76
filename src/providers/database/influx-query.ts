// Flux and InfluxQL: enough of them to tell a query that only reads from everything else.

import type { DatabaseEffect } from '../../classify/sql/sql-work.ts';
import type { DatabaseWork } from './database-action.ts';

const MAX_CHARS = 32 * 1024;

interface FluxReading {
  readonly work: DatabaseWork;
  /** The only bucket it reads. */
  readonly bucket: string | undefined;
}

/**
 * Words that write (`to()`), or that bring in what may write or reach out. They count in strings too: an interpolated string holds
 * expressions. Without `import` a text has only what Flux always has, of which nothing else writes.
 */
const FLUX_WRITES = /\b(?:to|wideTo)\b/;
const FLUX_UNSURE = /\b(?:import|builtin|option|package|testcase)\b/;
const FROM = /\bfrom\s*\(\s*bucket\s*:\s*"([^"\\$]{1,200})"\s*\)/;

/** Null: it could do anything. */
export function fluxReading(text: string): FluxReading | null {
  if (text.length > MAX_CHARS || text.trim() === '' || FLUX_UNSURE.test(text)) return null;
  if (FLUX_WRITES.test(text)) return { work: { effect: 'insert', inspected: false, verb: 'to' }, bucket: undefined };
  const only = text.split(/\bfrom\b/).length === 2 ? FROM.exec(text)?.[1] : undefined;
  return { work: { effect: 'read', inspected: true, verb: 'query' }, bucket: only };
}

const EFFECTS: ReadonlyMap<string, DatabaseEffect> = new Map<string, DatabaseEffect>([
  ['select', 'read'],
  ['show', 'read'],
  ['explain', 'read'],
  ['delete', 'delete'],
  ['drop', 'schema'],
  ['create', 'schema'],
  ['alter', 'schema'],
  ['grant', 'grant'],
  ['revoke', 'grant'],
  ['set', 'grant'],
  ['kill', 'admin'],
]);

/** A string, a quoted name, a word, or one mark. */
const TOKEN = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[A-Za-z_][A-Za-z0-9_]*|[^\s]/gs;

/** Null: not sure. Several statements stand in one text, split at semicolons. */
export function influxqlWorks(text: string): readonly DatabaseWork[] | null {
  if (text.length > MAX_CHARS || /\/\*|--/.test(text)) return null;
  const tokens = text.match(TOKEN) ?? [];
  // A quote that stands alone was not closed; behind a slash there may be a pattern with quotes of its own.
  if (tokens.some((token) => token === "'" || token === '"' || token === '/')) return null;
  const works: DatabaseWork[] = [];
  for (const words of statements(tokens.map((token) => token.toLowerCase()))) {
    const work = statementWork(words);
    if (work === null) return null;
    works.push(work);
  }
  return distinct(works);
}

function statements(words: readonly string[]): string[][] {
  const all: string[][] = [[]];
  for (const word of words) {
    if (word === ';') all.push([]);
    else all.at(-1)?.push(word);
  }
  return all.filter((statement) => statement.length > 0);
}

function statementWork(words: readonly string[]): DatabaseWork | null {
  const [first = ''] = words;
  const effect = EFFECTS.get(first);
  if (effect === undefined) return null;
  // `SELECT … INTO` writes what it reads; where to is not told here.
  if (effect === 'read')
    return words.includes('into') ? { effect: 'insert', inspected: false, verb: 'select into' } : sure('read', first);
  if (first === 'drop' && words[1] === 'series') return { ...sure('delete', 'drop series'), where: words.includes('where') };
  return effect === 'delete' ? { ...sure('delete', first), where: words.includes('where') } : sure(effect, first);
}

function sure(effect: DatabaseEffect, verb: string): DatabaseWork {
  return { effect, inspected: true, verb };
}

function distinct(works: readonly DatabaseWork[]): DatabaseWork[] {
  return [...new Map(works.map((work) => [JSON.stringify(work), work])).values()];
}
