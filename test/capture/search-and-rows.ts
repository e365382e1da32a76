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
    'hit-reindex-remote': (e) =>
      e.reindex({
        source: { remote: { host: 'https://other.example.net:9200', username: 'u', password: 'p' }, index: 'orders' },
        dest: { index: 'copy' },
      }),
    'hit-update-by-query': (e) => e.updateByQuery({ index: 'orders', q: 'a:b', script: { source: 'ctx._source.a++' } }),
    'hit-delete-by-query-all': (e) => e.deleteByQuery({ index: 'orders', query: { match_all: {} } }),
    'hit-aliases': (e) => e.indices.updateAliases({ actions: [] }),
    'hit-mapping': (e) => e.indices.putMapping({ index: 'orders', properties: {} }),
    'hit-settings': (e) => e.indices.putSettings({ index: 'orders', settings: { number_of_replicas: 0 } }),
    'hit-rollover': (e) => e.indices.rollover({ alias: 'orders' }),
    'hit-close': (e) => e.indices.close({ index: 'orders' }),
    'hit-refresh': (e) => e.indices.refresh({ index: 'orders' }),
    'hit-pipeline': (e) => e.ingest.putPipeline({ id: 'p', processors: [] }),
    'hit-stored-script': (e) => e.putScript(given({ id: 's', script: {} })),
    'hit-snapshot': (e) => e.snapshot.create({ repository: 'repo', snapshot: 'one', indices: 'orders' }),
    'hit-cluster-settings': (e) => e.cluster.putSettings({ persistent: {} }),
    'hit-security': (e) => e.security.putUser({ username: 'u', roles: [] }),
    'hit-msearch': (e) => e.msearch({ index: 'orders', searches: [{ index: 'items' }, { query: { match_all: {} } }] }),
    'hit-mget': (e) =>
      e.mget({
        docs: [
          { _index: 'orders', _id: '1' },
          { _index: 'items', _id: '2' },
        ],
      }),
    'hit-pit': (e) => e.openPointInTime({ index: 'orders', keep_alive: '1m' }),
    'hit-scroll': (e) => e.scroll({ scroll_id: 'abc' }),
    'hit-scroll-close': (e) => e.clearScroll({ scroll_id: 'abc' }),
    'hit-esql': (e) => e.esql.query({ query: 'FROM orders | LIMIT 1' }),
    'hit-get-document': (e) => e.get({ index: 'orders', id: '1' }),
    'hit-index-new': (e) => e.index({ index: 'orders', document: { a: 1 } }),
    'hit-index-pipeline': (e) => e.index({ index: 'orders', id: '1', pipeline: 'enrich', document: { a: 1 } }),
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
    'hit-query': (c) => c.items.query({ query: 'SELECT * FROM c', parameters: [] }, { partitionKey: '1' }).fetchNext(),
    'hit-query-plan': (c) => c.getQueryPlan('SELECT * FROM c'),
    'hit-batch': (c) =>
      c.items.batch(
        [
          { operationType: 'Upsert', resourceBody: { id: '1' } },
          { operationType: 'Delete', id: '2' },
          { operationType: 'Read', id: '3' },
        ],
        '1',
      ),
    'hit-sproc': (c) => c.scripts.storedProcedure('bulkDelete').execute('1', []),
    'hit-sproc-create': (c) => c.scripts.storedProcedures.create({ id: 's', body: 'x' }),
    'hit-trigger': (c) => c.items.create({ id: '1' }, { preTriggerInclude: 'stamp' }),
    'hit-user': (c) => c.database.users.create({ id: 'u' }),
    'hit-create-container': (c) => c.database.containers.create({ id: 'c' }),
    'hit-drop-database': (c) => c.database.delete(),
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
    'hit-upsert': (t) => t.update([given({ fields: {} })], given({ performUpsert: { fieldsToMergeOn: ['a'] } })),
    'hit-get': (t) => t.find('rec1'),
    'hit-delete-one': (t) => t.destroy('rec1'),
    'hit-replace': (t) => t.replace('rec1', {}),
    'hit-delete': (t) => t.destroy(['rec1', 'rec2']),
    'hit-list': (t) => t.select({ maxRecords: 3 }).firstPage(),
  },
});

export const searchAndRowVendors: readonly Vendor[] = [elasticsearch, cosmos, airtable];
