// Stand-ins for NoSQL databases over HTTP: each takes what its vendor documents, answers with nothing found, and keeps what came.

import { sendJson, startOrigin, type Answer, type Origin } from './origin.ts';
import type { ThrowawayCa } from './throwaway-ca.ts';

export const NOSQL_HOSTS = [
  'dynamodb.us-east-1.amazonaws.com',
  'search.example.com',
  'us-east-1-1.aws.cloud2.influxdata.com',
  'shop.documents.azure.com',
  'acct-bluemix.cloudantnosqldb.appdomain.cloud',
  'eu1-cool-cat-1.upstash.io',
  'api.notion.com',
  'api.airtable.com',
  'firestore.googleapis.com',
] as const;

/** One server for all, told apart by path, so that a client may also be sent straight to it. */
export async function startNosqlOrigin(ca: ThrowawayCa): Promise<Origin> {
  const answer: Answer = async (_request, response, received) => {
    await received.body();
    const { pathname } = new URL(received.target, 'https://origin.example');
    if (pathname === '/api/v2/write') {
      response.statusCode = 204;
      return response.end();
    }
    if (pathname === '/api/v2/query') {
      response.setHeader('content-type', 'text/csv');
      return response.end('');
    }
    // The client asks whether it speaks to the real thing.
    response.setHeader('x-elastic-product', 'Elasticsearch');
    const found = received.method === 'GET' && pathname === '/' ? account(received.get('host') ?? '') : ANSWERS[pathname];
    return sendJson(response, 200, found ?? {});
  };
  return startOrigin({ leaf: await ca.issue(['localhost', ...NOSQL_HOSTS]), answer });
}

/** What Cosmos DB's SDK asks for before anything else. */
function account(host: string): unknown {
  const locations = [{ name: 'East US', databaseAccountEndpoint: `https://${host}/` }];
  return { id: 'shop', _self: '', writableLocations: locations, readableLocations: locations, userConsistencyPolicy: {} };
}

const ANSWERS: Readonly<Record<string, unknown>> = {
  '/': { Items: [], Count: 0, ScannedCount: 0, result: null },
  '/pipeline': [{ result: null }],
  '/orders/_search': { took: 1, timed_out: false, hits: { hits: [] } },
  '/_bulk': { took: 1, errors: false, items: [{ index: { _index: 'orders', _id: '1', status: 201 } }] },
  '/dbs/shop/colls/orders': {
    id: 'orders',
    _rid: 'x',
    _self: 'dbs/shop/colls/orders/',
    partitionKey: { paths: ['/id'], kind: 'Hash', version: 2 },
  },
  '/dbs/shop/colls/orders/docs': { _rid: 'x', Documents: [], _count: 0 },
  '/dbs/shop/colls/orders/pkranges': {
    _rid: 'x',
    PartitionKeyRanges: [{ id: '0', minInclusive: '', maxExclusive: 'FF', status: 'online' }],
    _count: 1,
  },
  '/orders/_find': { docs: [], bookmark: 'nil' },
  '/v1/search': { object: 'list', results: [], has_more: false, next_cursor: null },
  '/v0/appAbc123/Orders/listRecords': { records: [] },
  '/v1/projects/p1/databases/(default)/documents:runQuery': [],
};
