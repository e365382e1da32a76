// Elasticsearch, Cosmos DB and Airtable.

import type { Container, CosmosClient } from '@azure/cosmos';
import type { Client as ElasticClient } from '@elastic/elasticsearch';
import type Airtable from 'airtable';
import { given, type Vendor, vendor } from './vendor.ts';

const elasticsearch = vendor<ElasticClient>({
  folder: 'elasticsearch',
  sdk: '@elastic/elasticsearch',
  open: async () => {
    const { Client, HttpConnection } = await import('@elastic/elasticsearch');
    const node = 'https://search-shop.us-east-1.es.amazonaws.com';
    return new Client({ node, auth: { apiKey: 'k' }, Connection: HttpConnection, maxRetries: 0 });
  },
  answer: () => ({ headers: { 'X-Elastic-Product': 'Elasticsearch' } }),
  calls: {
    'hit-index': (e) => e.index({ index: 'orders', id: '1', document: { a: 1 } }),
    'hit-create': (e) => e.create({ index: 'orders', id: '1', document: { a: 1 } }),
    'hit-update': (e) => e.update({ index: 'orders', id: '1', doc: { a: 1 } }),
    'hit-delete': (e) => e.delete({ index: 'orders', id: '1' }),
    'hit-bulk': (e) =>
      e.bulk(
        given({
          operations: [
            { index: { _index: 'i' } },
            { a: 1 },
            { delete: { _index: 'i', _id: '2' } },
            { create: { _index: 'j', _id: '3' } },
            { a: 1 },
            { update: { _index: 'j', _id: '3' } },
            { doc: { a: 2 }, doc_as_upsert: true },
          ],
        }),
      ),
    'hit-search': (e) => e.search({ index: 'orders', query: { match: { a: 'b' } } }),
    'hit-count': (e) => e.count({ index: 'orders', query: { term: { a: 1 } } }),
    'hit-delete-by-query': (e) => e.deleteByQuery({ index: 'orders', query: { term: { a: 1 } } }),
    'hit-reindex': (e) => e.reindex({ source: { index: 'orders', query: { term: { a: 1 } } }, dest: { index: 'copy' } }),
    'hit-create-index': (e) => e.indices.create({ index: 'orders' }),
    'hit-drop-index': (e) => e.indices.delete({ index: 'orders-*,items' }),
  },
});

const cosmos = vendor<Container>({
  folder: 'cosmos',
  sdk: '@azure/cosmos',
  open: async () => {
    const { CosmosClient: Client } = await import('@azure/cosmos');
    const client: CosmosClient = new Client({
      endpoint: 'https://shop.documents.azure.com',
      key: 'a2V5',
      connectionPolicy: { enableEndpointDiscovery: false, enableBackgroundEndpointRefreshing: false },
    });
    return client.database('d').container('c');
  },
  answer: () => ({ body: { partitionKey: { paths: ['/id'], kind: 'Hash' } } }),
  calls: {
    'hit-create': (c) => c.items.create({ id: '1' }),
    'hit-upsert': (c) => c.items.upsert({ id: '1' }),
    'hit-replace': (c) => c.item('1', '1').replace(given({ id: '1' })),
    'hit-patch': (c) => c.item('1', '1').patch(given({ operations: [{ op: 'incr', path: '/a', value: 1 }] })),
    'hit-delete': (c) => c.item('1', '1').delete(),
    'hit-get': (c) => c.item('1', '1').read(),
  },
});

const airtable = vendor<Airtable.Table<Airtable.FieldSet>>({
  folder: 'airtable',
  sdk: 'airtable',
  open: async () => {
    const { default: Client } = await import('airtable');
    return new Client({ apiKey: 'x', noRetryIfRateLimited: true }).base('appAbc123')('Orders');
  },
  answer: () => ({ body: { records: [] } }),
  calls: {
    'hit-create': (t) => t.create([{ fields: {} }, { fields: {} }]),
    'hit-update': (t) => t.update([{ id: 'rec1', fields: {} }]),
    'hit-replace': (t) => t.replace('rec1', {}),
    'hit-delete': (t) => t.destroy(['rec1', 'rec2']),
    'hit-list': (t) => t.select({ maxRecords: 3 }).firstPage(),
  },
});

export const searchAndRowVendors: readonly Vendor[] = [elasticsearch, cosmos, airtable];
