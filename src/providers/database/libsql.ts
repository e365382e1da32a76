// libSQL over HTTP (Turso, sqld): the Hrana protocol's pipelines and cursors, and the forms that came before it.

import type { Action, Facts } from '../../classify/action.ts';
import type { Known } from '../../classify/known.ts';
import { isPlainRead } from '../../classify/plain-action.ts';
import { isJsonArray, isJsonObject, readJson } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Observation } from '../observation.ts';
import type { Provider } from '../provider.ts';
import { type NativeAnswer, type Refusal, refusalSentence } from '../refusal.ts';
import { databaseAction, type DatabasePlace } from './database-action.ts';
import { databaseDocument, type DatabaseRoute, databaseProvider, sqlActions } from './database-api.ts';
import { hranaSocket, offersHrana } from './hrana-socket.ts';
import { batchReading, oldReading, type Pipeline, pipelineReading, statementReading, type StoredTexts } from './hrana.ts';

export const libsql: Provider = databaseProvider({
  name: 'libsql',
  system: 'libsql',
  hosts: ['*.turso.io'],
  route,
  refuse,
  observe,
  // The host speaks nothing else, and its first version asks for no subprotocol.
  socket: (request) => hranaSocket(request, PLACE),
});

/** A server of one's own (sqld): known by what the handshake of its WebSocket offers. */
export const libsqlAnywhere: Provider = {
  name: 'libsql-anywhere',
  family: 'database',
  hosts: ['*'],
  recognise: () => null,
  refuse,
  socket: (request) =>
    offersHrana(request) && !request.authority.host.endsWith('.turso.io') ? hranaSocket(request, PLACE) : null,
};

const PLACE: DatabasePlace = { system: 'libsql', dialect: 'sqlite' };
const NAMES: ReadonlySet<string> = new Set(['baton', 'requests', 'batch', 'stmt', 'statements']);
const BATON = 'hrana-baton';
const MAX_ANSWER_BYTES = 1024 * 1024;

function route(request: RequestView): DatabaseRoute | null {
  const path = request.segments.join('/');
  if (path === 'dump' || path === 'beta/dump') {
    return (body) => [databaseAction(request, PLACE, { effect: 'export', inspected: body.problem === null, verb: 'dump' })];
  }
  if (isPlainRead(request)) return null;
  const isProtobuf = path.startsWith('v3-protobuf/');
  if (!isProtobuf && !/^(?:v[123]\/(?:pipeline|cursor|execute|batch)|)$/.test(path)) return null;
  return (body, known) => {
    const document =
      request.method === 'POST' && request.query === '' && !isProtobuf ? databaseDocument(request, body, NAMES) : undefined;
    if (document === undefined) return sqlActions(request, PLACE, null);
    if (path.endsWith('/cursor'))
      return sqlActions(request, PLACE, batchReading(document['batch'], storedBy(document['baton'], known)));
    if (path.endsWith('/execute')) return sqlActions(request, PLACE, statementReading(document['stmt'], new Map()));
    if (path.endsWith('/batch')) return sqlActions(request, PLACE, batchReading(document['batch'], new Map()));
    if (path === '') return sqlActions(request, PLACE, oldReading(document['statements']));
    return pipelineActions(request, pipelineReading(document['requests'], storedBy(document['baton'], known)));
  };
}

function pipelineActions(request: RequestView, pipeline: Pipeline | null): Action[] {
  if (pipeline === null) return sqlActions(request, PLACE, null);
  if (pipeline.reading !== null) return sqlActions(request, PLACE, pipeline.reading);
  // Closing a stream, storing a text, asking for its state: nothing is read or written yet.
  return [databaseAction(request, PLACE, { effect: 'transaction', inspected: true, verb: 'session' })];
}

/** What earlier requests of the same stream stored. INVARIANT: a baton that is not known stores nothing that could be run unread. */
function storedBy(baton: unknown, known: Known): StoredTexts {
  const facts = typeof baton === 'string' ? known.find(BATON, baton) : undefined;
  const texts = new Map<number, string>();
  for (const [key, text] of Object.entries(facts ?? {})) if (typeof text === 'string') texts.set(Number(key), text);
  return texts;
}

/** Each answer gives the stream a new baton: what is stored goes along with it. */
function observe(request: RequestView, body: InspectedBody): Observation | null {
  const path = request.segments.join('/');
  if (!/^v[23]\/pipeline$/.test(path)) return null;
  const document = databaseDocument(request, body, NAMES);
  if (document === undefined) return null;
  return {
    kind: 'copy',
    limitBytes: MAX_ANSWER_BYTES,
    read({ status, body: answer }) {
      const { value } = readJson(answer);
      const baton = isJsonObject(value) ? value['baton'] : undefined;
      const stored = pipelineReading(document['requests'], new Map())?.stored ?? new Map<number, string>();
      // Only of a stream that began here: what an earlier request stored is not seen from this one.
      if (status !== 200 || typeof baton !== 'string' || stored.size === 0 || (document['baton'] ?? null) !== null) return [];
      const facts: Facts = Object.fromEntries([...stored].map(([id, text]) => [String(id), text]));
      return [{ kind: BATON, id: baton, facts }];
    },
  };
}

/** 200 with an error for each request is how a server says no: the client raises its LibsqlError. */
function refuse(request: RequestView, refusal: Refusal, body: InspectedBody): NativeAnswer {
  const error = { message: refusalSentence(refusal), code: 'SQLITE_AUTH' };
  const requests = databaseDocument(request, body, NAMES)?.['requests'];
  if (refusal.kind === 'failed' || !isJsonArray(requests)) return jsonAnswer(refusal, error);
  // A client that gets another number of results than it made requests tells of that, and not of the reason.
  const results = requests.map(() => ({ type: 'error', error }));
  return { ...jsonAnswer(refusal, { baton: null, base_url: null, results }), status: 200 };
}
