// Elasticsearch's `_bulk`: a line that says what is done, and a line with the document, again and again.

import type { Action } from '../../classify/action.ts';
import { isUtf8Type, mediaType } from '../../classify/content-type.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, readJson, writeJson } from '../../classify/strict-json.ts';
import type { DatabaseEffect } from '../../classify/sql/sql-work.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Batch } from '../batch.ts';
import { type Refusal, refusalSentence } from '../refusal.ts';
import { databaseAction, type DatabasePlace, type DatabaseWork } from './database-action.ts';
import { queryField } from './document-call.ts';
import { splitLines } from './elasticsearch-search.ts';

export interface BulkItem {
  readonly kind: string;
  readonly index: string;
  readonly id: string | undefined;
  readonly effects: readonly DatabaseEffect[];
  /** What runs besides: a script, a pipeline. */
  readonly functions: readonly string[];
  /** One line or two, without their breaks. */
  readonly lines: readonly Buffer[];
}

const KINDS: ReadonlyMap<string, readonly DatabaseEffect[]> = new Map<string, readonly DatabaseEffect[]>([
  ['create', ['insert']],
  ['index', ['insert', 'update']],
  ['update', ['update']],
  ['delete', ['delete']],
]);
const MEMBERS: ReadonlySet<string> = new Set(
  (
    '_index _id _type routing _routing version _version version_type _version_type if_seq_no if_primary_term pipeline require_alias ' +
    'require_data_stream retry_on_conflict _retry_on_conflict dynamic_templates list_executed_pipelines'
  ).split(' '),
);
/** More different ones are a question each to the engine. */
const MAX_ACTIONS = 100;

/** What clients write most: told without a parser, which takes five times as long. */
const PLAIN = /^\{"(index|create|update|delete)":\{"_index":"([a-z0-9._-]{1,200})"(?:,"_id":"([A-Za-z0-9._:-]{0,200})")?\}\}$/;

/** Null: not sure. `index` is the path's, for items that name none. */
export function readBulk(request: RequestView, body: InspectedBody, index: string | undefined): BulkItem[] | null {
  const media = mediaType(request.headers);
  const isJson = /^application\/(?:json|x-ndjson|vnd\.(?:elasticsearch|opensearch)\+(?:x-ndjson|json))$/.test(media.type);
  const lines = body.problem === null && isJson && isUtf8Type(media) ? splitLines(body.bytes) : null;
  if (lines === null) return null;
  const items: BulkItem[] = [];
  for (let at = 0; at < lines.length; ) {
    const item = readItem(lines, at, index);
    if (item === null) return null;
    items.push(item);
    at += item.lines.length;
  }
  return items;
}

function readItem(lines: readonly Buffer[], at: number, index: string | undefined): BulkItem | null {
  const line = lines[at];
  const head = line === undefined ? null : readHead(line);
  const effects = KINDS.get(head?.kind ?? '');
  const name = head?.index ?? index;
  const source = head?.kind === 'delete' ? undefined : lines[at + 1];
  if (line === undefined || head === null || effects === undefined || name === undefined) return null;
  if (head.kind !== 'delete' && source === undefined) return null;
  const update = head.kind === 'update' ? (source?.toString('latin1') ?? '') : '';
  // An escaped key may spell anything, so it counts as an upsert and as a script.
  return {
    kind: head.kind,
    index: name,
    id: head.id,
    effects: /upsert|\\u/.test(update) ? ['insert', ...effects] : effects,
    functions: [...(/script|\\u/.test(update) ? ['script'] : []), ...head.functions],
    lines: source === undefined ? [line] : [line, source],
  };
}

type BulkHead = Pick<BulkItem, 'kind' | 'id' | 'functions'> & { readonly index: string | undefined };

function readHead(line: Buffer): BulkHead | null {
  const plain = line.length < 500 ? PLAIN.exec(line.toString('latin1')) : null;
  if (plain !== null) return { kind: plain[1] ?? '', index: plain[2], id: plain[3], functions: [] };
  const head = readJson(line).value;
  const [[kind, call] = ['', null], ...others] = isJsonObject(head) ? Object.entries(head) : [];
  if (others.length > 0 || !isJsonObject(call) || !Object.keys(call).every((key) => MEMBERS.has(key))) return null;
  const { _index: index, _id: id, pipeline } = call;
  if (index !== undefined && typeof index !== 'string') return null;
  const functions = typeof pipeline === 'string' ? [`pipeline/${pipeline}`] : [];
  return { kind, index, id: typeof id === 'string' ? id : undefined, functions };
}

interface BulkActions {
  readonly actions: readonly Action[];
  readonly items: ReadonlyArray<readonly number[]>;
}

/** Items of one effect on one index are one action, so that what is refused of them is refused of nobody else's. */
export function bulkActions(request: RequestView, place: DatabasePlace, bulk: readonly BulkItem[] | null): BulkActions {
  const works = new Map<string, { work: DatabaseWork; readonly at: number }>();
  const items: number[][] = [];
  const pipeline = queryField(request, 'pipeline');
  const called = typeof pipeline === 'string' ? [`pipeline/${pipeline}`] : [];
  for (const { effects, index, functions } of bulk ?? []) {
    const all = [...functions, ...called];
    const own = effects.map((effect) => {
      const key = JSON.stringify([effect, index, ...all]);
      const found = works.get(key) ?? { work: bulkWork(effect, index, all), at: works.size };
      found.work = { ...found.work, itemCount: (found.work.itemCount ?? 0) + 1 };
      works.set(key, found);
      return found.at;
    });
    items.push(own);
  }
  if (works.size === 0 || works.size > MAX_ACTIONS) {
    const unread: DatabaseWork = { effect: 'unknown-write', inspected: false, verb: 'bulk' };
    return { actions: [databaseAction(request, place, unread)], items: [] };
  }
  return { actions: [...works.values()].map(({ work }) => databaseAction(request, place, work)), items };
}

function bulkWork(effect: DatabaseEffect, index: string, functions: readonly string[]): DatabaseWork {
  const where = effect === 'update' || effect === 'delete' ? { where: true } : {};
  return { effect, inspected: true, verb: 'bulk', tables: [index], ...where, ...(functions.length > 0 ? { functions } : {}) };
}

/** Null: the answer can't be joined, because it is asked for in parts or in another format; or the body is signed, as on AWS. */
export function bulkBatch(request: RequestView, bulk: readonly BulkItem[], { items }: BulkActions): Batch | null {
  const accept = request.headers.get('accept') ?? '*/*';
  const signed = /^\s*AWS4-/i.test(request.headers.get('authorization') ?? '') || /x-amz-signature/i.test(request.query);
  if (items.length === 0 || signed || request.query.includes('filter_path') || /cbor|smile|yaml/i.test(accept)) return null;
  return {
    items,
    without(refused) {
      const kept = bulk.filter((_, index) => !refused.has(index)).flatMap(({ lines }) => lines);
      const changed = [...refused].sort((a, b) => a - b).map((index) => `item ${index + 1}: taken out`);
      return { bytes: Buffer.concat(kept.flatMap((line) => [line, Buffer.from('\n')])), changed };
    },
    join(answer, refused) {
      const headers = ['content-type', answer.headers.get('content-type') ?? 'application/json'];
      const given = readJson(answer.body).value;
      const list = isJsonObject(given) ? given['items'] : undefined;
      if (!isJsonObject(given) || !isJsonArray(list) || list.length !== bulk.length - refused.size)
        throw new Error('the answer does not tell what was done for each item');
      const rest = [...list];
      const joined = bulk.map((item, index): Json => {
        const refusal = refused.get(index);
        return refusal === undefined ? (rest.shift() ?? null) : deniedItem(item, refusal);
      });
      return { status: answer.status, headers, body: Buffer.from(writeJson({ ...given, errors: true, items: joined })) };
    },
  };
}

/** The answer when none of it goes. */
export function deniedBulk(bulk: readonly BulkItem[], refusal: Refusal): JsonObject {
  return { took: 0, errors: true, items: bulk.map((item) => deniedItem(item, refusal)) };
}

function deniedItem({ kind, index, id }: BulkItem, refusal: Refusal): JsonObject {
  const error = { type: 'security_exception', reason: refusalSentence(refusal) };
  return { [kind]: { _index: index, ...(id === undefined ? {} : { _id: id }), status: 403, error } };
}
