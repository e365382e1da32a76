// The real SDKs of databases that are asked over HTTP: for each pair that the argument names, one read or one delete of a row. `base` leads
// straight to the origin. Each call is told by itself; only the SDKs that are asked for are loaded.

import { HttpsProxyAgent } from 'https-proxy-agent';
import { reportCalls, url } from './calls.ts';

/** Some SDKs bring their own agents and read no proxy variables: this is the documented way. */
const proxyAgent = url === undefined ? { agent: new HttpsProxyAgent(process.env['HTTPS_PROXY'] ?? '') } : {};

const SQL: Readonly<Record<string, string>> = { read: 'SELECT * FROM users', write: 'DELETE FROM users WHERE id = 1' };

const CALLS: Readonly<Record<string, (what: string) => Promise<unknown>>> = {
  async supabase(what) {
    const { PostgrestClient } = await import('@supabase/postgrest-js');
    const users = new PostgrestClient(`${url ?? 'https://abcdefgh.supabase.co'}/rest/v1`, { headers: { apikey: 'k' } }).from(
      'users',
    );
    return what === 'read' ? users.select().eq('id', 1).throwOnError() : users.delete().eq('id', 1).throwOnError();
  },
  async postgrest(what) {
    const { PostgrestClient } = await import('@supabase/postgrest-js');
    const users = new PostgrestClient(url ?? 'https://rest.acme.example', { schema: 'app' }).from('users');
    return what === 'read' ? users.select().eq('id', 1).throwOnError() : users.delete().eq('id', 1).throwOnError();
  },
  async neon(what) {
    const { neon, neonConfig } = await import('@neondatabase/serverless');
    if (url !== undefined) neonConfig.fetchEndpoint = () => `${url}/sql`;
    return neon('postgresql://u:p@ep-cool-1.us-east-2.aws.neon.tech/app').query(SQL[what] ?? '');
  },
  async planetscale(what) {
    const { connect } = await import('@planetscale/database');
    const host = url === undefined ? 'aws.connect.psdb.cloud' : new URL(url).host;
    const { rows } = await connect({ url: `https://u:p@${host}` }).execute(SQL[what] ?? '');
    return rows;
  },
  async libsql(what) {
    const { createClient } = await import('@libsql/client/http');
    return (await createClient({ url: url ?? 'https://app-acme.turso.io', authToken: 't' }).execute(SQL[what] ?? '')).rows;
  },
  async 'rds-data'(what) {
    const { RDSDataClient, ExecuteStatementCommand } = await import('@aws-sdk/client-rds-data');
    const { awsOptions } = await import('./aws-options.ts');
    const client = new RDSDataClient(awsOptions);
    const secretArn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:s';
    const resourceArn = 'arn:aws:rds:us-east-1:123456789012:cluster:app';
    return client.send(new ExecuteStatementCommand({ resourceArn, secretArn, database: 'shop', sql: SQL[what] }));
  },
  async clickhouse(what) {
    const { createClient } = await import('@clickhouse/client');
    const agent = proxyAgent.agent === undefined ? {} : { http_agent: proxyAgent.agent };
    const client = createClient({ url: url ?? 'https://abc.clickhouse.cloud', username: 'u', password: 'p', ...agent });
    if (what === 'write') return client.command({ query: SQL['write'] ?? '' });
    return (await client.query({ query: SQL['read'] ?? '', format: 'JSONEachRow' })).text();
  },
  async d1(what) {
    const { default: Cloudflare } = await import('cloudflare');
    const client = new Cloudflare({ apiToken: 't', ...(url === undefined ? {} : { baseURL: `${url}/client/v4` }) });
    return client.d1.database.query('db1', { account_id: 'acc1', sql: SQL[what] ?? '' });
  },
  async bigquery(what) {
    const { BigQuery } = await import('@google-cloud/bigquery');
    const headers = { authorization: 'Bearer t' };
    // In place of a sign-in at another host.
    const authClient: unknown = { getRequestHeaders: async () => headers };
    const apiEndpoint = url === undefined ? {} : { apiEndpoint: url };
    const client = new BigQuery({ projectId: 'acme', authClient: authClient as never, ...apiEndpoint });
    // With an id of its own it sends the same bytes each time.
    const [job] = await client.createQueryJob({ query: SQL[what] ?? '', jobId: `${what}-1`, location: 'US' });
    return { id: job.id };
  },
  snowflake: (what) => posted('acme.snowflakecomputing.com', '/api/v2/statements', { statement: SQL[what], database: 'SHOP' }),
  databricks: (what) =>
    posted('acme.cloud.databricks.com', '/api/2.0/sql/statements', { warehouse_id: 'w', statement: SQL[what], catalog: 'main' }),
};

/** For vendors whose SDK is not here: fails with what the answer says. */
async function posted(host: string, path: string, document: unknown): Promise<unknown> {
  const response = await fetch(`${url ?? `https://${host}`}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer t' },
    body: JSON.stringify(document),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return text;
}

await reportCalls(CALLS);
