// Multipart bodies under a binding: the boundary may change, the parts may not, and what is doubtful counts byte for byte.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readContent } from '../../src/approve/binding-content.ts';

const type = (boundary: string): string[] => [`multipart/form-data; boundary=${boundary}`];
const body = (boundary: string, parts: readonly string[], end = '\r\n'): Buffer =>
  Buffer.from(`${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--${end}`, 'latin1');
const PARTS = [
  'Content-Disposition: form-data; name="to"\r\n\r\nada@example.com',
  'Content-Disposition: form-data; name="text"\r\n\r\nhello',
];

test('two tries with boundaries of their own are the same parts in the same order', () => {
  const one = readContent(type('abc123'), body('abc123', PARTS));
  const two = readContent(['Multipart/Form-Data; boundary="xyz789"'], body('xyz789', PARTS, ''));
  assert.equal(one.kind, 'parts');
  assert.deepEqual(one.pieces.map(String), PARTS);
  assert.deepEqual(two, one);
  assert.notDeepEqual(readContent(type('abc123'), body('abc123', [...PARTS].reverse())), one);
  assert.notDeepEqual(readContent(['multipart/mixed; boundary=abc123'], body('abc123', PARTS)), one);
});

test('whatever another parser could read differently counts whole, boundary and all', () => {
  const good = body('b', PARTS);
  const doubtful: [string[], Buffer][] = [
    [type('b'), Buffer.concat([Buffer.from('preamble\r\n'), good])],
    [type('b'), Buffer.concat([good, Buffer.from('epilogue')])],
    [type('b'), Buffer.from(good.toString().replaceAll('\r\n', '\n'))],
    [type('b'), good.subarray(0, -6)],
    [type('b'), Buffer.from('--b--')],
    [type('b'), Buffer.from('--b \r\nx\r\n--b--')],
    [type('b'), body('b', ['a\n--b\nhidden'])],
    [type('b'), body('b', ['a\r\n--bcd\r\nhidden'])],
    [type('b'), body('b', ['--b'])],
    [[...type('b'), ...type('b')], good],
    [['multipart/form-data; boundary=b; boundary=c'], good],
    [['multipart/form-data; boundary="b "'], good],
    [['multipart/form-data; boundary*=b'], good],
    [['multipart/form-data'], good],
    [['text/plain; boundary=b'], good],
    [type('b'.repeat(71)), body('b'.repeat(71), PARTS)],
    [
      type('b'),
      body(
        'b',
        Array.from({ length: 1_001 }, () => 'x'),
      ),
    ],
    [[], good],
  ];
  for (const [types, bytes] of doubtful) {
    const content = readContent(types, bytes);
    assert.equal(content.kind, 'body', `${types.join()} ${bytes.toString('latin1', 0, 60)}`);
    assert.deepEqual(content.types, types);
    assert.equal(content.pieces[0], bytes);
  }
});

test("an agent can't hide a part behind a boundary that it draws later", () => {
  const approved = readContent(type('X'), body('X', ['a\r\n--Yz\r\nevil']));
  const sent = readContent(type('Y'), body('Y', ['a\r\n--Yz\r\nevil']));
  assert.equal(approved.kind, 'parts');
  assert.notDeepEqual(sent, approved);
});

test('parts put together and taken apart are the same parts', () => {
  const part = fc
    .string({ unit: fc.constantFrom('a', '-', '\r', '\n', ' ', '\r\n', '--', '--B') })
    .filter((text) => !text.includes('--B'));
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
      const content = readContent(type('B'), body('B', parts));
      if (content.kind === 'parts') assert.deepEqual(content.pieces.map(String), parts);
    }),
    { numRuns: 500 },
  );
});
