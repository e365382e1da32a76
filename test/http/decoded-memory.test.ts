// Small bodies that become large when they are decoded count as what they become (threat G3).

import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createMemoryBudget } from '../../src/http/memory-budget.ts';
import { RequestBody } from '../../src/http/request-body.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const MIB = 1_048_576;

test('decoded bytes are part of the bound on all bodies, and are given back', async () => {
  const budget = createMemoryBudget(2 * MIB);
  const zeros = gzipSync(Buffer.alloc(MIB));
  const coded = (): RequestBody =>
    new RequestBody(
      { stream: Readable.from([zeros], { objectMode: false }), declaredBytes: null, encodings: ['gzip'], invite: null },
      budget,
    );
  const first = coded();
  assert.equal((await first.inspect({ kind: 'whole' }, MIB)).bytes.length, MIB);
  assert.equal(budget.used, MIB + zeros.length);
  const second = coded();
  await throwsWithCode('MEMORY_EXHAUSTED', () => second.inspect({ kind: 'whole' }, MIB));
  second.release();
  first.release();
  assert.equal(budget.used, 0);
});
