// Setting a value by JSON pointer: only where there is a place for it, and never in the document itself.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pointerTokens, setPointer, toJson } from '../../src/classify/json-pointer.ts';
import { type Json, JsonNumber, readJson, writeJson } from '../../src/classify/strict-json.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

function doc(text: string): Json {
  const reading = readJson(Buffer.from(text));
  assert.ok(reading.problem === null);
  return reading.value;
}

test('replaces and adds members, numbers elsewhere as written', () => {
  const before = doc('{"a":{"b":1.10,"c":[1,{"d":2}]},"__proto__":{"x":1}}');
  const set = (pointer: string, value: string | number | boolean): string => writeJson(setPointer(before, pointer, value));
  assert.equal(set('/a/b', 5), '{"a":{"b":5,"c":[1,{"d":2}]},"__proto__":{"x":1}}');
  assert.equal(set('/a/c/1/d', 'x'), '{"a":{"b":1.10,"c":[1,{"d":"x"}]},"__proto__":{"x":1}}');
  assert.equal(set('/new', true), '{"a":{"b":1.10,"c":[1,{"d":2}]},"__proto__":{"x":1},"new":true}');
  assert.equal(set('/__proto__/x', 0.5), '{"a":{"b":1.10,"c":[1,{"d":2}]},"__proto__":{"x":0.5}}');
  assert.equal(writeJson(before), '{"a":{"b":1.10,"c":[1,{"d":2}]},"__proto__":{"x":1}}');
});

test('a pointer that leads nowhere fails instead of changing nothing', async () => {
  const before = doc('{"a":{"b":1},"c":[1]}');
  for (const pointer of ['/x/y', '/a/b/c', '/c/1', '/c/-', '/c/01', '/c/x', '/c/0/x', 'a/b', '', '/a~2b']) {
    await throwsWithCode('CONSTRAINT_FAILED', () => setPointer(before, pointer, 1));
  }
});

test('tokens are unescaped in the order of RFC 6901', () => {
  assert.deepEqual(pointerTokens('/a~1b/~01/'), ['a/b', '~1', '']);
  assert.deepEqual(toJson(1.5), new JsonNumber('1.5'));
  assert.equal(toJson('1.5'), '1.5');
});
