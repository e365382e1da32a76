// Members by path: one reading each, and none where a lenient reader could find another.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPath, scalarText, textAt } from '../../src/classify/json-path.ts';
import { isJsonObject, type JsonObject, readJson } from '../../src/classify/strict-json.ts';

function document(text: string): JsonObject {
  const { value } = readJson(Buffer.from(text));
  assert.ok(isJsonObject(value));
  return value;
}

test('members are found by the names on the way', () => {
  const one = document('{"amount":{"value":"10.00","currency":"EUR"},"n":1.50,"none":null,"list":[1]}');
  assert.equal(textAt(one, 'amount.value'), '10.00');
  assert.equal(textAt(one, 'n'), '1.50');
  assert.equal(textAt(one, 'none'), undefined);
  assert.equal(textAt(one, 'amount.other'), undefined);
  assert.equal(textAt(one, 'other.value'), undefined);
  assert.equal(textAt(one, 'list'), null);
  assert.equal(textAt(one, 'list.0'), null);
  assert.equal(textAt(one, 'n.value'), null);
  assert.equal(readPath(one, 'amount').state, 'one');
  assert.equal(scalarText(true), null);
});

test('prototype names are keys like any other', () => {
  assert.equal(textAt(document('{}'), 'constructor.name'), undefined);
  assert.equal(textAt(document('{"__proto__":{"value":"1"}}'), '__proto__.value'), '1');
});

test('a lookalike of any name on the way makes it unsure', () => {
  for (const text of [
    '{"amount":{"value":"1"},"Amount":{"value":"9"}}',
    '{"amount":{"value":"1","VALUE":"9"}}',
    '{"Amount":{"value":"9"}}',
    '{"amount":{"value":"1"},"amo\u0075nt\u200b":1,"AMOUNT":1}',
  ])
    assert.equal(textAt(document(text), 'amount.value'), null, text);
  // Go folds the Kelvin sign and the long s.
  assert.equal(textAt(document('{"\u212aey":1}'), 'key'), null);
  assert.equal(textAt(document('{"\u017fum":1}'), 'sum'), null);
});

test('an object of very many keys is not read', () => {
  const many = document(`{"amount":1,${Array.from({ length: 300 }, (_, i) => `"k${i}":1`).join(',')}}`);
  assert.equal(textAt(many, 'amount'), null);
});
