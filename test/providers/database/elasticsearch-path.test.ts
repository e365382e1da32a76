// Which requests to hosts that nobody knows are taken for Elasticsearch's, and which are left to others.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recognise } from '../../../src/classify/registry.ts';
import { elasticPath, isElasticHost, isElasticPart, looksElastic } from '../../../src/providers/database/elasticsearch-path.ts';
import { requestView } from '../../support/request-view.ts';

const host = 'web.example.com';
const view = (method: string, target: string, headers: readonly string[] = []) =>
  requestView(method, target, { host, headers, hasBody: method !== 'GET' && method !== 'DELETE' });

test('a path that only Elasticsearch has is its own on any host', () => {
  for (const [method, target] of [
    ['POST', '/_bulk'],
    ['POST', '/orders/_bulk'],
    ['GET', '/orders/_search?q=a'],
    ['POST', '/orders/_delete_by_query'],
    ['PUT', '/orders/order/_mapping'],
    ['POST', '/_reindex'],
  ] as const)
    assert.ok(looksElastic(view(method, target)), target);
});

test('a path that others have as well is not, until a client says so', () => {
  for (const [method, target] of [
    ['PUT', '/files/report.pdf'],
    ['DELETE', '/orders'],
    ['GET', '/_next/data/x.json'],
    ['GET', '/_cluster'],
    ['POST', '/org/_apis/git/repositories'],
    ['POST', '/_matrix/client/v3/rooms'],
  ] as const) {
    assert.ok(!looksElastic(view(method, target)), target);
    assert.ok(looksElastic(view(method, target, ['x-elastic-client-meta', 'es=9'])), target);
  }
});

test('a large upload to an unknown host is not held back for these providers', () => {
  const upload = view('PUT', '/backups/disk.img', ['Content-Type', 'application/octet-stream']);
  assert.deepEqual(recognise(upload).need, { kind: 'none' });
});

test('the path is taken apart into indexes and an API', () => {
  assert.deepEqual(elasticPath(view('POST', '/a,b/_search')), { indexes: ['a', 'b'], api: '_search', rest: [], typed: [] });
  assert.deepEqual(elasticPath(view('PUT', '/a/t/1')), { indexes: ['a'], api: '', rest: [], typed: ['t', '1'] });
  // An id may begin like an API.
  assert.deepEqual(elasticPath(view('PUT', '/a/t/_x')).api, '');
  assert.equal(elasticPath(view('DELETE', '/_all')).indexes?.[0], '_all');
});

test('other parts of a hosted deployment are not its API', () => {
  assert.ok(isElasticHost('shop.es.us-east-1.aws.found.io'));
  assert.ok(isElasticHost('abc.aoss.us-east-1.on.aws'));
  for (const part of ['kb', 'apm', 'fleet', 'ent', 'profiling']) assert.ok(isElasticPart(`shop.${part}.us-east-1.aws.found.io`));
  assert.ok(!isElasticPart('shop.es.us-east-1.aws.found.io'));
  assert.ok(!isElasticHost('abc.lambda-url.us-east-1.on.aws'));
});
