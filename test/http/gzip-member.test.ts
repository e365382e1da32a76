// The header of a gzip body, with everything that may stand in it, and its trailer.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { gzipMember } from '../../src/http/gzip-member.ts';

const TEXT = Buffer.from('amount=500');
const DEFLATED = deflateRawSync(TEXT);
const TRAILER = gzipSync(TEXT).subarray(-8);

/** A body with these flags, and what they announce. */
function body(flags: number, ...announced: readonly string[]): Buffer {
  const fixed = Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3]);
  return Buffer.concat([fixed, Buffer.from(announced.join(''), 'latin1'), DEFLATED, TRAILER]);
}

for (const [name, bytes] of [
  ['nothing', body(0)],
  ['a hint that it is text', body(1)],
  ['a sum of the header', body(2, '\x01\x02')],
  ['more fields', body(4, '\x03\0', 'a\0b')],
  ['a name', body(8, 'to=\0')],
  ['a comment', body(16, '&to=x\0')],
  ['all of them', body(31, '\x01\0', 'x', 'name\0', 'comment\0', '\x01\x02')],
  ['what zlib writes', gzipSync(TEXT)],
] as const)
  test(`a header with ${name} is found whole`, () => {
    const member = gzipMember(bytes);
    assert.deepEqual(member?.deflated, DEFLATED);
    assert.equal(member?.vouchesFor(TEXT), true);
    assert.equal(member?.vouchesFor(Buffer.from('amount=501')), false);
    assert.equal(member?.vouchesFor(Buffer.concat([TEXT, TEXT])), false);
  });

for (const [name, bytes] of [
  ['a reserved flag', body(0x20)],
  ['another method', Buffer.concat([Buffer.from([0x1f, 0x8b, 7]), body(0).subarray(3)])],
  ['another mark', Buffer.concat([Buffer.from([0x1f, 0x8c]), body(0).subarray(2)])],
  ['a name without end', body(8, 'x').subarray(0, 12)],
  ['fields that go on behind the body', body(4, '\xff\xff')],
  ['no room for its trailer', body(0).subarray(0, 17)],
  ['nothing at all', Buffer.alloc(0)],
] as const)
  test(`${name} is no gzip body`, () => assert.equal(gzipMember(bytes), null));

test('never throws, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), (bytes, marked) => {
      const all = Buffer.concat([marked ? Buffer.from([0x1f, 0x8b, 8]) : Buffer.alloc(0), Buffer.from(bytes)]);
      const member = gzipMember(all);
      assert.ok(member === null || member.deflated.length <= all.length);
    }),
  );
});
