// GraphQL requests, read for what really runs.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readGraphql } from '../../src/classify/graphql.ts';

const read = (value: unknown) => readGraphql(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
const names = (query: string, rest: Record<string, unknown> = {}) =>
  read({ query, ...rest })?.operations[0]?.fields.map((field) => `${field.key}:${field.name}`);
const args = (query: string, variables?: unknown): unknown => {
  const value = read({ query, variables })?.operations[0]?.fields[0]?.args;
  return value === null || value === undefined ? value : JSON.parse(JSON.stringify(value));
};

describe('a GraphQL request', () => {
  it('is told by its root fields, not by aliases, comments or strings', () => {
    assert.deepEqual(names('# deleteRef\nmutation mergePullRequest { addStar: deleteRef(a: "mutation { x }") b: x }'), [
      'addStar:deleteRef',
      'b:x',
    ]);
    assert.equal(read({ query: '{ mutation: viewer { login } }' })?.operations[0]?.kind, 'query');
  });

  it('runs only the operation that is named', () => {
    const query = 'query A { a } mutation B { b } ';
    assert.deepEqual(names(query, { operationName: 'B' }), ['b:b']);
    assert.deepEqual(names(query, { operationName: 'A' }), ['a:a']);
    assert.deepEqual(names(query, { operationName: 'A', other: 1 }), ['a:a']);
    for (const operationName of [undefined, null, '', 'C', 1]) assert.equal(names(query, { operationName }), undefined);
    assert.equal(names('query A { a } mutation A { b }', { operationName: 'A' }), undefined);
  });

  it('includes what fragments bring to the root, conditions counted as met', () => {
    const query =
      'mutation { ...F @skip(if: true) ... on Mutation { c } } fragment F on Mutation { a ...G } fragment G on Mutation { b ...F }';
    assert.deepEqual(names(query), ['a:a', 'b:b', 'c:c']);
    assert.equal(names('mutation { ...Nowhere }'), undefined);
    assert.equal(names('mutation { ...F } fragment F on M { a } fragment F on M { b }'), undefined);
  });

  it('has variables, defaults and literals resolved', () => {
    assert.deepEqual(args('mutation($i: I!) { x(input: $i) }', { i: { a: [1, 'b', null] } }), { input: { a: [1, 'b', null] } });
    assert.deepEqual(args('mutation($a: String = "d") { x(a: $a, e: ENUM, b: true, n: 3) }'), {
      a: 'd',
      e: 'ENUM',
      b: true,
      n: 3,
    });
    assert.deepEqual(args('mutation($a: String = "d") { x(a: $a) }', { a: null }), { a: null });
    assert.deepEqual(args('mutation($a: String) { x(a: $a) }'), {});
    assert.equal(args('mutation { x(a: {b: 1, b: 2}) }'), null);
    assert.deepEqual(args('mutation { x(__proto__: {constructor: 1}) }'), JSON.parse('{"__proto__":{"constructor":1}}'));
  });
});

describe('a GraphQL request of an odd kind', () => {
  it('may be a batch, of which every element counts', () => {
    const batch = read([{ query: '{ a }' }, { query: 'mutation { b }' }, 3]);
    assert.equal(batch?.batch, true);
    assert.deepEqual(
      batch.operations.map((operation) => operation?.kind ?? null),
      ['query', 'mutation', null],
    );
    assert.equal(read([]), null);
    assert.equal(read(Array.from({ length: 101 }, () => ({ query: '{ a }' }))), null);
  });

  it('is unreadable when a server might run something else', () => {
    const query = '{ a }';
    const envelopes: unknown[] = [
      {},
      { query: null },
      { query: '' },
      { query: '{' },
      { query: '{ a(' },
      { extensions: { persistedQuery: { sha256Hash: 'x' } } },
      { query, id: 'x' },
      { query, documentId: 'x' },
      { query, doc_id: 1 },
      { query, queryId: 1 },
      { query, variables: '{}' },
      { query, variables: [] },
      { query, extensions: 1 },
      { query, Query: 'mutation { b }' },
      { query, OperationName: 'x' },
    ];
    for (const envelope of envelopes) assert.deepEqual(read(envelope)?.operations, [null], JSON.stringify(envelope));
    for (const text of [
      '',
      'query',
      '"{ a }"',
      '{"query":"{ a }","query":"mutation { b }"}',
      '{"query":"{ a }"} x',
      '\ufeff{"query":"{ a }"}',
    ]) {
      assert.equal(read(text), null, text);
    }
  });

  it('is bounded: deep nests, many tokens, many fields, many comments', () => {
    assert.equal(names(`{${'a{'.repeat(9000)}b${'}'.repeat(9000)}}`), undefined);
    assert.equal(names(`{${'a '.repeat(30_000)}}`), undefined);
    assert.equal(names(`{${'a '.repeat(1001)}}`), undefined);
    assert.deepEqual(names(`${'#\n'.repeat(5000)}{a}`), names('{a}'));
    assert.equal(names(`${'#\n'.repeat(5001)}{a}`), undefined);
    assert.equal(args(`{ x(a: ${'['.repeat(40)}1${']'.repeat(40)}) }`), null);
  });
});
