// Hrana over a WebSocket (libSQL's other transport, subprotocols `hrana1` to `hrana3`): a request in each message, texts stored for the connection.

import { foldName, isJsonObject, type Json, type JsonObject, readJson } from '../../classify/strict-json.ts';
import type { RequestView } from '../../http/request-view.ts';
import { type Refusal, refusalSentence } from '../refusal.ts';
import type { SocketMessage, SocketReader } from '../socket-reader.ts';
import type { DatabasePlace } from './database-action.ts';
import { sqlActions } from './database-api.ts';
import { batchReading, type Pipeline, pipelineReading, type StoredTexts } from './hrana.ts';

/** Texts and characters that are remembered of one connection; the client keeps a hundred texts. What is not remembered is not read. */
const MAX_TEXTS = 1000;
const MAX_CHARS = 256 * 1024;
/** They begin, end or ask for a state; the statements of a cursor were judged when it was opened. */
const IDLE: ReadonlySet<Json | undefined> = new Set(['open_stream', 'close_stream', 'close_cursor', 'fetch_cursor', 'close_sql']);
const NAMES: ReadonlySet<string> = new Set('type request request_id stream_id stmt batch sql sql_id'.split(' '));
const FOLDED: ReadonlySet<string> = new Set([...NAMES].map(foldName));

/** Does the handshake offer one of its subprotocols? */
export function offersHrana(request: RequestView): boolean {
  return /(?:^|[\s,])hrana/i.test(request.headers.all('sec-websocket-protocol').join(','));
}

/** Messages in Protobuf (`hrana3-protobuf`) are not read. */
export function hranaSocket(request: RequestView, place: DatabasePlace): SocketReader {
  const texts = connectionTexts();
  return {
    classify(message) {
      const run = readMessage(message, texts);
      return run?.reading === null ? [] : sqlActions(request, place, run?.reading ?? null);
    },
    refuse,
  };
}

/** What a message runs; its reading is null where that is nothing. */
type Run = Pick<Pipeline, 'reading'>;

const NOTHING: Run = { reading: null };

/** Null: it could be anything. */
function readMessage(message: SocketMessage, texts: ConnectionTexts): Run | null {
  const envelope = message.text ? plainObject(readJson(message.bytes).value) : null;
  if (envelope?.['type'] === 'hello') return NOTHING;
  const request = envelope?.['type'] === 'request' ? plainObject(envelope['request']) : null;
  if (request === null) return null;
  const { type } = request;
  if (IDLE.has(type)) return NOTHING;
  if (type === 'store_sql') return texts.store(request['sql_id'], request['sql']) ? NOTHING : null;
  if (type !== 'open_cursor') return pipelineReading([request], texts.known);
  const reading = batchReading(request['batch'], texts.known);
  return reading === null ? null : { reading };
}

/** An object without members that a lenient server would take for one of those that are read (threat C5). */
function plainObject(value: Json | undefined): JsonObject | null {
  return isJsonObject(value) && Object.keys(value).every((key) => NAMES.has(key) || !FOLDED.has(foldName(key))) ? value : null;
}

interface ConnectionTexts {
  readonly known: StoredTexts;
  /** False: it is no text under an id. */
  store(id: Json | undefined, sql: Json | undefined): boolean;
}

/**
 * INVARIANT: an id that ever stood for two texts stands for none. Whether the server closed the first one before, or refused the second, is
 * not seen here, so either may be what runs.
 */
function connectionTexts(): ConnectionTexts {
  const known = new Map<number, string>();
  const doubtful = new Set<number>();
  let chars = 0;
  return {
    known,
    store(id, sql) {
      if (typeof id !== 'number' || typeof sql !== 'string') return false;
      const before = known.get(id);
      if (before === sql) return true;
      if (before !== undefined) {
        known.delete(id);
        doubtful.add(id);
      }
      if (doubtful.has(id) || known.size + doubtful.size >= MAX_TEXTS || chars + sql.length > MAX_CHARS) return true;
      known.set(id, sql);
      chars += sql.length;
      return true;
    },
  };
}

/** As the server answers a request that failed; the client raises its LibsqlError. */
function refuse({ bytes }: SocketMessage, refusal: Refusal): Buffer | null {
  const envelope = readJson(bytes).value;
  const id = isJsonObject(envelope) ? envelope['request_id'] : undefined;
  if (typeof id !== 'number') return null;
  const error = { message: refusalSentence(refusal), code: 'SQLITE_AUTH' };
  return Buffer.from(JSON.stringify({ type: 'response_error', request_id: id, error }));
}
