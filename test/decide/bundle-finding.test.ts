// Places in files: bytes, UTF-16 units, lines and columns.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeFinding, errorAt, placeAt, utf16Offset, warningAt } from '../../src/decide/bundle-finding.ts';

describe('bundle findings', () => {
  it('count lines and columns from one', () => {
    assert.deepEqual(placeAt('ab\ncd', 0), { line: 1, column: 1 });
    assert.deepEqual(placeAt('ab\ncd', 3), { line: 2, column: 1 });
    assert.deepEqual(placeAt('ab\ncd', 4), { line: 2, column: 2 });
    assert.deepEqual(placeAt('ab\n', 3), { line: 2, column: 1 });
  });

  it('turn byte offsets into offsets of the text', () => {
    const text = 'aé€😀b';
    assert.deepEqual(
      [0, 1, 3, 6, 10].map((byte) => text.slice(utf16Offset(text, byte))),
      [text, 'é€😀b', '€😀b', '😀b', 'b'],
    );
  });

  it('read like a compiler wrote them', () => {
    assert.equal(
      describeFinding(errorAt('a.cedar', { line: 2, column: 3 }, 'wrong', 'right it')),
      'a.cedar:2:3: error: wrong (right it)',
    );
    assert.equal(describeFinding(warningAt('a.cedar', { line: 2, column: 3 }, 'odd')), 'a.cedar:2:3: warning: odd');
  });
});
