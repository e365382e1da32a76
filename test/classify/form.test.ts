// The form reader: brackets, escapes, and everything that servers disagree on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeFormText, fieldName, namePath, readForm, readPairs } from '../../src/classify/form.ts';

function fields(text: string): Array<[string, string]> {
  const reading = readForm(Buffer.from(text));
  assert.equal(reading.problem, null);
  return reading.fields.map((field) => [fieldName(field.path), field.value]);
}

test('reads what URLSearchParams wrote', () => {
  const name = fc
    .stringMatching(/^[a-z_]{1,8}(\[[a-z0-9]{0,4}\]){0,3}$/)
    .filter((text) => text !== '_method' && text !== '_charset_');
  const value = fc.string({ unit: 'grapheme' }).filter((text) => text.isWellFormed());
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value)), (pairs) =>
      assert.deepEqual(fields(new URLSearchParams(pairs).toString()), pairs),
    ),
  );
});

test('brackets are the same raw and encoded', () => {
  assert.deepEqual(readPairs('a[b][]=1').fields, [{ path: ['a', 'b', ''], value: '1' }]);
  assert.deepEqual(readPairs('a%5Bb%5D%5b%5d=1').fields, [{ path: ['a', 'b', ''], value: '1' }]);
  assert.deepEqual(fields('a=1+2%2B3&b&&c='), [
    ['a', '1 2+3'],
    ['b', ''],
    ['c', ''],
  ]);
  assert.deepEqual(readPairs(''), { fields: [], problem: null });
});

test('what two servers read differently is a problem', () => {
  for (const [text, expected] of [
    ['a=1;b=2', /`;`/],
    ['a=%zz', /escape/],
    ['a=%', /escape/],
    ['a=%c0%af', /escape/],
    ['[amount]=1', /brackets/],
    ['amount]=1', /brackets/],
    ['a[b=1', /brackets/],
    ['a[b]c=1', /brackets/],
    ['a[[b]]=1', /brackets/],
    ['=1', /empty/],
    ['+a=1', /white space/],
    ['a%00=1', /white space/],
    ['_charset_=utf-7', /_charset_/],
    ['a=1&_method=DELETE', /_method/],
    [`a${'[b]'.repeat(17)}=1`, /brackets/],
    ['a=1&'.repeat(10_001), /more than/],
  ] as const) {
    assert.match(readPairs(text).problem ?? 'none', expected, text.slice(0, 40));
  }
  assert.match(readForm(Buffer.from([0x61, 0x3d, 0xff])).problem ?? 'none', /UTF-8/);
});

test('a semicolon that hides nothing, or is encoded, is text', () => {
  assert.deepEqual(fields('a=x;&b=y%3Bz'), [
    ['a', 'x;'],
    ['b', 'y;z'],
  ]);
});

test('a mebibyte is read, or refused, within a blink', () => {
  for (const text of [
    'a&'.repeat(500_000),
    `a=${'%41'.repeat(340_000)}`,
    `a${'['.repeat(1_000_000)}=1`,
    `a=${'; '.repeat(500_000)}`,
    `${'a'.repeat(1_000_000)}`,
  ]) {
    const started = performance.now();
    readForm(Buffer.from(text));
    assert.ok(performance.now() - started < 10_000);
  }
});

test('names and text by themselves', () => {
  assert.deepEqual(namePath('a[b][c]'), ['a', 'b', 'c']);
  assert.equal(namePath('a[b]]'), null);
  assert.equal(decodeFormText('%E2%82%AC'), '€');
  assert.equal(decodeFormText('%E2%82'), null);
});
