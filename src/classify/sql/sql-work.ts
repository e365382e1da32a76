// What a statement does, whatever dialect it is written in: the words that every reader of SQL gives its answers in.

/**
 * `call` runs stored code that is not known to be harmless. `transaction` begins, ends or locks. `export` sends rows to, or takes them from,
 * a place outside the database. `admin` reaches the server itself: its files, programs, roles, settings.
 */
export type DatabaseEffect =
  | 'read'
  | 'insert'
  | 'update'
  | 'delete'
  | 'schema'
  | 'grant'
  | 'call'
  | 'transaction'
  | 'export'
  | 'admin'
  | 'unknown-write';

/** One thing that a statement does; most do one. Members that are undefined are not told, or not surely known. */
export interface SqlWork {
  readonly effect: DatabaseEffect;
  /** False when what it does is not surely all that is told here. */
  readonly inspected: boolean;
  /** Lower case: `select`, `create table`. */
  readonly verb?: string | undefined;
  /** What is written (of a write) or read (of a read), schema first where it is named. */
  readonly tables?: readonly string[] | undefined;
  /** Of an update or delete: does it name which rows? */
  readonly where?: boolean | undefined;
  /** Functions and procedures that are called and not known to be harmless. */
  readonly functions?: readonly string[] | undefined;
  /** Hosts, buckets and files outside the database. */
  readonly destinations?: readonly string[] | undefined;
}

export type SqlDialect = 'postgresql' | 'mysql' | 'sqlite' | 'bigquery' | 'snowflake' | 'databricks' | 'clickhouse';

/** `works` is never empty. Statements that do exactly the same stand in it once. */
export interface SqlReading {
  readonly works: readonly SqlWork[];
  /** Undefined when they could not be counted. */
  readonly statementCount: number | undefined;
}

/** A work that could not be read: whatever its verb says, nothing else of it is sure. */
export function unreadWork(effect: DatabaseEffect = 'unknown-write', verb?: string): SqlWork {
  return { effect, inspected: false, verb };
}
