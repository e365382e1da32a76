// The DER writer against known encodings, and the reader against hostile ones.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  bitString,
  explicit,
  implicit,
  integer,
  octetString,
  oid,
  readElements,
  sequence,
  set,
  time,
  utf8String,
  yes,
} from '../../src/tls/der.ts';

const hex = (bytes: Buffer): string => bytes.toString('hex');

describe('DER writer', () => {
  it('writes every type as X.690 says', () => {
    assert.equal(hex(integer(Buffer.of(2))), '020102');
    assert.equal(hex(integer(Buffer.of(0x80))), '02020080');
    assert.equal(hex(integer(Buffer.of(0, 0, 0x7f))), '02017f');
    assert.equal(hex(integer(Buffer.of())), '020100');
    assert.equal(hex(yes()), '0101ff');
    assert.equal(hex(octetString(Buffer.of(1), Buffer.of(2))), '04020102');
    assert.equal(hex(bitString(Buffer.of(0x80), 7)), '03020780');
    assert.equal(hex(utf8String('é')), '0c02c3a9');
    assert.equal(hex(oid('2.5.29.17')), '0603551d11');
    assert.equal(hex(oid('1.2.840.10045.4.3.2')), '06082a8648ce3d040302');
    assert.equal(hex(sequence()), '3000');
    assert.equal(hex(set(yes())), '31030101ff');
    assert.equal(hex(explicit(3, yes())), 'a3030101ff');
    assert.equal(hex(implicit(2, Buffer.from('a'))), '820161');
  });

  it('writes lengths in their shortest form', () => {
    for (const [length, header] of [
      [127, '047f'],
      [128, '048180'],
      [255, '0481ff'],
      [256, '04820100'],
      [65_536, '0483010000'],
    ] as const) {
      assert.ok(hex(octetString(Buffer.alloc(length))).startsWith(header));
    }
  });

  it('changes the form of time with the year 2050', () => {
    assert.equal(time(new Date('2049-12-31T23:59:59.999Z')).toString('latin1'), '\x17\x0d491231235959Z');
    assert.equal(time(new Date('2050-01-01T00:00:00Z')).toString('latin1'), '\x18\x0f20500101000000Z');
  });
});

describe('DER reader', () => {
  it('reads back what was written', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), (contents) => {
        const read = readElements(Buffer.concat(contents.map((content) => octetString(Buffer.from(content)))));
        assert.deepEqual(
          read.map((element) => hex(element.content)),
          contents.map((content) => hex(Buffer.from(content))),
        );
      }),
    );
  });

  it('ends in a RangeError on anything cut short, indefinite or too long', () => {
    for (const text of ['30', '3001', '3080', '3085ffffffffff', '30820100', '0403aabb']) {
      assert.throws(() => readElements(Buffer.from(text, 'hex')), RangeError);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          readElements(Buffer.from(bytes));
        } catch (error) {
          assert.ok(error instanceof RangeError);
        }
      }),
    );
  });
});
