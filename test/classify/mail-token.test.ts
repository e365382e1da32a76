// The tokens of an address list: what readers agree on, and nothing else.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailTokens } from '../../src/classify/mail-token.ts';

function kinds(text: string): string | null {
  return (
    mailTokens(text)
      ?.map((token) => ('text' in token ? `${token.kind}:${token.text}` : token.kind))
      .join(' ') ?? null
  );
}

test('words, quoted strings, comments and signs', () => {
  assert.equal(kinds('Bob "B, C" <b@ex.com> (x), d'), 'text:Bob quoted:"B, C" < text:b@ex.com > comment , text:d');
  assert.equal(kinds('"a b"@ex.com'), 'text:"a b"@ex.com');
  assert.equal(kinds('G:;'), 'text:G : ;');
  assert.equal(kinds(''), '');
});

test('what has no end, no start or two readings is no token', () => {
  for (const text of ['"a', '(a', 'a)', '[a]', 'a\\b', '(a(b))', '(a@b)', 'a(b)', '"a""b"', 'a"b"', '"a"b"c"'])
    assert.equal(kinds(text), null, text);
});
