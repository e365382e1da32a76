// The MongoDB Data API, as its clones still speak it on hosts of their own: the action's name is the end of the path.

import { isPlainRead } from '../../classify/plain-action.ts';
import { isJsonArray, isJsonObject, type JsonObject } from '../../classify/strict-json.ts';
import type { DatabaseEffect } from '../../classify/sql/sql-work.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import type { DatabasePlace, DatabaseWork } from './database-action.ts';
import { databaseDocument, type DatabaseRoute, databaseProvider } from './database-api.ts';
import { documentActions } from './document-call.ts';

export const mongodbData: Provider = databaseProvider({
  name: 'mongodb-data',
  system: 'mongodb',
  hosts: ['*'],
  claims: ({ segments }) => ACTION_PATH.test(`/${segments.join('/')}`),
  route: (request) => (isPlainRead(request) ? null : actionRoute(request)),
  refuse: (_request, refusal) => jsonAnswer(refusal, { error: refusalSentence(refusal), error_code: 'Forbidden' }),
});

/** `/app/{id}/endpoint/data/v1/action/insertOne`, with whatever a clone puts in front of `endpoint`. */
const ACTION_PATH = /\/endpoint\/data\/(?:v1|beta)\/action\/[A-Za-z]{1,40}\/?$/;

const EFFECTS: ReadonlyMap<string, DatabaseEffect> = new Map<string, DatabaseEffect>([
  ['insertone', 'insert'],
  ['insertmany', 'insert'],
  ['updateone', 'update'],
  ['updatemany', 'update'],
  ['replaceone', 'update'],
  ['deleteone', 'delete'],
  ['deletemany', 'delete'],
]);
const NAMES: ReadonlySet<string> = new Set([
  'datasource',
  'dataSource',
  'database',
  'collection',
  'filter',
  'update',
  'replacement',
  'upsert',
  'document',
  'documents',
  'pipeline',
]);

function actionRoute(request: RequestView): DatabaseRoute {
  const verb = (request.segments.at(-1) ?? '').toLowerCase();
  return (body) => actionsOf(request, body, verb);
}

/**
 * The vendor's service has ended and what its clones do with a `find` is theirs, so that no call of this API is taken for a read: it is an
 * unknown write, which names what is asked for.
 */
function actionsOf(request: RequestView, body: InspectedBody, verb: string) {
  const effect = EFFECTS.get(verb) ?? 'unknown-write';
  const document = request.method === 'POST' ? databaseDocument(request, body, NAMES) : undefined;
  const source = document?.['dataSource'];
  const database = document?.['database'];
  const collection = document?.['collection'];
  if (document === undefined || typeof database !== 'string' || typeof collection !== 'string')
    return documentActions(request, { system: 'mongodb' }, null, { effect, verb });
  const named = typeof source === 'string' ? `${source}/${database}` : database;
  const place: DatabasePlace = { system: 'mongodb', database: named };
  const work: DatabaseWork = { effect, inspected: true, verb, tables: [collection], ...details(verb, effect, document) };
  const upserts = effect === 'update' && (document['upsert'] ?? false) !== false;
  const { where: _where, ...made } = work;
  const outputs = verb === 'aggregate' ? outputWorks(document) : [];
  return documentActions(request, place, [work, ...(upserts ? [{ ...made, effect: 'insert' } as const] : []), ...outputs]);
}

function details(verb: string, effect: DatabaseEffect, document: JsonObject): Pick<DatabaseWork, 'where' | 'itemCount'> {
  const { filter, documents } = document;
  if (effect === 'insert') return { itemCount: verb === 'insertone' || !isJsonArray(documents) ? 1 : documents.length };
  if (effect !== 'update' && effect !== 'delete') return {};
  return { where: isJsonObject(filter) && Object.keys(filter).length > 0 };
}

/** A pipeline that ends in `$out` replaces a collection, one that ends in `$merge` changes it. Where to is only told of plain names. */
function outputWorks(document: JsonObject): DatabaseWork[] {
  const { pipeline } = document;
  const stages = isJsonArray(pipeline) ? pipeline : [];
  return stages.flatMap((stage) => {
    const into = isJsonObject(stage) ? (stage['$out'] ?? stage['$merge']) : undefined;
    if (into === undefined) return [];
    const name = isJsonObject(into) ? (into['into'] ?? into['coll']) : into;
    const tables = typeof name === 'string' ? [name] : undefined;
    const sure = { inspected: tables !== undefined, verb: 'aggregate', tables };
    return [
      { ...sure, effect: 'insert' },
      { ...sure, effect: 'update', where: false },
    ] satisfies DatabaseWork[];
  });
}
