// InfluxDB, versions 1 to 3, on its cloud and on servers of one's own: lines that are written, deletes, Flux and InfluxQL.

import { isFormType, mediaType } from '../../classify/content-type.ts';
import { readField } from '../../classify/fields.ts';
import { readForm, readPairs } from '../../classify/form.ts';
import { isPlainRead } from '../../classify/plain-action.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import type { DatabasePlace } from './database-action.ts';
import { databaseDocument, type DatabaseRoute, databaseProvider } from './database-api.ts';
import { documentActions, queryField, upsertWorks } from './document-call.ts';
import { fluxReading, influxqlWorks } from './influx-query.ts';
import { readLines } from './line-protocol.ts';

const CLOUD = ['*.influxdata.com', '*.influxdb.io', '*.timestream-influxdb.amazonaws.com'];

const SHARED: Pick<Provider, 'refuse'> & {
  readonly system: string;
  readonly route: (request: RequestView) => DatabaseRoute | null;
} = {
  system: 'influxdb',
  route,
  refuse: (_request, refusal) => jsonAnswer(refusal, { code: 'forbidden', message: refusalSentence(refusal) }),
};

export const influxdb: Provider = databaseProvider({ ...SHARED, name: 'influxdb', hosts: CLOUD });

/** On any other host: by paths that only InfluxDB has, or by its usual port. */
export const influxdbAnywhere: Provider = databaseProvider({
  ...SHARED,
  name: 'influxdb-anywhere',
  hosts: ['*'],
  claims: (request) => {
    const { authority, query } = request;
    const path = `/${request.segments.filter((segment) => segment !== '').join('/')}`;
    if (CLOUD.some((host) => authority.host.endsWith(host.slice(1)))) return false;
    if (/^\/api\/(?:v2\/(?:write|delete|query)|v3\/write_lp)$/.test(path)) return true;
    if (path !== '/write' && path !== '/query') return false;
    // The old paths are short: an InfluxDB is known by its port, or by the database that such a request names.
    return (
      authority.port === 8086 || (path === '/write' ? /(?:^|&)db=/.test(query) && request.method === 'POST' : isOldQuery(query))
    );
  },
});

function isOldQuery(query: string): boolean {
  return /(?:^|&)db=/.test(query) && /(?:^|&)q=/.test(query);
}

function route(request: RequestView): DatabaseRoute | null {
  switch (`${request.method} /${request.segments.join('/')}`) {
    case 'POST /api/v2/write':
      return (body) => writeActions(request, body, bucketPlace(request));
    case 'POST /write':
    case 'POST /api/v3/write_lp':
      return (body) => writeActions(request, body, oldPlace(request));
    case 'POST /api/v2/delete':
      return (body) => deleteActions(request, body);
    case 'POST /api/v2/query':
      return (body) => fluxActions(request, body);
    case 'GET /query':
    case 'POST /query':
      return (body) => oldQueryActions(request, body);
    default:
      return null;
  }
}

/** Null: named twice, or not at all. `bucket` may carry the retention policy of old (`db/rp`). */
function bucketPlace(request: RequestView): DatabasePlace | null {
  const bucket = queryField(request, 'bucket');
  const org = queryField(request, 'org') ?? queryField(request, 'orgID');
  if (typeof bucket !== 'string' || bucket === '' || org === null) return null;
  return { system: 'influxdb', database: org === undefined ? bucket : `${org}/${bucket}` };
}

function oldPlace(request: RequestView): DatabasePlace | null {
  const database = queryField(request, 'db');
  return typeof database === 'string' && database !== '' ? { system: 'influxdb', database } : null;
}

const NO_PLACE: DatabasePlace = { system: 'influxdb' };

/** A point of the same series and time replaces the fields of the one before: an insert, and an update besides. */
function writeActions(request: RequestView, body: InspectedBody, place: DatabasePlace | null) {
  const lines = body.problem === null && place !== null ? readLines(body.bytes) : null;
  const works =
    lines === null ? null : upsertWorks({ inspected: true, verb: 'write', tables: lines.measurements, itemCount: lines.count });
  return documentActions(request, place ?? NO_PLACE, works, { effect: 'insert', verb: 'write' });
}

const DELETE_NAMES: ReadonlySet<string> = new Set(['start', 'stop', 'predicate']);

function deleteActions(request: RequestView, body: InspectedBody) {
  const place = bucketPlace(request);
  const document = databaseDocument(request, body, DELETE_NAMES);
  const known = document !== undefined && Object.keys(document).every((key) => DELETE_NAMES.has(key));
  const predicate = document?.['predicate'];
  const where = typeof predicate === 'string' && predicate.trim() !== '';
  const works = place !== null && known ? [{ effect: 'delete', inspected: true, verb: 'delete', where } as const] : null;
  return documentActions(request, place ?? NO_PLACE, works, { effect: 'delete', verb: 'delete' });
}

const FLUX_NAMES: ReadonlySet<string> = new Set(['query', 'type', 'dialect', 'params', 'extern', 'now', 'db', 'rp', 'bucket']);

/** Flux as it is, or in a JSON document. InfluxQL in that document (`type: influxql`) is not read. */
function fluxActions(request: RequestView, body: InspectedBody) {
  const media = mediaType(request.headers);
  const isPlain = media.type === 'application/vnd.flux';
  const document = isPlain ? undefined : databaseDocument(request, body, FLUX_NAMES);
  const type = document?.['type'] ?? 'flux';
  // An `extern` is a tree of Flux that runs in front of the text.
  const sure = media.problem === null && body.problem === null && type === 'flux' && document?.['extern'] === undefined;
  const text = isPlain ? body.bytes.toString('utf8') : document?.['query'];
  const reading = sure && typeof text === 'string' ? fluxReading(text) : null;
  const org = queryField(request, 'org') ?? queryField(request, 'orgID');
  const bucket = reading?.bucket;
  const named = bucket !== undefined && org !== null ? { database: org === undefined ? bucket : `${org}/${bucket}` } : {};
  return documentActions(request, { ...NO_PLACE, dialect: 'flux', ...named }, reading === null ? null : [reading.work]);
}

/** `q` stands in the query or in a form; the two must agree. */
function oldQueryActions(request: RequestView, body: InspectedBody) {
  const { fields, problem } = readPairs(request.query);
  const media = mediaType(request.headers);
  const isForm = body.bytes.length > 0 && isFormType(media);
  const form = isForm ? readForm(body.bytes) : { fields: [], problem: body.bytes.length > 0 ? 'no form' : null };
  const all = [...fields, ...form.fields];
  const q = readField(all, 'q');
  const database = readField(all, 'db');
  const sure =
    problem === null && form.problem === null && body.problem === null && q.state === 'one' && database.state !== 'many';
  const named = database.state === 'one' && database.value !== '' ? { database: database.value } : {};
  const place: DatabasePlace = { ...NO_PLACE, dialect: 'influxql', ...named };
  if (isPlainRead(request) && q.state === 'absent') return documentActions(request, place, null);
  return documentActions(request, place, sure ? influxqlWorks(q.value) : null);
}
