// Bytes and digests of what passed, whatever pieces it came in.

import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { createBodyMeter, metered } from '../../src/http/body-meter.ts';

for (const pieces of [[], ['a'], ['a', 'b'], ['a', '', 'bc', 'd']]) {
  test(`${JSON.stringify(pieces)} is digested as one`, async () => {
    const meter = createBodyMeter();
    const passed: Buffer[] = [];
    async function* body(): AsyncGenerator<Buffer> {
      for (const piece of pieces) yield Buffer.from(piece);
    }
    for await (const chunk of metered(body(), meter)) passed.push(chunk);
    const text = pieces.join('');
    assert.equal(Buffer.concat(passed).toString(), text);
    assert.deepEqual([meter.bytes, meter.digest()], [text.length, pieces.length === 0 ? null : hash('sha256', text, 'hex')]);
  });
}
