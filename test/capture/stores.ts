// Databases that are not asked in SQL, and Notion.

import type * as Dynamo from '@aws-sdk/client-dynamodb';
import type { Client as NotionClient } from '@notionhq/client';
import type { Redis } from '@upstash/redis';
import type { ServerScope } from 'nano';
import { AWS } from './aws-client.ts';
import { given, type Vendor, vendor } from './vendor.ts';

const orders = { TableName: 'orders' };
const id = (S: string) => ({ id: { S } });

const dynamodb = vendor<{ readonly client: Dynamo.DynamoDBClient; readonly sdk: typeof Dynamo }>({
  folder: 'dynamodb',
  sdk: '@aws-sdk/client-dynamodb',
  open: async () => {
    const sdk = await import('@aws-sdk/client-dynamodb');
    return { sdk, client: new sdk.DynamoDBClient(AWS) };
  },
  calls: {
    'hit-put-sdk': ({ client, sdk }) => client.send(new sdk.PutItemCommand({ ...orders, Item: id('1') })),
    'hit-update': ({ client, sdk }) =>
      client.send(new sdk.UpdateItemCommand({ ...orders, Key: id('1'), UpdateExpression: 'SET a = :a' })),
    'hit-delete': ({ client, sdk }) => client.send(new sdk.DeleteItemCommand({ ...orders, Key: id('1') })),
    'hit-query': ({ client, sdk }) =>
      client.send(new sdk.QueryCommand({ ...orders, IndexName: 'by-day', KeyConditionExpression: '#d = :d' })),
    'hit-get': ({ client, sdk }) => client.send(new sdk.GetItemCommand({ ...orders, Key: id('1') })),
    'hit-batch-write': ({ client, sdk }) =>
      client.send(
        new sdk.BatchWriteItemCommand({
          RequestItems: {
            orders: [{ PutRequest: { Item: id('1') } }, { DeleteRequest: { Key: id('2') } }],
            audit: [{ DeleteRequest: { Key: id('3') } }],
          },
        }),
      ),
    'hit-transact-write': ({ client, sdk }) =>
      client.send(
        new sdk.TransactWriteItemsCommand({
          ClientRequestToken: 'token',
          TransactItems: [
            { Put: { ...orders, Item: {} } },
            { ConditionCheck: { TableName: 'limits', Key: {}, ConditionExpression: 'a = b' } },
            { Delete: { TableName: 'audit', Key: {} } },
          ],
        }),
      ),
    'hit-partiql-insert': ({ client, sdk }) =>
      client.send(new sdk.ExecuteStatementCommand({ Statement: "INSERT INTO orders VALUE {'id': '1', 'from': 'select'}" })),
    'hit-delete-table': ({ client, sdk }) => client.send(new sdk.DeleteTableCommand(orders)),
  },
});

const upstash = vendor<Redis>({
  folder: 'upstash',
  sdk: '@upstash/redis',
  open: async () => {
    const { Redis: Client } = await import('@upstash/redis');
    return new Client({
      url: 'https://eu1-cool-cat-1.upstash.io',
      token: 't',
      retry: false,
      enableAutoPipelining: false,
      enableTelemetry: false,
    });
  },
  answer: (line) => ({ body: line === 'POST /' ? { result: null } : [] }),
  calls: {
    'hit-get': (r) => r.get('user:alice'),
    'hit-set': (r) => r.set('k', 'v'),
    'hit-del': (r) => r.del('k1', 'k2'),
    'hit-eval': (r) => r.eval('return 1', [], []),
    'hit-flushall': (r) => r.flushall(),
    'hit-pipeline': (r) => r.pipeline().get('a').set('b', '1').set('c', '1').exec(),
    'hit-script-load': (r) => r.scriptLoad('return 1'),
    'hit-getdel': (r) => r.getdel('k'),
    'hit-multi-exec': (r) => r.multi().set('a', 1).flushall().exec(),
  },
});

const couchdb = vendor<ServerScope>({
  folder: 'couchdb',
  sdk: 'nano',
  open: async () => {
    const { default: nano } = await import('nano');
    return nano('https://acct-bluemix.cloudantnosqldb.appdomain.cloud');
  },
  calls: {
    'hit-post': (n) => n.use('orders').insert(given({ a: 1 })),
    'hit-put': (n) => n.use('orders').insert(given({ a: 1 }), '1'),
    'hit-delete': (n) => n.use('orders').destroy('1', '1-a'),
    'hit-bulk-docs': (n) =>
      n.use('orders').bulk({ docs: [{ _id: '1', a: 1 }, { _id: '2', _rev: '1-a', _deleted: true }, { a: 2 }] }),
    'hit-find': (n) => n.use('orders').find({ selector: { a: 1 } }),
    'hit-create-database': (n) => n.db.create('orders'),
    'hit-drop-database': (n) => n.db.destroy('orders'),
    'hit-replicate': (n) => n.db.replicate('orders', 'https://u:p@other.example.net/orders'),
    'hit-index': (n) => n.use('orders').createIndex({ index: { fields: ['a'] } }),
    'hit-all-docs-keys': (n) => n.use('orders').fetch({ keys: ['a'] }),
    'hit-view-post': (n) => n.use('orders').view('d', 'v', { keys: ['a'] }),
  },
});

const it = '1f2b3c4d-0000-4000-8000-000000000001';

const notion = vendor<NotionClient>({
  folder: 'notion',
  sdk: '@notionhq/client',
  open: async () => {
    const { Client } = await import('@notionhq/client');
    return new Client({ auth: 'ntn_x', retry: false, fetch });
  },
  calls: {
    'hit-create-page': (n) => n.pages.create({ parent: { data_source_id: it }, properties: {} }),
    'hit-update-page': (n) => n.pages.update({ page_id: it, properties: {} }),
    'hit-trash-page': (n) => n.pages.update({ page_id: it, in_trash: true }),
    'hit-append': (n) => n.blocks.children.append({ block_id: it, children: [] }),
    'hit-delete-block': (n) => n.blocks.delete({ block_id: it }),
    'hit-comment': (n) => n.comments.create(given({ parent: { page_id: it }, rich_text: [] })),
    'hit-search': (n) => n.search({ query: 'a' }),
    'hit-query-data-source': (n) => n.dataSources.query({ data_source_id: it }),
    'hit-update-data-source': (n) => n.dataSources.update({ data_source_id: it, properties: {} }),
    'hit-create-database': (n) => n.databases.create({ parent: { type: 'page_id', page_id: it }, title: [] }),
    'hit-update-database': (n) => n.databases.update({ database_id: it, title: [] }),
    'hit-create-data-source': (n) => n.dataSources.create({ parent: { database_id: it }, properties: {} }),
    'hit-upload': (n) => n.fileUploads.create({ filename: 'a' }),
  },
});

export const storeVendors: readonly Vendor[] = [dynamodb, upstash, couchdb, notion];
