// Look-ups that do not lie about repeats, and copies that keep everything else as it came.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeaderList } from '../../src/http/headers.ts';

const list = new HeaderList(['X-Twice', 'a', 'Accept', '*/*', 'x-twice', 'b', 'X-Empty', '']);

test('names are found in any spelling, repeats are never hidden', () => {
  assert.equal(list.get('accept'), '*/*');
  assert.equal(list.get('x-twice'), 'a, b');
  assert.deepEqual(list.all('x-twice'), ['a', 'b']);
  assert.equal(list.get('x-empty'), '');
});

test('what is not there is not found, also when another name is as long', () => {
  assert.deepEqual([list.get('accent'), list.all('accent'), list.has('accent')], [undefined, [], false]);
  assert.deepEqual([list.has('x-empty'), list.has('accept')], [true, true]);
});

test('a copy without some fields keeps order, spelling and the original', () => {
  assert.deepEqual(list.without(new Set(['accept', 'x-empty'])).raw, ['X-Twice', 'a', 'x-twice', 'b']);
  assert.equal(list.raw.length, 8);
});

test('a copy with a field has it exactly once', () => {
  const copy = list.with('X-Twice', 'c');
  assert.deepEqual(copy.all('x-twice'), ['c']);
  assert.deepEqual(copy.raw.slice(-2), ['X-Twice', 'c']);
});
