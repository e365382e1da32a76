// PostgREST: tables and functions by path, the rows by filters in the query. A PATCH or DELETE without a filter is of every row.

import type { Action } from '../../classify/action.ts';
import { type FormField, readPairs } from '../../classify/form.ts';
import { isJsonArray, isJsonObject, readJson } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import { type NativeAnswer, type Refusal, refusalSentence } from '../refusal.ts';
import { databaseAction, type DatabasePlace, type DatabaseWork, unknownDatabaseWrite } from './database-action.ts';
import type { DatabaseRoute } from './database-api.ts';

/** An error as PostgREST answers one of the database's own: `insufficient_privilege`. */
export function postgrestAnswer(refusal: Refusal): NativeAnswer {
  return jsonAnswer(refusal, { code: '42501', details: null, hint: null, message: refusalSentence(refusal) });
}

/** `rest` are the segments behind the API's root: a table, or `rpc` and a function. */
export function postgrestRoute(request: RequestView, rest: readonly string[], place: DatabasePlace): DatabaseRoute | null {
  const [first = '', second, ...more] = rest;
  if (request.method === 'OPTIONS') return null;
  if (more.length > 0 || (second !== undefined && first !== 'rpc')) return unknown(request, place);
  if (second !== undefined) return rpcRoute(request, place, second);
  return (body) => tableActions(request, body, place, first) ?? [unknownDatabaseWrite(request, place, false)];
}

function unknown(request: RequestView, place: DatabasePlace): DatabaseRoute {
  return (body) => [unknownDatabaseWrite(request, place, body.problem === null)];
}

/** A GET runs the function in a READ ONLY transaction; what it does beside writing rows is still its own affair. */
function rpcRoute(request: RequestView, place: DatabasePlace, name: string): DatabaseRoute {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const whole = isRead && request.claimedMethods.length === 0 ? { ...place, readOnlyTransaction: true } : place;
  const schema = profile(request, isRead ? 'accept-profile' : 'content-profile');
  return (body) => {
    const inspected = schema !== null && body.problem === null;
    return [databaseAction(request, whole, { effect: 'call', inspected, verb: 'rpc', functions: [qualified(schema, name)] })];
  };
}

/** Null: not one of the API's methods, or its query could not be read surely. */
function tableActions(request: RequestView, body: InspectedBody, place: DatabasePlace, name: string): Action[] | null {
  const { fields, problem } = readPairs(request.query);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const schema = profile(request, isRead ? 'accept-profile' : 'content-profile');
  const embedded = embeddedNames(fields);
  if (problem !== null || schema === null || embedded === null) return null;
  const tables = [qualified(schema, name)];
  const inspected = body.problem === null;
  if (isRead) {
    const read: DatabaseWork = { effect: 'read', inspected, verb: 'select', tables: [...tables, ...embedded] };
    return [databaseAction(request, place, read)];
  }
  const works = writeWorks(request, fields, itemCount(body));
  if (works === null) return null;
  const actions = works.map((work) => databaseAction(request, place, { ...work, inspected, tables }));
  if (embedded.length === 0) return actions;
  return [...actions, databaseAction(request, place, { effect: 'read', inspected, verb: 'select', tables: embedded })];
}

type WriteWork = Pick<DatabaseWork, 'effect' | 'verb' | 'where' | 'itemCount'>;

function writeWorks(request: RequestView, fields: readonly FormField[], items: number | undefined): WriteWork[] | null {
  const where = fields.some(namesRows);
  switch (request.method) {
    case 'POST': {
      // Which rows conflict is a question only for one that does something about them, unless it says that it leaves them alone.
      const asks = fields.some(({ path }) => path[0] === 'on_conflict') && !prefers(request, 'resolution=ignore-duplicates');
      const upsert = asks || prefers(request, 'resolution=merge-duplicates');
      const insert: WriteWork = { effect: 'insert', verb: upsert ? 'upsert' : 'insert', itemCount: items };
      return upsert ? [insert, { effect: 'update', verb: 'upsert', where: true, itemCount: items }] : [insert];
    }
    case 'PUT':
      return [
        { effect: 'insert', verb: 'upsert', itemCount: items },
        { effect: 'update', verb: 'upsert', where, itemCount: items },
      ];
    case 'PATCH':
      return [{ effect: 'update', verb: 'update', where }];
    case 'DELETE':
      return [{ effect: 'delete', verb: 'delete', where }];
    default:
      return null;
  }
}

function prefers(request: RequestView, wish: string): boolean {
  return request.headers.all('prefer').some((value) =>
    value
      .toLowerCase()
      .split(/[,;]/)
      .some((part) => part.trim() === wish),
  );
}

/** The schema that a header names, undefined when none does, null when it does so in two ways. */
function profile(request: RequestView, header: string): string | undefined | null {
  const [first, ...others] = request.headers.all(header);
  if (others.some((other) => other !== first)) return null;
  return first === undefined ? undefined : first.trim();
}

function qualified(schema: string | undefined | null, name: string): string {
  return schema === undefined || schema === null || schema === '' ? name : `${schema}.${name}`;
}

/** They shape the answer or the order, and take no row away from what is changed. */
const SHAPING: ReadonlySet<string> = new Set(['select', 'order', 'limit', 'offset', 'columns', 'on_conflict', 'apikey']);
const FILTER =
  /^(?:not\.)?(?:eq|gt|gte|lt|lte|neq|like|ilike|match|imatch|in|is|isdistinct|fts|plfts|phfts|wfts|cs|cd|ov|sl|sr|nxr|nxl|adj)(?:\([a-z]+\))?\./i;
const EVERYTHING = /^(?:not\.is\.null|i?like(?:\([a-z]+\))?\.[*%]*|match(?:\([a-z]+\))?\.(?:\.\*)?)$/i;

/** Is this pair a filter on the table's own rows that is not just "any value"? One on an embedded table (`other.id`) takes no row away. */
function namesRows({ path, value }: FormField): boolean {
  const [name = '', ...deeper] = path;
  if (deeper.length > 0 || SHAPING.has(name)) return false;
  if (name === 'or' || name === 'not.and') return !/(?:^|[(,.])(?:not|neq|or|and)[.(]|[*%]/i.test(value) && value.length > 2;
  if (name === 'and') return value.includes('.eq.') || value.includes('.in.');
  return !name.replace(/->.*$/, '').includes('.') && FILTER.test(value) && !EVERYTHING.test(value);
}

/**
 * What `select` embeds (`*,orders(id,items(*))`): names of tables, or of what leads to them. Null when it can't be read surely.
 */
function embeddedNames(fields: readonly FormField[]): string[] | null {
  const names: string[] = [];
  for (const { path, value } of fields) {
    if (path[0] !== 'select') continue;
    if (path.length > 1 || /["\\]/.test(value)) return null;
    for (const match of value.matchAll(/([A-Za-z_][\w$-]*)((?:![\w$-]+)*)\(/g)) {
      const [, name = ''] = match;
      // `amount.sum()` is an aggregate; so is a bare `count()`.
      const isAggregate =
        value[(match.index ?? 0) - 1] === '.' || (name === 'count' && value[match.index + match[0].length] === ')');
      if (!isAggregate || value.slice(Math.max(0, match.index - 3), match.index) === '...') names.push(name);
    }
  }
  return names;
}

function itemCount(body: InspectedBody): number | undefined {
  if (body.problem !== null) return undefined;
  const { value } = readJson(body.bytes);
  if (isJsonArray(value)) return value.length;
  return isJsonObject(value) ? 1 : undefined;
}
