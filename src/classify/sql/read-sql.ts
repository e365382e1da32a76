// From the text of a statement, or of several, to what they do. What can't be read is never a read.

import { parseDialect, type ParsedDialect } from './dialect-parser.ts';
import { dialectStatement } from './dialect-statements.ts';
import { plainText } from './plain-text.ts';
import { parsePostgres } from './postgres-parser.ts';
import { postgresStatement } from './postgres-statements.ts';
import { countSqlWords } from './sql-words.ts';
import { type DatabaseEffect, type SqlDialect, type SqlReading, type SqlWork, unreadWork } from './sql-work.ts';

/** Longer texts hold the event loop for more than 20 ms (measured): they are not read. */
const MAX_POSTGRES_CHARS = 100 * 1024;
const MAX_DIALECT_CHARS = 32 * 1024;
/** Words and signs cost PostgreSQL's parser and the walk over its tree 2 µs each (measured); literals a tenth. */
export const MAX_POSTGRES_WORDS = 5000;
/** Statements that do different things; more are a question each to the engine. */
const MAX_WORKS = 100;

/** Never throws. */
export function readSql(text: string, dialect: SqlDialect): SqlReading {
  // A parser in C stops at NUL, and the server need not; a lone surrogate is sent as another character than the one that is judged.
  if (text.includes('\0') || !text.isWellFormed()) return unread([]);
  return dialect === 'postgresql' ? readPostgres(text) : readDialect(text, dialect);
}

/** What the text would do in either, for an API that does not tell which of the two it speaks to (RDS Data API). */
export function readPostgresOrMysql(text: string): SqlReading {
  const postgres = readSql(text, 'postgresql');
  const mysql = readSql(text, 'mysql');
  // No escapes, no odd quotes, no comments but the common one: both see the same words, so that what either reads is what it does.
  const alike = !/[\\`#$]|--(?!\s)|\/\*|""|[eEuUxXbBnN&]'/.test(text);
  if (isRead(postgres) && alike) return postgres;
  if (isRead(postgres) && isRead(mysql)) return { ...joined([postgres, mysql]), statementCount: postgres.statementCount };
  // PostgreSQL's own parser refuses it, so it can only be MySQL. A server told not to take backslashes for escapes would read others otherwise.
  if (isRead(mysql) && !text.includes('\\')) return mysql;
  return joined([postgres, mysql].filter((one) => !isRead(one)));
}

/** Several texts that one request carries. */
export function joined(readings: readonly SqlReading[]): SqlReading {
  const works = distinct(readings.flatMap((one) => one.works));
  const counts = readings.map((one) => one.statementCount);
  const statementCount = counts.reduce<number | undefined>(
    (sum, one) => (sum === undefined || one === undefined ? undefined : sum + one),
    0,
  );
  return works.length === 0 || works.length > MAX_WORKS ? unread([]) : { works, statementCount };
}

function readPostgres(text: string): SqlReading {
  const long = text.length > MAX_POSTGRES_CHARS || countSqlWords(text, MAX_POSTGRES_WORDS) > MAX_POSTGRES_WORDS;
  const statements = long ? null : text.trim() === '' ? [] : parsePostgres(text);
  if (statements === null) return unread([/^[\s(]*([a-z]+)/i.exec(text.slice(0, 200))?.[1]?.toLowerCase() ?? '']);
  const prepared = new Set<string>();
  return reading(
    statements.map((statement) => postgresStatement(statement, prepared)),
    statements.length,
  );
}

/** SQLite's own, and read only when alone: the ones that tell of the schema. */
const READ_PRAGMA =
  /^\s*pragma\s+(?:[a-z_]+\.)?(?:(?:table_info|table_xinfo|table_list|index_list|index_info|index_xinfo|foreign_key_list|foreign_key_check|integrity_check|quick_check)\s*(?:\(\s*["']?\w+["']?\s*\))?|database_list|collation_list|function_list|compile_options|user_version|schema_version|page_count|page_size)\s*;?\s*$/i;
/** What `@clickhouse/client` and others put behind every query. */
const CLICKHOUSE_FORMAT = /\bformat\s+\w+\s*;?\s*$/i;

function readDialect(source: string, dialect: ParsedDialect): SqlReading {
  if (source.length > MAX_DIALECT_CHARS) return unread([]);
  const plain = plainText(source, dialect);
  if (plain.problem !== null) return unread(plain.words);
  const text = dialect === 'clickhouse' ? plain.text.replace(CLICKHOUSE_FORMAT, '') : plain.text;
  if (dialect === 'sqlite' && READ_PRAGMA.test(text))
    return reading([[{ effect: 'read', inspected: true, verb: 'pragma', tables: [] }]], 1);
  const statements = parseDialect(text, dialect);
  if (statements === null) return unread(plain.words);
  return reading(
    statements.map((statement) => dialectStatement(statement)),
    statements.length,
  );
}

function reading(works: readonly SqlWork[][], statementCount: number): SqlReading {
  // A text of blanks and comments alone does nothing.
  if (works.length === 0) return { works: [{ effect: 'read', inspected: true, tables: [] }], statementCount: 0 };
  return joined([{ works: works.flat().map(settled), statementCount }]);
}

const NEED_TABLES: ReadonlySet<DatabaseEffect> = new Set(['update', 'delete']);

/**
 * INVARIANT: an empty set of tables is only ever told of a read. `["users"].containsAll(context.tables)` holds for it, so a write whose
 * tables could not be told must have none of that fact.
 */
function settled(work: SqlWork): SqlWork {
  if (work.effect === 'read' || work.tables === undefined || work.tables.length > 0) return work;
  const { tables: _none, ...rest } = work;
  return NEED_TABLES.has(work.effect) ? { ...rest, inspected: false } : rest;
}

function isRead({ works }: SqlReading): boolean {
  return works.every((work) => work.inspected);
}

function distinct(works: readonly SqlWork[]): SqlWork[] {
  return [...new Map(works.map((work) => [JSON.stringify(work), work])).values()];
}

/** The name of what could not be read, so that a policy and a person can tell a failed export from a failed insert. Never a read. */
const BY_WORD: Readonly<Record<string, DatabaseEffect>> = {
  insert: 'insert',
  replace: 'insert',
  update: 'update',
  delete: 'delete',
  truncate: 'delete',
  merge: 'update',
  create: 'schema',
  alter: 'schema',
  drop: 'schema',
  rename: 'schema',
  grant: 'grant',
  revoke: 'grant',
  copy: 'export',
  unload: 'export',
  export: 'export',
  put: 'export',
  get: 'export',
  backup: 'export',
  call: 'call',
  exec: 'call',
  execute: 'admin',
  declare: 'admin',
  do: 'admin',
  set: 'admin',
  use: 'admin',
  pragma: 'admin',
  attach: 'admin',
  load: 'admin',
  vacuum: 'admin',
  kill: 'admin',
  system: 'admin',
};

function unread(words: readonly string[]): SqlReading {
  const works = distinct(words.map((word) => unreadWork(Object.hasOwn(BY_WORD, word) ? BY_WORD[word] : undefined)));
  return { works: works.length === 0 || works.length > MAX_WORKS ? [unreadWork()] : works, statementCount: undefined };
}
