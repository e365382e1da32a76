// Elasticsearch and OpenSearch, hosted and anywhere: told by their paths and by what their clients say.

import type { RequestView } from '../../http/request-view.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { type NativeAnswer, type Refusal, refusalSentence } from '../refusal.ts';
import { type DatabaseApi, databaseProvider } from './database-api.ts';
import { type BulkItem, bulkActions, bulkBatch, deniedBulk, readBulk } from './elasticsearch-bulk.ts';
import { ELASTIC_HOSTS, elasticPath, isElasticHost, isElasticPart, looksElastic } from './elasticsearch-path.ts';
import { ELASTIC_PLACE, elasticRoute } from './elasticsearch-route.ts';

const SHARED: Pick<DatabaseApi, 'system' | 'route' | 'refuse'> = { system: 'elasticsearch', route: elasticRoute, refuse };
const batch: Provider['batch'] = (request, body) => {
  const bulk = bulkOf(request, body);
  return bulk === null ? null : bulkBatch(request, bulk, bulkActions(request, ELASTIC_PLACE, bulk));
};

export const elasticsearch: Provider = {
  ...databaseProvider({
    ...SHARED,
    name: 'elasticsearch',
    hosts: ELASTIC_HOSTS,
    // What is sent to a part has no route here, so it is an unknown write (E39).
    route: (request) => (isElasticPart(request.authority.host) ? null : elasticRoute(request)),
    claims: ({ authority }) => isElasticHost(authority.host),
  }),
  batch,
};

export const elasticsearchAnywhere: Provider = {
  ...databaseProvider({
    ...SHARED,
    name: 'elasticsearch-anywhere',
    hosts: ['*'],
    claims: (request) => !isElasticHost(request.authority.host) && looksElastic(request),
  }),
  batch,
};

function bulkOf(request: RequestView, body: InspectedBody): BulkItem[] | null {
  const { api, indexes } = elasticPath(request);
  return api === '_bulk' ? readBulk(request, body, indexes?.join(',')) : null;
}

/** A bulk request's client looks for what became of each item; everything else is one error. */
function refuse(request: RequestView, refusal: Refusal, body: InspectedBody): NativeAnswer {
  const product = ['x-elastic-product', 'Elasticsearch'];
  const bulk = refusal.kind === 'failed' ? null : bulkOf(request, body);
  if (bulk !== null) {
    const document = Buffer.from(JSON.stringify(deniedBulk(bulk, refusal)));
    return { status: 200, headers: ['content-type', 'application/json', ...product], body: document };
  }
  const cause = { type: 'security_exception', reason: refusalSentence(refusal) };
  const status = refusal.kind === 'failed' ? refusal.status : 403;
  return jsonAnswer(refusal, { error: { root_cause: [cause], ...cause }, status }, product);
}
