// The requests of Hrana (libSQL's protocol), versions 1 to 3 in JSON: every text that they run, by itself or by the id it was stored under.

import { joined, readSql } from '../../classify/sql/read-sql.ts';
import { isJsonArray, isJsonObject, type Json } from '../../classify/strict-json.ts';
import type { SqlReading } from '../../classify/sql/sql-work.ts';

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
  const readings: SqlReading[] = [];
  for (const request of requests) {
    const read = requestReadings(request, stored);
    if (read === null) return null;
    readings.push(...read);
  }
  return { reading: readings.length === 0 ? null : joined(readings), stored };
}

function requestReadings(request: Json, stored: Map<number, string>): readonly SqlReading[] | null {
  if (!isJsonObject(request)) return null;
  switch (request['type']) {
    case 'execute':
      return one(statementReading(request['stmt'], stored));
    case 'batch':
      return one(batchReading(request['batch'], stored));
    case 'sequence':
      return one(textReading(request, stored));
    case 'store_sql':
      return store(request['sql_id'], request['sql'], stored) ? [] : null;
    case 'close_sql':
      return typeof request['sql_id'] === 'number' ? [] : null;
    // A description runs nothing, but its text is parsed by the server and must be one that is understood here.
    case 'describe':
      return textReading(request, stored) === null ? null : [];
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
  return isJsonObject(statement) ? textReading(statement, stored) : null;
}

/** Steps with their conditions: which of them run is the server's to say, so all count. */
export function batchReading(batch: Json | undefined, stored: StoredTexts): SqlReading | null {
  const steps = isJsonObject(batch) ? batch['steps'] : undefined;
  if (!isJsonArray(steps) || steps.length > MAX_REQUESTS) return null;
  return all(steps.map((step) => (isJsonObject(step) ? statementReading(step['stmt'], stored) : null)));
}

/** `{"statements": ["…", { "q": "…", "params": [] }]}` */
export function oldReading(statements: Json | undefined): SqlReading | null {
  if (!isJsonArray(statements) || statements.length > MAX_REQUESTS) return null;
  return all(
    statements.map((statement) => {
      const text = isJsonObject(statement) ? statement['q'] : statement;
      return typeof text === 'string' ? readSql(text, 'sqlite') : null;
    }),
  );
}

/** `sql`, or the text stored as `sql_id`; never both. */
function textReading(holder: { readonly [key: string]: Json }, stored: StoredTexts): SqlReading | null {
  const sql = holder['sql'] ?? null;
  const id = holder['sql_id'] ?? null;
  if ((sql === null) === (id === null)) return null;
  const text = typeof sql === 'string' ? sql : typeof id === 'number' ? stored.get(id) : undefined;
  return text === undefined ? null : readSql(text, 'sqlite');
}

function one(reading: SqlReading | null): readonly SqlReading[] | null {
  return reading === null ? null : [reading];
}

function all(readings: ReadonlyArray<SqlReading | null>): SqlReading | null {
  const read = readings.filter((reading) => reading !== null);
  return read.length < readings.length || read.length === 0 ? null : joined(read);
}
