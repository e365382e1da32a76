// The `set` constraint on JSON and form bodies: one field changes, or it fails.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EditedBody } from '../../src/providers/body-edit.ts';
import { setField } from '../../src/providers/set-field.ts';
import { fixtureRequest } from '../support/fixture-request.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const FORM = 'application/x-www-form-urlencoded';

function set(
  type: string,
  text: string,
  field: string,
  value: string | number | boolean,
  problem: string | null = null,
): EditedBody {
  const { view } = fixtureRequest(Buffer.from(`POST / HTTP/1.1\r\nHost: a.example\r\nContent-Type: ${type}\r\n\r\n`));
  return setField(view, { bytes: Buffer.from(text), problem }, { kind: 'set', field, value });
}

test('a form key is replaced where it stands, or added, all else byte for byte', () => {
  assert.equal(set(FORM, 'a=1+2&b%5Bc%5D=x&d=%7e', 'b[c]', 'y z').bytes.toString(), 'a=1+2&b%5Bc%5D=y%20z&d=%7e');
  assert.equal(set(FORM, 'a=1', 'b', true).bytes.toString(), 'a=1&b=true');
  assert.equal(set(FORM, '', 'b', 5).bytes.toString(), 'b=5');
  assert.deepEqual(set(FORM, 'a=%31&b=2', 'a', 1), { bytes: Buffer.from('a=%31&b=2'), changed: [] });
  assert.equal(set(FORM, 'a', 'a', '').bytes.toString(), 'a=');
});

test('a JSON value is replaced, and the same value changes nothing', () => {
  assert.equal(set('application/json', '{"a": {"b": 1.50}, "c": 2}', '/c', 3).bytes.toString(), '{"a":{"b":1.50},"c":3}');
  assert.deepEqual(set('application/json', '{ "c": 2 }', '/c', 2), { bytes: Buffer.from('{ "c": 2 }'), changed: [] });
});

test('what does not fit, or is not read surely, fails', async () => {
  for (const [type, text, field] of [
    ['application/json', '{"a":1}', 'a'],
    [FORM, 'a=1', '/a'],
    ['text/plain', 'a=1', 'a'],
    [`${FORM}; charset=latin1`, 'a=1', 'a'],
    [FORM, 'a=1&a=2', 'a'],
    [FORM, 'a=1;b=2', 'a'],
    [FORM, 'a=1', 'a[b'],
    ['application/json', '{"a":1,"a":2}', '/a'],
    ['application/json', '{"a":1}', '/b/c'],
  ] as const) {
    await throwsWithCode('CONSTRAINT_FAILED', () => set(type, text, field, 'x'));
  }
  await throwsWithCode('CONSTRAINT_FAILED', () => set(FORM, '', 'a', 'x', 'larger than 1048576 bytes'));
});
