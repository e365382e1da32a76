// The real SDKs of NoSQL databases over HTTP: for each pair that the argument names, one read or one write. `base` leads straight to the
// origin. Each call is told by itself; only the SDKs that are asked for are loaded.

import { HttpsProxyAgent } from 'https-proxy-agent';
import { reportCalls, url } from './calls.ts';

const proxy = process.env['HTTPS_PROXY'] ?? '';
/** Some SDKs bring their own agents and read no proxy variables: this is the documented way. */
const proxyAgent = url === undefined ? { agent: new HttpsProxyAgent(proxy) } : {};

const CALLS: Readonly<Record<string, (what: string) => Promise<unknown>>> = {
  async dynamodb(what) {
    const { DeleteItemCommand, DynamoDBClient, QueryCommand } = await import('@aws-sdk/client-dynamodb');
    const { awsOptions } = await import('./aws-options.ts');
    const client = new DynamoDBClient(awsOptions);
    const values = { KeyConditionExpression: 'id = :i', ExpressionAttributeValues: { ':i': { S: '1' } } };
    if (what === 'read') return client.send(new QueryCommand({ TableName: 'orders', ...values }));
    return client.send(new DeleteItemCommand({ TableName: 'orders', Key: { id: { S: '1' } } }));
  },
  async elasticsearch(what) {
    const { Client, HttpConnection } = await import('@elastic/elasticsearch');
    // Only this connection of its two knows proxies.
    const through = url === undefined ? { Connection: HttpConnection, proxy } : { Connection: HttpConnection };
    const client = new Client({ node: url ?? 'https://search.example.com', auth: { apiKey: 'k' }, ...through });
    const operations = [{ index: { _index: 'orders', _id: '1' } }, { a: 1 }, { delete: { _index: 'audit', _id: '2' } }];
    if (what === 'bulk') return client.bulk({ operations });
    if (what === 'read') return client.search({ index: 'orders', query: { term: { id: '1' } } });
    return client.delete({ index: 'orders', id: '1' });
  },
  async influxdb(what) {
    const { InfluxDB, Point } = await import('@influxdata/influxdb-client');
    const transportOptions = url === undefined ? { agent: proxyAgent.agent } : {};
    const client = new InfluxDB({ url: url ?? 'https://us-east-1-1.aws.cloud2.influxdata.com', token: 't', transportOptions });
    if (what === 'read') return client.getQueryApi('acme').collectRows('from(bucket: "metrics") |> range(start: -1h)');
    const bucket = what === 'write' ? 'metrics' : 'open';
    const api = client.getWriteApi('acme', bucket, 'ns', { gzipThreshold: 0, maxRetries: 0, writeFailed: () => {} });
    api.writePoint(new Point('cpu').floatField('usage', 1).timestamp('1'));
    await api.flush();
    return api.close();
  },
  async cosmos(what) {
    const { CosmosClient } = await import('@azure/cosmos');
    const client = new CosmosClient({
      endpoint: url ?? 'https://shop.documents.azure.com',
      key: 'a2V5',
      connectionPolicy: { enableEndpointDiscovery: false, enableBackgroundEndpointRefreshing: false },
      ...proxyAgent,
    });
    const container = client.database('shop').container('orders');
    if (what === 'read') return (await container.items.query('SELECT * FROM c', { partitionKey: '1' }).fetchNext()).resources;
    return (await container.item('1', '1').delete()).statusCode;
  },
  async couchdb(what) {
    const { default: nano } = await import('nano');
    const { EnvHttpProxyAgent } = await import('undici');
    // Its types ask for undici's classes; any dispatcher will do.
    const server = { url: url ?? 'https://acct-bluemix.cloudantnosqldb.appdomain.cloud' };
    const orders = nano({ ...server, agentOptions: new EnvHttpProxyAgent() as never }).use('orders');
    return what === 'read' ? orders.find({ selector: { id: '1' } }) : orders.destroy('1', '1-a');
  },
  async upstash(what) {
    const { Redis } = await import('@upstash/redis');
    const redis = new Redis({ url: url ?? 'https://eu1-cool-cat-1.upstash.io', token: 't', enableTelemetry: false });
    return what === 'read' ? redis.get('k') : redis.del('k');
  },
  async notion(what) {
    const { Client } = await import('@notionhq/client');
    const client = new Client({ auth: 't', ...(url === undefined ? {} : { baseUrl: url }) });
    return what === 'read'
      ? client.search({ query: 'a' })
      : client.blocks.delete({ block_id: '1f2b3c4d-0000-4000-8000-000000000001' });
  },
  async airtable(what) {
    const { default: Airtable } = await import('airtable');
    const orders = new Airtable({ apiKey: 'k', ...(url === undefined ? {} : { endpointUrl: url }) }).base('appAbc123')('Orders');
    return what === 'read' ? orders.select({ maxRecords: 1, method: 'post' }).firstPage() : orders.destroy('rec1');
  },
  /** There is no SDK here that speaks REST: fails with what the answer says. */
  async firestore(what) {
    const documents = `${url ?? 'https://firestore.googleapis.com'}/v1/projects/p1/databases/(default)/documents`;
    const body = JSON.stringify({ structuredQuery: { from: [{ collectionId: 'orders' }] } });
    const headers = { authorization: 'Bearer t', 'content-type': 'application/json' };
    const response =
      what === 'read'
        ? await fetch(`${documents}:runQuery`, { method: 'POST', headers, body })
        : await fetch(`${documents}/orders/1`, { method: 'DELETE', headers });
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${text}`);
    return text;
  },
};

await reportCalls(CALLS);
