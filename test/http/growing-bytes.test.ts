// Bytes that grow in one piece.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { growingBytes } from '../../src/http/growing-bytes.ts';

it('holds all chunks in order, and what was given out before does not change', () => {
  const first = Buffer.from('a');
  const bytes = growingBytes(first);
  const seen = ['b', '', 'cde', 'f', 'g'.repeat(100)].map((chunk) => bytes.add(Buffer.from(chunk)));
  first[0] = 0;
  assert.deepEqual(
    seen.map((one) => one.toString()),
    ['ab', 'ab', 'abcde', 'abcdef', `abcdef${'g'.repeat(100)}`],
  );
});

it('costs no more for many small chunks than for few large ones', () => {
  const bytes = growingBytes(Buffer.alloc(0));
  const chunk = Buffer.alloc(8);
  const started = performance.now();
  let length = 0;
  for (let count = 0; count < 131_072; count += 1) length = bytes.add(chunk).length;
  assert.equal(length, 1024 * 1024);
  assert.ok(performance.now() - started < 10_000);
});
