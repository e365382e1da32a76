// What agents write can't steer a terminal or reorder a line.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { plainText } from '../../src/record/plain-text.ts';

const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]/;

test('ordinary text in any script passes', () => {
  for (const text of ['refund of 5 EUR', 'Zürich – 北京 – кот', '😀 ok']) assert.equal(plainText(text, 100), text);
});

test('ANSI, line breaks, bidi and invisible characters are written out', () => {
  assert.equal(plainText('a\u001b[2Jb', 100), 'a\\u{1b}[2Jb');
  assert.equal(plainText('a\u009b31m', 100), 'a\\u{9b}31m');
  assert.equal(plainText('a\r\nb\u2028c\u0000', 100), 'a\\u{d}\\u{a}b\\u{2028}c\\u{0}');
  assert.equal(plainText('\u202eevil\u2066x\u200bz', 200), '\\u{202e}evil\\u{2066}x\\u{200b}z');
  assert.equal(plainText('\u{e0041}\ud800', 100), '\\u{e0041}\\u{d800}');
});

test('an escape can not be forged: a backslash is written as two', () => {
  assert.equal(plainText('\\u{1b}', 100), '\\\\u{1b}');
});

test('whatever comes in, what goes out is plain, one line and within its length', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.nat(40), (text, max) => {
      const shown = plainText(text, max);
      const unpaired = shown.replace(/[\ud800-\udbff][\udc00-\udfff]/g, '');
      assert.ok(!UNSAFE.test(unpaired), JSON.stringify(shown));
      assert.ok(shown.length <= Math.max(max, 1));
    }),
    { numRuns: 500 },
  );
});

test('a cut leaves no half escape behind', () => {
  for (let max = 1; max < 12; max += 1) assert.match(plainText('ab\u202ecd\u202e', max), /^(?:[a-d]|\\u\{202e\})*…$/);
});
