// The memory of answers is bounded, in entries and in the length of keys.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMemo } from '../../src/decide/memo.ts';

describe('memo', () => {
  it('never holds more than it was told', () => {
    const memo = createMemo<number>(100);
    for (let i = 0; i < 10_000; i += 1) memo.set(`k${i}`, i);
    assert.ok(memo.size <= 100);
    assert.equal(memo.get('k9999'), 9999);
    assert.equal(memo.get('k1'), undefined);
  });

  it('keeps what is asked for while others come and go', () => {
    const memo = createMemo<number>(100);
    memo.set('kept', 1);
    for (let i = 0; i < 10_000; i += 1) {
      memo.set(`k${i}`, i);
      assert.equal(memo.get('kept'), 1);
    }
  });

  it('does not keep long keys', () => {
    const memo = createMemo<number>(100);
    memo.set('x'.repeat(10_000), 1);
    assert.equal(memo.size, 0);
  });

  it('forgets everything at once', () => {
    const memo = createMemo<number>(100);
    memo.set('a', 1);
    memo.clear();
    assert.equal(memo.get('a'), undefined);
  });
});
