// Agents' text in sentences.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sentenceText } from '../../src/decide/sentence-text.ts';

describe('plain text', () => {
  it('has no control, bidi or invisible characters (threat D4)', () => {
    assert.equal(sentenceText('a\u001b[31mb\r\nc\u202ed\u200be\u2028f\0g', 80), 'a [31mb c d e f g');
  });

  it('has an end', () => {
    assert.equal(sentenceText('x'.repeat(100), 10), `${'x'.repeat(9)}…`);
    assert.equal(sentenceText('x'.repeat(10), 10), 'x'.repeat(10));
    assert.ok(sentenceText('\0'.repeat(1_000_000), 10).length <= 10);
  });

  it('is well formed even where it was cut', () => {
    assert.ok(sentenceText(`${'😀'.repeat(50)}\ud800`, 10).isWellFormed());
  });
});
