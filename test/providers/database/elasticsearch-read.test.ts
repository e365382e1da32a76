// Searches: read only as JSON in UTF-8, from the body or from `source`; CBOR, SMILE and YAML are what nobody here reads (E20).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recognise } from '../../../src/classify/registry.ts';
import { requestView } from '../../support/request-view.ts';

const HOST = 'search-shop.us-east-1.es.amazonaws.com';

function told(target: string, text: string, types: readonly string[], problem: string | null = null): string {
  const headers = types.flatMap((type) => ['Content-Type', type]);
  const request = requestView(text === '' ? 'GET' : 'POST', target, { host: HOST, headers, hasBody: text !== '' });
  const { actions } = recognise(request).classify({ bytes: Buffer.from(text), problem });
  return actions.map(({ name, facts }) => (facts['inspected'] === true ? name : `${name}?`)).join();
}

const OTHER = ['application/cbor', 'application/smile', 'application/yaml', 'application/json; charset=utf-16'];

test('a search is a read as JSON alone', () => {
  assert.equal(told('/orders/_search', '{"query":{"match_all":{}}}', ['application/json']), 'database.read');
  for (const type of OTHER) assert.equal(told('/orders/_search', '{}', [type]), 'database.unknown-write?', type);
  assert.equal(told('/orders/_search', '{}', ['application/json', 'application/cbor']), 'database.unknown-write?');
  assert.equal(told('/orders/_search', '{}', ['application/json'], 'cut'), 'database.unknown-write?');
});

test('so is what stands in `source`, and never both', () => {
  const source = (type: string): string => `/orders/_search?source=${encodeURIComponent('{"query":{}}')}${type}`;
  assert.equal(told(source('&source_content_type=application/json'), '', []), 'database.read');
  assert.equal(told(source('&source_content_type=application/cbor'), '', []), 'database.unknown-write?');
  assert.equal(told(source(''), '{}', ['application/json']), 'database.unknown-write?');
});

test('a change by query, an update and a query in SQL are unread in other types', () => {
  for (const target of ['/orders/_delete_by_query', '/orders/_update/1', '/_sql'])
    for (const type of OTHER) assert.match(told(target, '{"query":{"term":{"a":1}}}', [type]), /\?$/, `${target} ${type}`);
});
