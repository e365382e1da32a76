// Fields from forms and JSON: one reading, or none that may be relied on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasLookalikeRoot, jsonFields, readField } from '../../src/classify/fields.ts';
import { fieldName, readPairs } from '../../src/classify/form.ts';
import { readJson } from '../../src/classify/strict-json.ts';

function state(text: string, name: string): string {
  const reading = readField(readPairs(text).fields, name);
  return reading.state === 'one' ? `one ${reading.value}` : reading.state;
}

test('JSON is laid flat, numbers as written, empty containers kept', () => {
  const reading = readJson(Buffer.from('{"a":{"b":[1,1e2,null,true]},"c":[],"d":{},"e":"x"}'));
  assert.ok(reading.problem === null);
  const flat = jsonFields(reading.value)?.map((field) => `${fieldName(field.path)}=${field.value}`);
  assert.deepEqual(flat, ['a[b][0]=1', 'a[b][1]=1e2', 'a[b][2]=', 'a[b][3]=true', 'c[]=', 'd[]=', 'e=x']);
});

test('an object that says nothing has no fields, which is what SDKs send for a call without parameters', () => {
  const laidFlat = (text: string) => jsonFields(readJson(Buffer.from(text)).value ?? null);
  assert.deepEqual(laidFlat('{}'), []);
  assert.equal(laidFlat('[]')?.length, 1);
  assert.equal(laidFlat('{"":1}')?.length, 1);
});

test('repeats count once only when they agree', () => {
  assert.equal(state('amount=5', 'amount'), 'one 5');
  assert.equal(state('amount=5&amount=5', 'amount'), 'one 5');
  assert.equal(state('amount=5&amount=50', 'amount'), 'many');
  assert.equal(state('amount=5&amount=', 'amount'), 'many');
  assert.equal(state('other=5', 'amount'), 'absent');
});

test('scalar here and container there is many, a container alone is nested', () => {
  assert.equal(state('amount=5&amount[x]=6', 'amount'), 'many');
  assert.equal(state('amount[]=6&amount=5', 'amount'), 'many');
  assert.equal(state('amount[]=5', 'amount'), 'nested');
  assert.equal(state('amount[a]=5&amount[b]=6', 'amount'), 'nested');
  assert.equal(state('amounts=5', 'amount'), 'absent');
});

test('roots that only look like a judged one are found', () => {
  const roots = new Set(['amount']);
  for (const name of ['Amount', 'AMOUNT', 'a.mount', 'amount-', '"amount"'])
    assert.ok(hasLookalikeRoot([{ path: [name], value: '1' }], roots), name);
  for (const name of ['amount', 'amounts', 'description'])
    assert.ok(!hasLookalikeRoot([{ path: [name], value: '1' }], roots), name);
});

test('a document of more fields than a form may have has none that could be relied on', () => {
  const numbers = (count: number) => readJson(Buffer.from(`{"a":[${Array(count).fill('1').join()}],"amount":5}`)).value ?? null;
  assert.equal(jsonFields(numbers(9_999))?.length, 10_000);
  assert.equal(jsonFields(numbers(10_000)), null);
});
