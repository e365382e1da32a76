// What a lax reader might find: the start of a document in every encoding, and text with its spelling undone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { looseText, startsJson } from '../../src/classify/loose-json.ts';

test('a document starts behind blanks and marks, in UTF-8, UTF-16 and UTF-32', () => {
  const text = '{"a":1}';
  const wide = Buffer.concat(text.split('').map((letter) => Buffer.from([0, 0, 0, letter.charCodeAt(0)])));
  for (const bytes of [
    Buffer.from(text),
    Buffer.from('[1]'),
    Buffer.from(`\ufeff \r\n\t${text}`),
    Buffer.from(`${' '.repeat(100_000)}${text}`),
    Buffer.from(text, 'utf16le'),
    Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
    wide,
  ])
    assert.ok(startsJson(bytes), bytes.toString('latin1', 0, 20));
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(10, ' '), Buffer.from('a={}'), Buffer.from('"{}"'), Buffer.from('1')])
    assert.equal(startsJson(bytes), false, bytes.toString());
});

test('text loses NUL, escapes of plain letters and case', () => {
  assert.equal(looseText(Buffer.from('{"\\u004asonRPC"', 'utf16le')), '{"jsonrpc"');
  assert.equal(looseText(Buffer.from('\\u00zz\\u1234')), '\\u00zz\\u1234');
  for (const spelt of ['jſonrpc toKens', 'j\\u017Fonrpc to\u212Aens', 'j\\u017fonrpc TO\\u212aENS'])
    assert.match(looseText(Buffer.from(spelt)), /^jsonrpc tokens$/, spelt);
});

test('behind more blanks than anybody sends there may be anything', () => {
  assert.equal(startsJson(Buffer.from(`${' '.repeat(4095)}x`)), false);
  assert.equal(startsJson(Buffer.from(`${' '.repeat(4096)}x`)), true);
  assert.equal(startsJson(Buffer.from(' '.repeat(100))), false);
});
