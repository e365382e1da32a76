// Supabase: tables and functions by PostgREST, and the writes of its storage, its users, its functions and its management API.

import { readSql } from '../../classify/sql/read-sql.ts';
import { hasAmbiguousPath, isPlainRead } from '../../classify/plain-action.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Provider } from '../provider.ts';
import { databaseAction, type DatabasePlace, type DatabaseWork } from './database-action.ts';
import { databaseDocument, type DatabaseRoute, databaseProvider, readTexts, sqlActions } from './database-api.ts';
import { postgrestAnswer, postgrestRoute } from './postgrest.ts';

const MANAGEMENT = 'api.supabase.com';

export const supabase: Provider = databaseProvider({
  name: 'supabase',
  system: 'supabase',
  hosts: ['*.supabase.co', '*.supabase.in', MANAGEMENT],
  accountHeaders: ['apikey', 'accept-profile', 'content-profile'],
  route: (request) => (request.authority.host === MANAGEMENT ? management(request) : project(request)),
  refuse: (_request, refusal) => postgrestAnswer(refusal),
});

const PLACE: DatabasePlace = { system: 'supabase', dialect: 'postgresql' };

function project(request: RequestView): DatabaseRoute | null {
  const [product, version, ...rest] = request.segments;
  if (product === 'rest' && version === 'v1' && rest.length > 0) return postgrestRoute(request, rest, PLACE);
  if (product === 'functions' && version === 'v1' && rest[0] !== undefined && request.method !== 'OPTIONS') {
    return fixed(request, { effect: 'call', inspected: true, verb: 'function', functions: [`functions/${rest[0]}`] });
  }
  if (isPlainRead(request)) {
    // Functions answer to GET: a path that may be read as one is no read (E11).
    const mayCall = hasAmbiguousPath(request) && request.segments.some((segment) => segment.includes('functions'));
    return mayCall ? fixed(request, { effect: 'call', inspected: false, verb: 'function' }) : null;
  }
  if (product === 'auth' && version === 'v1' && rest[0] === 'admin') {
    return fixed(request, { effect: 'grant', inspected: true, verb: `auth admin ${request.method.toLowerCase()}` });
  }
  return product === 'storage' && version === 'v1' && rest[0] === 'object' ? storage(request, rest.slice(1)) : null;
}

const STORAGE: Readonly<Record<string, 'insert' | 'update' | 'delete'>> = { POST: 'insert', PUT: 'update', DELETE: 'delete' };
/** Not names of buckets: what is done with the objects behind them. */
const STORAGE_VERBS: ReadonlySet<string> = new Set([
  'sign',
  'list',
  'list-v2',
  'move',
  'copy',
  'public',
  'authenticated',
  'info',
  'upload',
]);

/** `object/{bucket}/{path}`. A DELETE of a bucket alone has a list of prefixes in its body: it names no rows here. */
function storage(request: RequestView, rest: readonly string[]): DatabaseRoute | null {
  const [bucket = '', ...path] = rest;
  const effect = STORAGE[request.method];
  if (effect === undefined || bucket === '' || STORAGE_VERBS.has(bucket) || (path.length === 0 && effect !== 'delete'))
    return null;
  const where = effect === 'insert' ? {} : { where: path.length > 0 };
  const upsert = request.headers.all('x-upsert').some((value) => value !== 'false');
  const work: DatabaseWork = { effect, inspected: true, verb: 'storage', tables: [`storage/${bucket}`], ...where };
  if (effect !== 'insert' || !upsert) return fixed(request, work);
  return (body) => [
    databaseAction(request, PLACE, { ...work, inspected: body.problem === null }),
    databaseAction(request, PLACE, { ...work, inspected: body.problem === null, effect: 'update', where: true }),
  ];
}

function fixed(request: RequestView, work: DatabaseWork): DatabaseRoute {
  return (body) => [databaseAction(request, PLACE, { ...work, inspected: body.problem === null })];
}

const QUERY_NAMES: ReadonlySet<string> = new Set(['query', 'parameters', 'read_only']);

/** Any statement, as the owner of the project's database: an act of administration besides whatever it says. */
function management(request: RequestView): DatabaseRoute | null {
  const [version, projects, ref = '', database, query] = request.segments;
  const isQuery = version === 'v1' && projects === 'projects' && database === 'database' && query === 'query';
  if (!isQuery || request.segments.length !== 5 || request.method !== 'POST') return null;
  return (body) => managementActions(request, body, { ...PLACE, database: ref });
}

function managementActions(request: RequestView, body: InspectedBody, place: DatabasePlace) {
  const document = databaseDocument(request, body, QUERY_NAMES);
  const text = document?.['query'];
  const reading = readTexts([typeof text === 'string' ? text : null], (one) => readSql(one, 'postgresql'));
  const admin = databaseAction(request, place, { effect: 'admin', inspected: reading !== null, verb: 'management query' });
  return [admin, ...sqlActions(request, place, reading)];
}
