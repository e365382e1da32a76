// What each operation of DynamoDB does (the SDK's list of commands), and to which tables.

import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../classify/strict-json.ts';
import type { DatabaseEffect } from '../../classify/sql/sql-work.ts';
import type { DatabaseWork } from './database-action.ts';
import { type GatheredItem, gatheredWorks, upsertWorks } from './document-call.ts';
import { tableNames } from './dynamodb-tables.ts';
import { partiqlWork } from './partiql.ts';

/** Those that the prefix of the name does not tell; all others are unknown writes. */
const EFFECTS: ReadonlyMap<string, DatabaseEffect> = new Map<string, DatabaseEffect>([
  ['GetItem', 'read'],
  ['BatchGetItem', 'read'],
  ['TransactGetItems', 'read'],
  ['Query', 'read'],
  ['Scan', 'read'],
  ['SearchVectors', 'read'],
  ['GetResourcePolicy', 'read'],
  ['PutItem', 'update'],
  ['UpdateItem', 'update'],
  ['DeleteItem', 'delete'],
  ['BatchWriteItem', 'unknown-write'],
  ['TransactWriteItems', 'unknown-write'],
  ['CreateTable', 'schema'],
  ['UpdateTable', 'schema'],
  ['DeleteTable', 'schema'],
  ['CreateGlobalTable', 'schema'],
  ['UpdateGlobalTable', 'schema'],
  // It deletes items by their age from then on.
  ['UpdateTimeToLive', 'schema'],
  ['ExportTableToPointInTime', 'export'],
  ['ImportTable', 'export'],
  ['StartBulkPutItems', 'export'],
  ['EnableKinesisStreamingDestination', 'export'],
  ['PutResourcePolicy', 'grant'],
  ['DeleteResourcePolicy', 'grant'],
]);

/** `RestoreTableFromBackup`, `TagResource`, `UpdateContinuousBackups`. */
const ADMIN = /^(?:CreateBackup|DeleteBackup|Restore|Tag|Untag|Update|CancelBulk|DisableKinesis)/;

export function dynamodbEffect(operation: string): DatabaseEffect {
  const known = EFFECTS.get(operation);
  if (known !== undefined) return known;
  if (/^(?:Describe|List)[A-Z]/.test(operation)) return 'read';
  return ADMIN.test(operation) ? 'admin' : 'unknown-write';
}

/** Null: the body does not say what the operation needs, or says it in a way that is not known. */
export function dynamodbWorks(operation: string, document: JsonObject): readonly DatabaseWork[] | null {
  const verb = operation.toLowerCase();
  switch (operation) {
    case 'ExecuteStatement':
      return statementWorks([document], verb);
    case 'BatchExecuteStatement':
      return statementWorks(document['Statements'], verb);
    case 'ExecuteTransaction':
      return statementWorks(document['TransactStatements'], verb);
    case 'BatchGetItem':
      return isJsonObject(document['RequestItems']) ? keyedReads(document['RequestItems'], verb) : null;
    case 'BatchWriteItem':
      return itemWorks(isJsonObject(document['RequestItems']) ? batchItems(document['RequestItems']) : null, verb);
    case 'TransactGetItems':
    case 'TransactWriteItems':
      return itemWorks(transactItems(document['TransactItems']), verb);
    default:
      return tableWorks(operation, document);
  }
}

function tableWorks(operation: string, document: JsonObject): readonly DatabaseWork[] | null {
  const effect = dynamodbEffect(operation);
  const name = document['TableName'] ?? document['TableArn'] ?? document['ResourceArn'] ?? document['GlobalTableName'];
  const tables = typeof name === 'string' ? tableNames(name) : undefined;
  const work = { inspected: true, verb: operation.toLowerCase(), tables };
  switch (operation) {
    case 'PutItem':
    case 'UpdateItem':
      return tables === undefined ? null : upsertWorks({ ...work, itemCount: 1 });
    case 'DeleteItem':
      return tables === undefined ? null : [{ ...work, effect, where: true, itemCount: 1 }];
    case 'GetItem':
    case 'Query':
    case 'Scan':
    case 'SearchVectors':
      return tables === undefined ? null : [{ ...work, effect }];
    case 'ExportTableToPointInTime':
      return [{ ...work, effect, ...destination('s3://', document['S3Bucket']) }];
    case 'ImportTable':
      return importWorks(work, document);
    case 'EnableKinesisStreamingDestination':
      return [{ ...work, effect, ...destination('', document['StreamArn']) }];
    case 'StartBulkPutItems':
      return [{ ...work, effect, inspected: false }];
    default:
      return [{ ...work, effect }];
  }
}

/** Rows come from a bucket, into a table that is made for them. */
function importWorks(work: Omit<DatabaseWork, 'effect'>, document: JsonObject): DatabaseWork[] {
  const source = document['S3BucketSource'];
  const made = document['TableCreationParameters'];
  const name = isJsonObject(made) ? made['TableName'] : undefined;
  const from = destination('s3://', isJsonObject(source) ? source['S3Bucket'] : undefined);
  return [{ ...work, effect: 'export', tables: typeof name === 'string' ? tableNames(name) : undefined, ...from }];
}

function destination(prefix: string, value: Json | undefined): Pick<DatabaseWork, 'destinations' | 'inspected'> {
  return typeof value === 'string' ? { inspected: true, destinations: [`${prefix}${value}`] } : { inspected: false };
}

/** The service takes 100 in a transaction, and 25 in a batch. All of their text together holds the event loop for 10 ms. */
const MAX_STATEMENTS = 100;
const MAX_STATEMENT_CHARS = 64 * 1024;

function statementWorks(list: Json | readonly JsonObject[] | undefined, verb: string): DatabaseWork[] | null {
  if (!isJsonArray(list) || list.length > MAX_STATEMENTS) return null;
  const texts = list.map((entry) => (isJsonObject(entry) ? entry['Statement'] : undefined));
  const chars = texts.reduce<number>((sum, text) => sum + (typeof text === 'string' ? text.length : 0), 0);
  if (chars > MAX_STATEMENT_CHARS) return null;
  const works = texts.map(partiqlWork);
  const [only] = works;
  if (works.length === 1 && only !== undefined) return only === null ? null : [only];
  const items: GatheredItem[] = [];
  for (const work of works) {
    // INVARIANT: one statement that could not be read makes the whole list unread.
    if (work === null) return null;
    items.push({ effect: work.effect, tables: work.tables ?? [] });
  }
  return gatheredWorks(verb, items);
}

function keyedReads(tables: JsonObject, verb: string): DatabaseWork[] {
  let itemCount = 0;
  for (const entry of Object.values(tables)) {
    const keys = isJsonObject(entry) ? entry['Keys'] : undefined;
    itemCount += isJsonArray(keys) ? keys.length : 0;
  }
  return [{ effect: 'read', inspected: true, verb, tables: Object.keys(tables).flatMap(tableNames), itemCount }];
}

function itemWorks(items: readonly GatheredItem[] | null, verb: string): DatabaseWork[] | null {
  return items === null ? null : gatheredWorks(verb, items);
}

/** `RequestItems.{table}[].PutRequest` or `.DeleteRequest`. */
function batchItems(requested: JsonObject): GatheredItem[] | null {
  const items: GatheredItem[] = [];
  for (const [name, list] of Object.entries(requested)) {
    if (!isJsonArray(list)) return null;
    for (const entry of list) {
      const [kind, ...others] = isJsonObject(entry) ? Object.keys(entry) : [];
      const effects = others.length > 0 || kind === undefined ? undefined : ITEM_EFFECTS.get(kind);
      if (effects === undefined) return null;
      items.push(...effects.map((effect) => ({ effect, tables: tableNames(name) })));
    }
  }
  return items;
}

const ITEM_EFFECTS: ReadonlyMap<string, readonly DatabaseEffect[]> = new Map<string, readonly DatabaseEffect[]>([
  ['PutRequest', ['insert', 'update']],
  ['DeleteRequest', ['delete']],
  ['Put', ['insert', 'update']],
  ['Update', ['insert', 'update']],
  ['Delete', ['delete']],
  // Its answer tells whether the condition holds.
  ['ConditionCheck', ['read']],
  ['Get', ['read']],
]);

/** `TransactItems[].Put`, each with a table of its own. */
function transactItems(list: Json | undefined): GatheredItem[] | null {
  if (!isJsonArray(list)) return null;
  const items: GatheredItem[] = [];
  for (const entry of list) {
    const [[kind, call] = ['', null], ...others] = isJsonObject(entry) ? Object.entries(entry) : [];
    const name = isJsonObject(call) ? call['TableName'] : undefined;
    const effects = others.length > 0 ? undefined : ITEM_EFFECTS.get(kind);
    if (effects === undefined || typeof name !== 'string') return null;
    items.push(...effects.map((effect) => ({ effect, tables: tableNames(name) })));
  }
  return items;
}
