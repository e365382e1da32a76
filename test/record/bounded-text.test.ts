// Long text is cut, and what was cut can still be compared.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundedList, boundedText } from '../../src/record/bounded-text.ts';

test('short well-formed text stays as it is, control characters included', () => {
  assert.equal(boundedText('a\u0000\u001b[31m\u2028'), 'a\u0000\u001b[31m\u2028');
});

test('a lone surrogate becomes the replacement character', () => {
  assert.equal(boundedText('a\ud800b'), 'a\ufffdb');
});

test('texts that differ only behind the cut differ on record', () => {
  const [one, two] = [boundedText(`${'a'.repeat(100)}1`, 100), boundedText(`${'a'.repeat(100)}2`, 100)];
  assert.notEqual(one, two);
  assert.match(one, /^a{100}…\[\+1 chars, sha256 [0-9a-f]{64}\]$/);
});

test('tails that differ only in lone surrogates differ on record', () => {
  assert.notEqual(boundedText('aa\ud800', 2), boundedText('aa\ud801', 2));
});

test('a cut through a surrogate pair leaves well-formed text', () => {
  assert.ok(boundedText('a\ud83d\ude00', 2).isWellFormed());
});

test('a long list is cut with a digest of the rest', () => {
  const list = Array.from({ length: 5 }, (_, i) => `m${i}`);
  const kept = boundedList(list, 3);
  assert.deepEqual(kept.slice(0, 3), ['m0', 'm1', 'm2']);
  assert.match(kept[3] ?? '', /^…\[\+2 more, sha256 [0-9a-f]{64}\]$/);
  assert.notEqual(kept[3], boundedList([...list.slice(0, 4), 'other'], 3)[3]);
});
