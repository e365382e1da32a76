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
import { splitLines } from './elasticsearch-search.ts';

export interface BulkItem {
  readonly kind: string;
  readonly index: string;
  readonly id: string | undefined;
  readonly effects: readonly DatabaseEffect[];
  readonly scripts: boolean;
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
  const head = line === undefined ? undefined : readJson(line).value;
  const [[kind, call] = ['', null], ...others] = isJsonObject(head) ? Object.entries(head) : [];
  const effects = others.length > 0 ? undefined : KINDS.get(kind);
  if (line === undefined || effects === undefined || !isJsonObject(call)) return null;
  const name = call['_index'] ?? index;
  const known = Object.keys(call).every((key) => MEMBERS.has(key));
  if (typeof name !== 'string' || !known) return null;
  const source = kind === 'delete' ? undefined : lines[at + 1];
  if (kind !== 'delete' && source === undefined) return null;
  const update = kind === 'update' ? (source?.toString('latin1') ?? '') : '';
  // An escaped key may spell anything, so it counts as an upsert and as a script.
  const upserts = /upsert|\\u/.test(update);
  return {
    kind,
    index: name,
    id: typeof call['_id'] === 'string' ? call['_id'] : undefined,
    effects: upserts ? ['insert', ...effects] : effects,
    scripts: /script|\\u/.test(update),
    lines: source === undefined ? [line] : [line, source],
  };
}

export interface BulkActions {
  readonly actions: readonly Action[];
  readonly items: ReadonlyArray<readonly number[]>;
}

/** Items of one effect on one index are one action, so that what is refused of them is refused of nobody else's. */
export function bulkActions(request: RequestView, place: DatabasePlace, bulk: readonly BulkItem[] | null): BulkActions {
  const works = new Map<string, { work: DatabaseWork; readonly at: number }>();
  const items: number[][] = [];
  for (const { effects, index, scripts } of bulk ?? []) {
    const own = effects.map((effect) => {
      const key = `${effect} ${String(scripts)} ${index}`;
      const found = works.get(key) ?? { work: bulkWork(effect, index, scripts), at: works.size };
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

function bulkWork(effect: DatabaseEffect, index: string, scripts: boolean): DatabaseWork {
  const where = effect === 'update' || effect === 'delete' ? { where: true } : {};
  return { effect, inspected: true, verb: 'bulk', tables: [index], ...where, ...(scripts ? { functions: ['script'] } : {}) };
}

/** Null: the answer can't be joined, because it is asked for in parts or in another format. */
export function bulkBatch(request: RequestView, bulk: readonly BulkItem[], { items }: BulkActions): Batch | null {
  const accept = request.headers.get('accept') ?? '*/*';
  if (items.length === 0 || request.query.includes('filter_path') || /cbor|smile|yaml/i.test(accept)) return null;
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
