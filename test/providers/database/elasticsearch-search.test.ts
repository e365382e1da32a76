// Searches: the indexes that a body names wherever it names them, scripts, and whether a change by query says which documents.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSearch } from '../../../src/providers/database/elasticsearch-search.ts';

const read = (document: unknown) => readSearch(Buffer.from(JSON.stringify(document)), false);

test('an index is found at any depth', () => {
  const lookup = { query: { bool: { filter: [{ terms: { user: { index: 'salaries,hr', id: '1' } } }] } } };
  assert.deepEqual(read(lookup)?.indexes, ['salaries', 'hr']);
});

test('scripts and points in time are told', () => {
  assert.equal(read({ sort: [{ _script: { type: 'number' } }] })?.scripts, true);
  assert.equal(read({ runtime_mappings: {} })?.scripts, true);
  assert.equal(read({ pit: { id: 'x' } })?.opaque, true);
});

test('everything is no choice of documents', () => {
  for (const query of [undefined, {}, { match_all: {} }, { bool: {} }, null]) assert.equal(read({ query })?.where, false);
  assert.equal(read({ query: { term: { a: 1 } } })?.where, true);
});

test('a repeated key, a list or a deep nest is not read', () => {
  assert.equal(readSearch(Buffer.from('{"query":{"index":"a","index":"b"}}'), false), null);
  assert.equal(read([]), null);
  assert.equal(readSearch(Buffer.from(`${'{"a":'.repeat(100)}1${'}'.repeat(100)}`), false), null);
  assert.equal(readSearch(Buffer.from('{"index":"a"}\n\n{"query":{}}\n'), true), null);
});
