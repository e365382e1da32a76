// aws-chunked framing: payloads come out whole, and bytes that hide in the framing are a problem.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { deframeAwsChunked } from '../../src/classify/aws-chunked.ts';

const read = (text: string, declared: number | null = null): string | null =>
  deframeAwsChunked(Buffer.from(text, 'latin1'), declared).bytes?.toString('latin1') ?? null;

test('the frame that the SDK sends', () => {
  assert.equal(read('b\r\nhello world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n', 11), 'hello world');
  assert.equal(read(`5;chunk-signature=${'a'.repeat(64)}\r\nhello\r\n0;chunk-signature=${'b'.repeat(64)}\r\n\r\n`), 'hello');
});

test('any chunks come back joined', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { maxLength: 20 }), (chunks) => {
      const framed = chunks.flatMap((chunk) => [
        Buffer.from(`${chunk.length.toString(16)}\r\n`),
        Buffer.from(chunk),
        Buffer.from('\r\n'),
      ]);
      const { bytes } = deframeAwsChunked(Buffer.concat([...framed, Buffer.from('0\r\n\r\n')]), null);
      assert.deepEqual(bytes, Buffer.concat(chunks));
    }),
  );
});

for (const [name, text, declared] of [
  ['an extension', '5;x=<Delete>\r\nhello\r\n0\r\n\r\n', null],
  ['a body that ends early', '5\r\nhel', null],
  ['a wrong length', '4\r\nhello\r\n0\r\n\r\n', null],
  ['bytes behind the end', '5\r\nhello\r\n0\r\n\r\nmore', null],
  ['a trailer that is none', '5\r\nhello\r\n0\r\nhost: evil\r\n\r\n', null],
  ['another length than declared', '5\r\nhello\r\n0\r\n\r\n', 6],
  ['no end', '5\r\nhello\r\n', null],
] as const)
  test(`${name} is a problem`, () => assert.equal(read(text, declared), null));

test('a million empty lines hold nobody up', () => {
  const bytes = Buffer.from('1\r\na\r\n'.repeat(180_000));
  const started = performance.now();
  assert.notEqual(deframeAwsChunked(bytes, null).problem, null);
  assert.ok(performance.now() - started < 10_000);
});
