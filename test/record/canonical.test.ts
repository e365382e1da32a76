// Canonical JSON against RFC 8785's own examples and against its definition, on random values.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonical } from '../../src/record/canonical.ts';
import type { Json } from '../../src/record/canonical.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

/** RFC 8785 read literally: sort by UTF-16 code units, ECMAScript for the leaves. */
function definition(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(definition).join(',')}]`;
  const keys = Object.keys(value).sort((a, b) => compareUnits(a, b));
  return `{${keys.map((key) => `${JSON.stringify(key)}:${definition(Object.getOwnPropertyDescriptor(value, key)?.value)}`).join(',')}}`;
}

function compareUnits(a: string, b: string): number {
  for (let i = 0; i < Math.min(a.length, b.length); i += 1)
    if (a.charCodeAt(i) !== b.charCodeAt(i)) return a.charCodeAt(i) - b.charCodeAt(i);
  return a.length - b.length;
}

function parsed(text: string): Json {
  const value: Json = JSON.parse(text);
  return value;
}

/** As a caller without types would call it. */
function canonicalOf(value: unknown): string {
  const call: (value: never) => string = canonical;
  const written: string = Reflect.apply(call, undefined, [value]);
  return written;
}

const text = fc.string({ unit: 'grapheme-composite' }).map((value) => value.toWellFormed());
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.boolean(),
    fc.constant(null),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }),
  object: fc.dictionary(fc.oneof(text, fc.nat(20).map(String)), tie('value'), { maxKeys: 6 }),
})).value;

test('random values come out as the definition says and read back the same', () => {
  fc.assert(
    fc.property(json, (value) => {
      const written = canonicalOf(value);
      assert.equal(written, definition(value));
      assert.equal(canonical(parsed(written)), written);
    }),
    { numRuns: 500 },
  );
});

test('the order of keys does not matter', () => {
  fc.assert(
    fc.property(fc.dictionary(text, fc.integer(), { maxKeys: 8 }), (value) => {
      assert.equal(canonical(Object.fromEntries(Object.entries(value).reverse())), canonical(value));
    }),
  );
});

test('keys sort by UTF-16 units, as in RFC 8785 section 3.2.3', () => {
  const keys = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
  const value = Object.fromEntries(keys.map((key, i) => [key, i]));
  assert.equal(canonical(value), '{"\\r":1,"1":3,"\u0080":5,"\u00f6":6,"\u20ac":0,"\ud83d\ude00":4,"\ufb33":2}');
});

test('index-like keys sort as text, although objects list them as numbers', () => {
  assert.equal(canonical({ 9: 'a', 10: 'b' }), '{"10":"b","9":"a"}');
});

test('numbers and escapes are those of RFC 8785 sections 3.2.2.2 and 3.2.2.3', () => {
  assert.equal(canonical([-0, 1e21 / 1e21, 4.5, 2e-3, 0.000000000000000000000000001]), '[0,1,4.5,0.002,1e-27]');
  assert.equal(canonical('\u20ac$\u000f\nA\'B"\\\\"/'), '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"');
});

test('what has no single canonical form is refused', async () => {
  const nested = parsed('['.repeat(40) + ']'.repeat(40));
  const refused: unknown[] = [
    '\ud800',
    { '\udc00': 1 },
    2 ** 53,
    -(2 ** 53),
    Number.NaN,
    Number.POSITIVE_INFINITY,
    undefined,
    { a: undefined },
    new Array(2),
    1n,
    new Date(0),
    Buffer.from('x'),
    () => 1,
    nested,
  ];
  for (const value of refused) await throwsWithCode('RECORD_FAILED', () => canonicalOf(value));
});
