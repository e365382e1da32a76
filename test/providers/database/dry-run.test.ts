// BigQuery's dry runs: a fact only in its own words and only of queries; what a load, a copy or an extract makes of the word counts as done (E32).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recognise } from '../../../src/classify/registry.ts';
import { requestView } from '../../support/request-view.ts';

/** The actions, with a `+` for those that are said to be a dry run, and a `?` for what is not inspected. */
function told(path: string, document: object): string {
  const headers = ['Content-Type', 'application/json'];
  const request = requestView('POST', `/bigquery/v2/projects/acme/${path}`, { host: 'bigquery.googleapis.com', headers });
  const { actions } = recognise(request).classify({ bytes: Buffer.from(JSON.stringify(document)), problem: null });
  return actions
    .map(({ name, facts }) => `${name}${facts['dryRun'] === true ? '+' : ''}${facts['inspected'] === true ? '' : '?'}`)
    .join();
}

const QUERY = { useLegacySql: false, query: 'DELETE FROM shop.users WHERE true' };
const TABLE = { datasetId: 'shop', tableId: 'users' };

test('a query is what it says, and a dry run where the word stands and is true', () => {
  const job = (configuration: object): string => told('jobs', { configuration });
  assert.equal(told('queries', { ...QUERY, dryRun: true }), 'database.delete+');
  assert.equal(job({ query: QUERY, dryRun: true }), 'database.delete+');
  for (const dryRun of [false, null]) assert.equal(job({ query: QUERY, dryRun }), 'database.delete', String(dryRun));
  for (const dryRun of ['true', 1, [true], {}]) {
    const unread = 'database.unknown-write?';
    assert.equal(job({ query: QUERY, dryRun }), unread, String(dryRun));
    assert.equal(told('queries', { ...QUERY, dryRun }), unread, String(dryRun));
  }
});

test('the word in another place or spelling is none', () => {
  for (const configuration of [
    { query: { ...QUERY, dryRun: true } },
    { query: QUERY, dryrun: true },
    { query: QUERY, dry_run: true },
  ])
    assert.doesNotMatch(told('jobs', { configuration }), /\+/, JSON.stringify(configuration));
  assert.doesNotMatch(told('jobs', { configuration: { query: QUERY }, dryRun: true }), /\+/);
});

test('a load, a copy and an extract count as done', () => {
  for (const [configuration, expected] of [
    [{ load: { sourceUris: ['gs://a/b'], destinationTable: TABLE } }, 'database.insert,database.export'],
    [{ copy: { sourceTable: TABLE, destinationTable: { ...TABLE, tableId: 'b' } } }, 'database.insert,database.read'],
    [{ extract: { sourceTable: TABLE, destinationUris: ['gs://a/b'] } }, 'database.export'],
  ] as const)
    assert.equal(told('jobs', { configuration: { ...configuration, dryRun: true } }), expected);
});
