// Databases that are asked in SQL over HTTP, and PostgREST.

import type { PostgrestClient } from '@supabase/postgrest-js';
import type * as RdsData from '@aws-sdk/client-rds-data';
import type { ClickHouseClient } from '@clickhouse/client';
import type { Client as LibsqlClient } from '@libsql/client/http';
import type { NeonQueryFunction } from '@neondatabase/serverless';
import type { Connection } from '@planetscale/database';
import type { Cloudflare } from 'cloudflare';
import { AWS } from './aws-client.ts';
import { given, type Vendor, vendor } from './vendor.ts';

const supabase = vendor<PostgrestClient>({
  folder: 'supabase',
  sdk: '@supabase/postgrest-js',
  open: async () => {
    const { PostgrestClient: Client } = await import('@supabase/postgrest-js');
    return new Client('https://abcdefgh.supabase.co/rest/v1', {
      headers: { apikey: 'anon', Authorization: 'Bearer anon' },
    });
  },
  calls: {
    'hit-select': async (s) => s.from('users').select('id,name').eq('id', 1),
    'hit-count': async (s) => s.from('users').select('*', { count: 'exact', head: true }),
    'hit-insert': async (s) => s.from('users').insert([{ name: 'a' }, { name: 'b' }]),
    'hit-update': async (s) => s.from('users').update({ name: 'a' }).eq('id', 1).select(),
    'hit-update-all': async (s) => s.from('users').update({ name: 'a' }),
    'hit-upsert': async (s) => s.from('users').upsert({ id: 1, name: 'a' }),
    'hit-on-conflict-ignored': async (s) => s.from('users').upsert({ id: 1 }, { onConflict: 'id', ignoreDuplicates: true }),
    'hit-delete': async (s) => s.from('users').delete().in('id', [1, 2]),
    'hit-delete-all': async (s) => s.from('users').delete(),
    'hit-rpc': async (s) => s.rpc('close_account', { id: 1 }),
    'hit-rpc-get': async (s) => s.rpc('total', { id: 1 }, { get: true }),
    'hit-schema': async (s) => s.schema('private').from('keys').insert({ a: 1 }),
  },
});

/** The same client, for a server of one's own, and for Supabase on one's own host. */
const postgrest = vendor<{ readonly server: PostgrestClient; readonly gateway: PostgrestClient }>({
  folder: 'postgrest-anywhere',
  sdk: '@supabase/postgrest-js',
  open: async () => {
    const { PostgrestClient: Client } = await import('@supabase/postgrest-js');
    return {
      server: new Client('https://rest.acme.example', { headers: { Authorization: 'Bearer anon' }, schema: given('app') }),
      gateway: new Client('https://supabase.acme.example/rest/v1', { headers: { apikey: 'anon' } }),
    };
  },
  calls: {
    'hit-insert': async ({ server }) =>
      server
        .from('orders')
        .insert([{ id: 1 }, { id: 2 }])
        .select(),
    'hit-update': async ({ server }) => server.from('orders').update({ a: 1 }).eq('id', 1),
    'hit-upsert': async ({ server }) => server.from('orders').upsert({ id: 1 }),
    'hit-delete': async ({ server }) => server.from('orders').delete().eq('id', 1),
    'hit-function': async ({ server }) => server.rpc('close_books', { year: 2026 }),
    'miss-read': async ({ server }) => server.from('orders').select(),
    'hit-delete-all': async ({ gateway }) => gateway.from('orders').delete(),
    'hit-function-get': async ({ gateway }) => gateway.rpc('close_books', { year: 2026 }, { get: true }),
    'miss-read-gateway': async ({ gateway }) => gateway.from('orders').select(),
  },
});

const neon = vendor<NeonQueryFunction<false, false>>({
  folder: 'neon',
  sdk: '@neondatabase/serverless',
  open: async () => {
    const { neon: connect } = await import('@neondatabase/serverless');
    return connect('postgresql://u:p@ep-cool-1.us-east-2.aws.neon.tech/app?sslmode=require');
  },
  calls: {
    'hit-select': (sql) => sql.query('SELECT * FROM users WHERE id = $1', [1]),
    'hit-insert': (sql) => sql.query('INSERT INTO users (name) VALUES ($1)', ['a']),
    'hit-delete-all': (sql) => sql.query('DELETE FROM users'),
    'hit-transaction': (sql) => sql.transaction([sql.query('INSERT INTO t VALUES (1)'), sql.query('SELECT 1')]),
    'hit-transaction-read-only': (sql) =>
      sql.transaction([sql.query('SELECT * FROM a'), sql.query('SELECT * FROM b')], { readOnly: true }),
  },
});

const planetscale = vendor<Connection>({
  folder: 'planetscale',
  sdk: '@planetscale/database',
  open: async () => {
    const { connect } = await import('@planetscale/database');
    return connect({ host: 'aws.connect.psdb.cloud', username: 'u', password: 'p' });
  },
  answer: () => ({ body: { session: { signature: 'x' }, result: {} } }),
  calls: {
    // The first of a connection, so its session is null.
    'hit-select': (c) => c.execute("SELECT * FROM users WHERE name = 'it''s; -- x'"),
    'hit-update': (c) => c.execute('UPDATE users SET name = ? WHERE id = ?', ['a', 1]),
    'hit-delete-all': (c) => c.execute('DELETE FROM users'),
    'hit-upsert': (c) => c.execute('INSERT INTO users (id) VALUES (1) ON DUPLICATE KEY UPDATE id = id'),
    'hit-begin': (c) => c.execute('BEGIN'),
    'hit-create-session': (c) => c.refresh(),
  },
});

const libsql = vendor<LibsqlClient>({
  folder: 'libsql',
  sdk: '@libsql/client',
  open: async () => {
    const { createClient } = await import('@libsql/client/http');
    return createClient({ url: 'https://app-acme.turso.io', authToken: 't' });
  },
  // It asks once which protocol the server speaks.
  skips: /^GET /,
  calls: {
    'hit-select': (c) => c.execute({ sql: 'SELECT * FROM users WHERE id = ?', args: [1] }),
    'hit-batch': (c) => c.batch(['INSERT INTO users VALUES (1)', 'DELETE FROM logs'], 'write'),
    'hit-migrate': (c) => c.migrate(['ALTER TABLE users ADD COLUMN age']),
    'hit-transaction': async (c) => (await c.transaction('write')).execute('DELETE FROM logs'),
    'hit-sequence': (c) => c.executeMultiple('CREATE TABLE a (x); DROP TABLE b;'),
  },
});

interface Rds {
  readonly client: RdsData.RDSDataClient;
  readonly sdk: typeof RdsData;
}

const cluster = {
  resourceArn: 'arn:aws:rds:us-east-1:123456789012:cluster:app',
  secretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:s',
};
const row = (longValue: number) => [{ name: 'id', value: { longValue } }];

const rdsData = vendor<Rds>({
  folder: 'rds-data',
  sdk: '@aws-sdk/client-rds-data',
  open: async () => {
    const sdk = await import('@aws-sdk/client-rds-data');
    return { sdk, client: new sdk.RDSDataClient(AWS) };
  },
  calls: {
    'hit-select': ({ client, sdk }) =>
      client.send(
        new sdk.ExecuteStatementCommand({
          ...cluster,
          database: 'shop',
          sql: 'SELECT * FROM users WHERE id = :id',
          parameters: row(1),
        }),
      ),
    'hit-delete-all': ({ client, sdk }) =>
      client.send(new sdk.ExecuteStatementCommand({ ...cluster, database: 'shop', sql: 'DELETE FROM users' })),
    'hit-batch-insert': ({ client, sdk }) =>
      client.send(
        new sdk.BatchExecuteStatementCommand({
          ...cluster,
          database: 'shop',
          sql: 'INSERT INTO users (id) VALUES (:id)',
          parameterSets: [row(1), row(2)],
        }),
      ),
    'hit-old-execute-sql': ({ client, sdk }) =>
      client.send(
        new sdk.ExecuteSqlCommand({
          dbClusterOrInstanceArn: cluster.resourceArn,
          awsSecretStoreArn: cluster.secretArn,
          sqlStatements: 'SELECT 1; DROP TABLE users',
        }),
      ),
    'hit-begin': ({ client, sdk }) => client.send(new sdk.BeginTransactionCommand({ ...cluster, database: 'shop' })),
    'hit-commit': ({ client, sdk }) => client.send(new sdk.CommitTransactionCommand({ ...cluster, transactionId: 't1' })),
  },
});

const clickhouse = vendor<ClickHouseClient>({
  folder: 'clickhouse',
  sdk: '@clickhouse/client',
  open: async () => {
    const { createClient } = await import('@clickhouse/client');
    return createClient({
      url: 'https://abc.eu-west-1.aws.clickhouse.cloud:8443',
      username: 'user',
      password: 'pass',
      database: 'shop',
    });
  },
  calls: {
    'hit-insert': (c) => c.insert({ table: 'users', values: [{ a: "it's" }, { a: 2 }], format: 'JSONEachRow' }),
    'hit-select': (c) => c.query({ query: 'SELECT * FROM users', format: 'JSONEachRow' }),
  },
});

const d1 = vendor<Cloudflare>({
  folder: 'd1',
  sdk: 'cloudflare',
  open: async () => {
    const { Cloudflare: Client } = await import('cloudflare');
    return new Client({ apiToken: 't', maxRetries: 0 });
  },
  calls: {
    'hit-query': (c) =>
      c.d1.database.query('db1', { account_id: 'acc1', sql: 'SELECT * FROM users WHERE id = ?', params: ['1'] }),
    'hit-raw': (c) => c.d1.database.raw('db1', { account_id: 'acc1', sql: 'DELETE FROM users; DROP TABLE logs' }),
    'hit-batch': (c) =>
      c.d1.database.query(
        'db1',
        given({
          account_id: 'acc1',
          batch: [{ sql: 'INSERT INTO a VALUES (?)', params: [1] }, { sql: 'UPDATE b SET x = 1' }],
        }),
      ),
    'hit-create': (c) => c.d1.database.create({ account_id: 'acc1', name: 'x' }),
    'hit-drop': (c) => c.d1.database.delete('db1', { account_id: 'acc1' }),
    'hit-export': (c) => c.d1.database.export('db1', { account_id: 'acc1', output_format: 'polling' }),
    'hit-import': (c) => c.d1.database.import('db1', { account_id: 'acc1', action: 'init', etag: 'x' }),
  },
});

export const sqlVendors: readonly Vendor[] = [supabase, postgrest, neon, planetscale, libsql, rdsData, clickhouse, d1];
