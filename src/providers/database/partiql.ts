// PartiQL as DynamoDB takes it: one statement over one table, so that words outside quotes tell all of it.

import type { Json } from '../../classify/strict-json.ts';
import type { DatabaseWork } from './database-action.ts';
import { tableNames } from './dynamodb-tables.ts';

const MAX_CHARS = 8192;
/** A string, a quoted name, a word, or one mark. Linear: no two alternatives begin alike. */
const TOKEN = /'(?:[^']|'')*'|"[^"]*"|[A-Za-z_][A-Za-z0-9_.]*|\s+|[^\s]/gy;
const WRITES: ReadonlySet<string> = new Set(['insert', 'update', 'delete', 'set', 'remove', 'into', 'value']);

/** Null: it could not be read surely. Comments, a second statement and escapes are not read at all. */
export function partiqlWork(text: Json | undefined): DatabaseWork | null {
  if (typeof text !== 'string' || text.length > MAX_CHARS || !text.isWellFormed()) return null;
  const tokens = (text.match(TOKEN) ?? []).filter((token) => token.trim() !== '');
  if (tokens.some((token) => token === "'" || token === '"' || token === '`' || token === '\\' || token === ';')) return null;
  if (hasPair(tokens, '-', '-') || hasPair(tokens, '/', '*')) return null;
  const words = tokens.map((token) => token.toLowerCase());
  switch (words[0]) {
    case 'select':
      return selectWork(tokens, words, 'select');
    case 'exists':
      return words[1] === '(' && words[2] === 'select' ? selectWork(tokens.slice(2), words.slice(2), 'exists') : null;
    case 'insert':
      return words[1] === 'into' ? writeWork('insert', tokens[2], words) : null;
    case 'update':
      return writeWork('update', tokens[1], words);
    case 'delete':
      return words[1] === 'from' ? writeWork('delete', tokens[2], words) : null;
    default:
      return null;
  }
}

/** INVARIANT: a read has one FROM and no word of a write outside of quotes; anything else is not read. */
function selectWork(tokens: readonly string[], words: readonly string[], verb: string): DatabaseWork | null {
  const from = words.indexOf('from');
  if (from === -1 || words.indexOf('from', from + 1) !== -1 || words.slice(1).includes('select')) return null;
  if (words.some((word) => WRITES.has(word))) return null;
  const tables = namesAt(tokens[from + 1]);
  return tables === null ? null : { effect: 'read', inspected: true, verb, tables };
}

function writeWork(
  effect: 'insert' | 'update' | 'delete',
  name: string | undefined,
  words: readonly string[],
): DatabaseWork | null {
  const tables = namesAt(name);
  if (tables === null || words.slice(1).some((word) => word === 'select')) return null;
  const where = effect === 'insert' ? {} : { where: words.includes('where') };
  return { effect, inspected: true, verb: effect, tables, ...where, itemCount: 1 };
}

/** `"Music"."by-artist"` is an index of the table: its tokens are a name, a dot and a name. */
function namesAt(token: string | undefined): string[] | null {
  if (token === undefined) return null;
  if (token.startsWith('"')) return token.length > 2 ? tableNames(token.slice(1, -1)) : null;
  const bare = /^[A-Za-z_][A-Za-z0-9_]*(?=\.|$)/.exec(token)?.[0];
  return bare === undefined ? null : tableNames(bare);
}

function hasPair(tokens: readonly string[], first: string, second: string): boolean {
  return tokens.some((token, index) => token === first && tokens[index + 1] === second);
}
