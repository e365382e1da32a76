// Microsoft Graph's JSON batch: each request is judged as if it had come by itself, and those that depend on a refused one fail with it (E24).

import type { Action } from '../../classify/action.ts';
import { claimsTooMuch, itemReadings } from '../../classify/embedded-batch.ts';
import { type EmbeddedRequest, embeddedRequest } from '../../classify/embedded-request.ts';
import type { Known, Learnt } from '../../classify/known.ts';
import { looseKeys, looseMembers } from '../../classify/loose-members.ts';
import { isPlainRead, readAction } from '../../classify/plain-action.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, readJson, writeJson } from '../../classify/strict-json.ts';
import { InterlockError } from '../../errors.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Batch } from '../batch.ts';
import { graphError } from '../graph-error.ts';
import type { ObservedAnswer } from '../observation.ts';
import type { NativeAnswer, Refusal } from '../refusal.ts';
import { forgetDraft } from './draft-memory.ts';
import { unknownMailWrite } from './email-action.ts';
import { classifyGraph } from './graph-call.ts';
import { graphCall } from './graph-routes.ts';
import { mailDocument, withMembers } from './mail-json.ts';

/** Graph's own limit. */
const MAX_ITEMS = 20;

interface Item {
  readonly document: Json;
  readonly id: string;
  /** The ids that it waits for. */
  readonly dependsOn: readonly string[];
  /** Null when it can't be read surely. */
  readonly request: EmbeddedRequest | null;
}

/** Null when the batch can't be taken apart surely: it is no list, has too many items, or two with the same id. */
export function batchItems(request: RequestView, body: InspectedBody): readonly Item[] | null {
  const document = mailDocument(request, body);
  const list = isJsonObject(document) ? looseMembers(document, ['requests'])?.requests : undefined;
  if (!isJsonArray(list) || list.length === 0 || list.length > MAX_ITEMS) return null;
  const items: Item[] = [];
  for (const entry of list) {
    const item = readItem(request, entry);
    if (item === null || items.some((other) => other.id === item.id)) return null;
    items.push(item);
  }
  return items;
}

const ITEM_NAMES = ['id', 'method', 'url', 'headers', 'body', 'dependsOn'] as const;

function readItem(request: RequestView, entry: Json): Item | null {
  const members = isJsonObject(entry) ? looseMembers(entry, ITEM_NAMES) : null;
  if (members === null || typeof members.id !== 'string') return null;
  const { id, dependsOn = [] } = members;
  if (!isJsonArray(dependsOn) || !dependsOn.every((one) => typeof one === 'string')) return null;
  return { document: entry, id, dependsOn: dependsOn.map(String), request: innerRequest(request, members) };
}

function innerRequest(
  request: RequestView,
  members: Readonly<Partial<Record<(typeof ITEM_NAMES)[number], Json>>>,
): EmbeddedRequest | null {
  const { method, url, headers, body } = members;
  // A text body is base64 of something that is not JSON; no operation that is known here is sent so.
  if (typeof method !== 'string' || typeof url !== 'string' || typeof body === 'string') return null;
  const rawHeaders = headerPairs(headers);
  if (rawHeaders === null || url.includes('://') || url.includes('#')) return null;
  const version = request.segments[0] ?? '';
  const target = `/${version}${url.startsWith('/') ? '' : '/'}${url}`;
  const bytes = body === undefined || body === null ? Buffer.alloc(0) : Buffer.from(writeJson(body));
  return embeddedRequest(request, { method: method.toUpperCase(), target, rawHeaders }, bytes);
}

/** Null for anything but plain texts, and for a credential: only the batch's own is judged for. */
function headerPairs(headers: Json | undefined): string[] | null {
  if (headers === undefined || headers === null) return [];
  if (!isJsonObject(headers)) return null;
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== 'string' || !/^[A-Za-z0-9-]+$/.test(name) || !/^[\t -~]*$/.test(value)) return null;
    if (/^(?:authorization|host|content-length|content-encoding|transfer-encoding)$/i.test(name)) return null;
    pairs.push(name, value.trim());
  }
  return pairs;
}

/** The actions of each item, in order. */
export function classifyItems(request: RequestView, items: readonly Item[], known: Known): ReadonlyArray<readonly Action[]> {
  return items.map(({ request: item }) => {
    if (item === null || claimsTooMuch(item.view)) return [unknownMailWrite(request, false)];
    return itemReadings(item.view).flatMap((view) => classifyItem(view, item.body, known));
  });
}

function classifyItem(view: RequestView, body: InspectedBody, known: Known): readonly Action[] {
  if (isPlainRead(view)) return [readAction(view)];
  const call = graphCall(view);
  return call === null || call.kind === 'batch' ? [unknownMailWrite(view, false)] : classifyGraph(view, body, call, known);
}

/** Drafts that an item may change. What a batch writes is not remembered. */
export function itemsForgotten(items: readonly Item[]): readonly Learnt[] {
  return items.flatMap(({ request }) => {
    const call = request === null ? null : graphCall(request.view);
    return call !== null && 'id' in call && call.kind !== 'draft-send' ? [forgetDraft(call.id)] : [];
  });
}

export function graphBatch(request: RequestView, body: InspectedBody, known: Known): Batch | null {
  const items = batchItems(request, body);
  const document = mailDocument(request, body);
  if (items === null || !isJsonObject(document)) return null;
  let next = 0;
  return {
    items: classifyItems(request, items, known).map((actions) => actions.map(() => next++)),
    without(refused) {
      const gone = withDependants(items, refused);
      const kept = items.filter((item) => !gone.has(item.id));
      if (kept.length === 0) throw new InterlockError('CONSTRAINT_FAILED', 'no request of the batch is left');
      const changed = [...gone].map((id) => `batch: took out request ${id}`);
      return { bytes: withRequests(document, kept), changed };
    },
    join: (answer, refused) => joinAnswer(request, items, answer, refused),
  };
}

function withRequests(document: JsonObject, kept: readonly Item[]): Buffer {
  const key = looseKeys(document, ['requests'])?.get('requests') ?? 'requests';
  return Buffer.from(writeJson(withMembers(document, { [key]: kept.map((item) => item.document) })));
}

/** The ids of the refused items and of all that wait for them. Bounded by the batch's limit: at most twenty rounds of twenty. */
function withDependants(items: readonly Item[], refused: ReadonlySet<number>): ReadonlySet<string> {
  const gone = new Set(items.flatMap((item, index) => (refused.has(index) ? [item.id] : [])));
  for (let before = -1; before !== gone.size; ) {
    before = gone.size;
    for (const item of items) if (item.dependsOn.some((id) => gone.has(id))) gone.add(item.id);
  }
  return gone;
}

/** Throws when the answer is no batch answer: then nobody knows which requests were made. */
function joinAnswer(
  request: RequestView,
  items: readonly Item[],
  answer: ObservedAnswer,
  refused: ReadonlyMap<number, Refusal>,
): NativeAnswer {
  const document = readJson(answer.body).value;
  const responses = isJsonObject(document) ? document['responses'] : undefined;
  if (!isJsonArray(responses)) throw new InterlockError('CONSTRAINT_FAILED', 'the answer to the batch could not be read');
  const own = refusedResponses(request, items, refused).map((response) => JSON.stringify(response));
  const all = [...responses.map(writeJson), ...own].join(',');
  return { status: 200, headers: ['content-type', 'application/json'], body: Buffer.from(`{"responses":[${all}]}`) };
}

/** 403 for each refused item, 424 for each that waited for one. */
export function refusedResponses(
  request: RequestView,
  items: readonly Item[],
  refused: ReadonlyMap<number, Refusal>,
): readonly object[] {
  const gone = withDependants(items, new Set(refused.keys()));
  const clientRequestId = request.headers.get('client-request-id');
  const headers = { 'Content-Type': 'application/json' };
  return items.flatMap(({ id }, index): object[] => {
    const refusal = refused.get(index);
    if (refusal !== undefined) return [{ id, status: 403, headers, body: graphError(refusal, clientRequestId) }];
    if (!gone.has(id)) return [];
    const error = { code: 'FailedDependency', message: 'Interlock: a request that this one depends on was refused' };
    return [{ id, status: 424, headers, body: { error } }];
  });
}
