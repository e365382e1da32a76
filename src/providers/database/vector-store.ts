// Vector databases: Pinecone, Qdrant and Weaviate by their hosts, and Qdrant by its paths on any other.

import { isPlainRead } from '../../classify/plain-action.ts';
import type { DatabaseEffect } from '../../classify/sql/sql-work.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import type { DatabasePlace, DatabaseWork } from './database-action.ts';
import { type DatabaseApi, type DatabaseRoute, databaseProvider } from './database-api.ts';
import { fixedRoute, upsertWorks } from './document-call.ts';

/** Queries that are POSTs are unknown writes with their name: what was not tried with the real thing grants nothing. */
type Call = readonly [pattern: RegExp, effect: DatabaseEffect | 'upsert', verb: string];

const PINECONE: readonly Call[] = [
  [/^POST \/vectors\/upsert$/, 'upsert', 'upsert'],
  [/^POST \/vectors\/update$/, 'update', 'update'],
  [/^POST \/vectors\/delete$/, 'delete', 'delete'],
  [/^POST \/(?:query|vectors\/fetch|describe_index_stats)$/, 'unknown-write', 'query'],
  [/^(?:POST|PATCH|DELETE) \/(?:indexes|collections)(?:\/[^/]+)?$/, 'schema', 'index'],
];
const QDRANT: readonly Call[] = [
  [/^PUT \/collections\/[^/]+\/points$/, 'upsert', 'upsert'],
  [/^POST \/collections\/[^/]+\/points\/delete$/, 'delete', 'delete'],
  [/^(?:POST|PUT) \/collections\/[^/]+\/points\/(?:payload|vectors)(?:\/(?:delete|clear))?$/, 'update', 'payload'],
  [/^POST \/collections\/[^/]+\/points\/(?:search|query|scroll|recommend|count|discover)(?:\/\w+)?$/, 'unknown-write', 'query'],
  [/^(?:PUT|PATCH|DELETE) \/collections\/[^/]+$/, 'schema', 'collection'],
  [/^(?:PUT|DELETE) \/collections\/[^/]+\/index(?:\/[^/]+)?$/, 'schema', 'index'],
  [/^(?:POST|PUT|DELETE) \/(?:collections\/[^/]+\/)?snapshots(?:\/.*)?$/, 'export', 'snapshot'],
];
const WEAVIATE: readonly Call[] = [
  [/^POST \/v1\/(?:objects|batch\/objects)$/, 'upsert', 'objects'],
  [/^(?:PUT|PATCH) \/v1\/objects\/.+$/, 'upsert', 'objects'],
  [/^DELETE \/v1\/(?:objects\/.+|batch\/objects)$/, 'delete', 'objects'],
  [/^(?:POST|PUT|DELETE) \/v1\/schema(?:\/.*)?$/, 'schema', 'schema'],
  [/^(?:POST|PUT|DELETE) \/v1\/backups(?:\/.*)?$/, 'export', 'backup'],
];

export const pinecone = vectorStore('pinecone', ['*.pinecone.io'], PINECONE);
export const qdrant = vectorStore('qdrant', ['*.cloud.qdrant.io', '*'], QDRANT, isQdrant);
export const weaviate = vectorStore('weaviate', ['*.weaviate.network', '*.weaviate.cloud'], WEAVIATE);

function vectorStore(name: string, hosts: readonly string[], calls: readonly Call[], claims?: DatabaseApi['claims']): Provider {
  return databaseProvider({
    name,
    system: name,
    hosts,
    route: (request) => (isPlainRead(request) ? null : routeOf(request, { system: name }, calls)),
    // Each has a shape of its own; all of their SDKs show the text of a 403.
    refuse: (_request, refusal) => {
      const message = refusalSentence(refusal);
      return jsonAnswer(refusal, { code: 7, message, status: { error: message }, error: [{ message }] });
    },
    ...(claims === undefined ? {} : { claims }),
  });
}

function isQdrant({ authority, segments, method }: RequestView): boolean {
  if (authority.host.endsWith('.cloud.qdrant.io')) return true;
  return segments[0] === 'collections' && segments[2] === 'points' && method !== 'GET' && method !== 'HEAD';
}

function routeOf(request: RequestView, place: DatabasePlace, calls: readonly Call[]): DatabaseRoute | null {
  const line = `${request.method} /${request.segments.join('/')}`;
  const found = calls.find(([pattern]) => pattern.test(line));
  if (found === undefined) return null;
  const [, effect, verb] = found;
  const tables = request.segments[0] === 'collections' ? request.segments.slice(1, 2) : undefined;
  const sure: Omit<DatabaseWork, 'effect'> = { inspected: true, verb, tables };
  if (effect === 'upsert') return fixedRoute(request, place, ...upsertWorks(sure));
  // Which points go is in the body, in forms that are not read here: it may be all of them.
  const where = effect === 'delete' || effect === 'update' ? { where: effect === 'update' } : {};
  return fixedRoute(request, place, { ...sure, effect, ...where });
}
