// Encoded words: what people read, and what they must not hide.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeCharset, decodeWords, wordsHideSigns } from '../../src/classify/encoded-word.ts';

test('words are decoded, and blanks between two of them vanish', () => {
  assert.equal(decodeWords('Gr=?utf-8?Q?=C3=BC=C3=9F_e?=!'), 'Grüß e!');
  assert.equal(decodeWords('=?UTF-8?B?w7w=?= =?iso-8859-1?q?=E4?= x'), 'üä x');
  assert.equal(decodeWords('=?utf-8*en?Q?a?='), 'a');
  assert.equal(decodeWords('=?nonsense?Q?a?= =?utf-8?Q?=ff?='), '=?nonsense?Q?a?==?utf-8?Q?=ff?=');
  assert.equal(decodeWords('plain'), 'plain');
});

test('signs of an address list inside a word are told, whatever the charset says', () => {
  assert.equal(wordsHideSigns('=?utf-8?Q?M=C3=BCller=2C_Hans?= <h@ex.com>'), false);
  for (const word of [
    '=?utf-8?Q?a=40evil.example?=',
    '=?utf-8?B?YUBi?=',
    '=?utf-8?q?=0D=0ABcc:?=',
    '=?utf-7?Q?x?=',
    '=?x?Q?=3Ca?=',
  ])
    assert.equal(wordsHideSigns(`${word} <b@ex.com>`), true, word);
  assert.equal(wordsHideSigns('a@ex.com'), false);
});

test('bytes that are not in the charset are not decoded', () => {
  assert.equal(decodeCharset(Buffer.from([0xff]), 'utf-8'), null);
  assert.equal(decodeCharset(Buffer.from([0xe4]), 'latin1'), 'ä');
});
