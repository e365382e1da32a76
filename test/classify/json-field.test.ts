// Fields of JSON that a server answered.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fieldAt, listOf } from '../../src/classify/json-field.ts';
import { readJson } from '../../src/classify/strict-json.ts';

const { value } = readJson(Buffer.from('{"a":{"b":[1,2],"c":null},"__proto__":{"d":1}}'));

it('finds what is there, and nothing that is shaped otherwise', () => {
  assert.deepEqual(fieldAt(value, 'a', 'b'), [1, 2]);
  assert.equal(fieldAt(value, 'a', 'c'), null);
  for (const path of [['a', 'x'], ['a', 'c', 'd'], ['a', 'b', '0'], ['d'], ['constructor'], ['x', 'y']])
    assert.equal(fieldAt(value, ...path), undefined, path.join('.'));
  assert.equal(fieldAt(undefined, 'a'), undefined);
});

it('takes only lists for lists', () => {
  assert.deepEqual(listOf(fieldAt(value, 'a', 'b')), [1, 2]);
  for (const none of [undefined, null, 'x', fieldAt(value, 'a')]) assert.equal(listOf(none), null);
});
