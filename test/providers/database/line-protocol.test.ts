// The line protocol: the measurements of all points, and nothing out of a string.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readLines } from '../../../src/providers/database/line-protocol.ts';

const read = (text: string) => readLines(Buffer.from(text));

test('measurements are told once each, unescaped', () => {
  assert.deepEqual(read('cpu,host=a v=1 1\ncpu v=2\r\n# note\n\nmy\\ cpu\\,1 v="x, y"\n'), {
    measurements: ['cpu', 'my cpu,1'],
    count: 3,
  });
});

test('a string over several lines makes the lines unsure, for what stands in it is no name', () => {
  assert.equal(read('cpu note="a\nsecret v=1"\n'), null);
  assert.equal(read('cpu note="a \\" b"\n')?.count, 1);
});

test('nothing, odd bytes and too many names are not read', () => {
  assert.equal(read('\n# note\n'), null);
  assert.equal(readLines(Buffer.from([0xff, 0x20, 0x61])), null);
  assert.equal(read(',host=a v=1'), null);
  assert.equal(read(Array.from({ length: 300 }, (_, index) => `m${index} v=1`).join('\n')), null);
});

test('the name of every point that is written is told', () => {
  const name = fc.stringMatching(/^[a-z ,]{1,6}$/);
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 20 }), (names) => {
      const usable = names.map((text) => `m${text}`);
      const lines = usable.map((text) => `${text.replaceAll(/[ ,]/g, String.raw`\$&`)},t=1 v=1`);
      assert.deepEqual(read(lines.join('\n'))?.measurements, [...new Set(usable)]);
    }),
  );
});
