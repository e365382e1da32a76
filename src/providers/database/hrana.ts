// The requests of Hrana (libSQL's protocol), versions 1 to 3 in JSON: every text that they run, by itself or by the id it was stored under.

import { readSql } from '../../classify/sql/read-sql.ts';
import { isJsonArray, isJsonObject, type Json } from '../../classify/strict-json.ts';
import type { SqlReading } from '../../classify/sql/sql-work.ts';
import { readTexts } from './database-api.ts';

/** Texts by their `sql_id`. */
export type StoredTexts = ReadonlyMap<number, string>;

export interface Pipeline {
  /** Null: no statement runs. */
  readonly reading: SqlReading | null;
  /** What is stored when it is done. */
  readonly stored: StoredTexts;
}

/** More requests than any client sends at once. */
const MAX_REQUESTS = 1000;

/** Null when any of it could not be read. */
export function pipelineReading(requests: Json | undefined, before: StoredTexts): Pipeline | null {
  if (!isJsonArray(requests) || requests.length > MAX_REQUESTS) return null;
  const stored = new Map(before);
  const texts: string[] = [];
  for (const request of requests) {
    const run = requestTexts(request, stored);
    if (run === null) return null;
    texts.push(...run);
  }
  if (texts.length === 0) return { reading: null, stored };
  const reading = readAll(texts);
  return reading === null ? null : { reading, stored };
}

/** What one request runs. */
function requestTexts(request: Json, stored: Map<number, string>): Texts {
  if (!isJsonObject(request)) return null;
  switch (request['type']) {
    case 'execute':
      return statementText(request['stmt'], stored);
    case 'batch':
      return batchTexts(request['batch'], stored);
    case 'sequence':
      return textOf(request, stored);
    case 'store_sql':
      return store(request['sql_id'], request['sql'], stored) ? [] : null;
    case 'close_sql':
      return typeof request['sql_id'] === 'number' ? [] : null;
    // A description runs nothing, but what it describes must be known.
    case 'describe':
      return textOf(request, stored) === null ? null : [];
    case 'get_autocommit':
    case 'close':
      return [];
    default:
      return null;
  }
}

/** INVARIANT: an id stands for one text; a second text under the same id is refused by servers, and read by us as neither. */
function store(id: Json | undefined, sql: Json | undefined, stored: Map<number, string>): boolean {
  if (typeof id !== 'number' || typeof sql !== 'string' || (stored.has(id) && stored.get(id) !== sql)) return false;
  stored.set(id, sql);
  return true;
}

export function statementReading(statement: Json | undefined, stored: StoredTexts): SqlReading | null {
  return readAll(statementText(statement, stored));
}

export function batchReading(batch: Json | undefined, stored: StoredTexts): SqlReading | null {
  return readAll(batchTexts(batch, stored));
}

/** `{"statements": ["…", { "q": "…", "params": [] }]}` */
export function oldReading(statements: Json | undefined): SqlReading | null {
  if (!isJsonArray(statements) || statements.length > MAX_REQUESTS) return null;
  return readTexts(
    statements.map((statement) => {
      const text = isJsonObject(statement) ? statement['q'] : statement;
      return typeof text === 'string' ? text : null;
    }),
    read,
  );
}

/** Null: they are not all known. */
type Texts = readonly string[] | null;

function statementText(statement: Json | undefined, stored: StoredTexts): Texts {
  return isJsonObject(statement) ? textOf(statement, stored) : null;
}

/** Steps with their conditions: which of them run is the server's to say, so all count. */
function batchTexts(batch: Json | undefined, stored: StoredTexts): Texts {
  const steps = isJsonObject(batch) ? batch['steps'] : undefined;
  if (!isJsonArray(steps) || steps.length === 0 || steps.length > MAX_REQUESTS) return null;
  const texts: string[] = [];
  for (const step of steps) {
    const text = isJsonObject(step) ? statementText(step['stmt'], stored) : null;
    if (text === null) return null;
    texts.push(...text);
  }
  return texts;
}

/** `sql`, or the text stored as `sql_id`; never both. */
function textOf(holder: { readonly [key: string]: Json }, stored: StoredTexts): Texts {
  const sql = holder['sql'] ?? null;
  const id = holder['sql_id'] ?? null;
  if ((sql === null) === (id === null)) return null;
  const text = typeof sql === 'string' ? sql : typeof id === 'number' ? stored.get(id) : undefined;
  return text === undefined ? null : [text];
}

function readAll(texts: Texts): SqlReading | null {
  return texts === null ? null : readTexts(texts, read);
}

function read(text: string): SqlReading {
  return readSql(text, 'sqlite');
}
