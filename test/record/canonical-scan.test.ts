// The scan over bytes: what it is sure of is canonical, and it is sure of what entries hold.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonical } from '../../src/record/canonical.ts';
import type { Json } from '../../src/record/canonical.ts';
import { valueEnd } from '../../src/record/canonical-scan.ts';

const NOTHING = { member: () => undefined, step: () => undefined, object: () => 0 };

function isSure(text: string): boolean {
  const bytes = Buffer.from(`${text}~`);
  return valueEnd(bytes, 0, 0, NOTHING) === bytes.length - 1;
}

function isCanonical(text: string): boolean {
  try {
    return canonical(JSON.parse(text) as Json) === text;
  } catch {
    return false;
  }
}

/** In the one form, where it has one. */
function canonically(text: string): string {
  try {
    return canonical(JSON.parse(text) as Json);
  } catch {
    return text;
  }
}

test('what it is sure of is canonical, however texts are spelled', () => {
  const spelled = fc.oneof(
    fc.json().map(canonically),
    fc.json(),
    fc.string({ unit: fc.constantFrom(...Array.from('{}[]",:\\u001bfntrue0123456789-.eE aA\n\u00e9')) }),
  );
  fc.assert(
    fc.property(spelled, (text) => !isSure(text) || isCanonical(text)),
    { numRuns: 3_000 },
  );
});

test('one character more, less or other never makes it sure of what is not canonical', () => {
  const entry = canonical({
    a: [1, -20, true, false, null, 'x\n\u0001"\\é'],
    b: { commitment: 'c' },
    c: {},
    d: [],
    type: 'verdict',
  });
  const letters = ['"', '\\', ' ', '0', ',', '}', ']', 'a', 'u', 'F', '\t', '.', '-'];
  assert.ok(isSure(entry));
  for (let i = 0; i < entry.length; i += 1)
    for (const letter of ['', ...letters])
      for (const text of [entry.slice(0, i) + letter + entry.slice(i + 1), entry.slice(0, i) + letter + entry.slice(i)])
        assert.ok(!isSure(text) || isCanonical(text), text);
});

for (const [what, text] of [
  ['white space', '{"a": 1}'],
  ['keys in another order', '{"b":1,"a":2}'],
  ['a key twice', '{"a":1,"a":1}'],
  ['a longer key before a shorter one', '{"aa":1,"a":2}'],
  ['an escape that is not needed', '"\\u0041"'],
  ['an escaped slash', '"\\/"'],
  ['capitals in an escape', '"\\u001F"'],
  ['the long form of a short escape', '"\\u000a"'],
  ['a raw control', '"\u0001"'],
  ['a lone surrogate', '"\\ud800"'],
  ['a leading zero', '01'],
  ['minus zero', '-0'],
  ['a plus', '+1'],
  ['a fraction of nothing', '1.0'],
  ['an exponent', '1e3'],
  ['an integer beyond 2^53', '9007199254740993'],
  ['a comma too much', '[1,]'],
  ['half a word', 'tru'],
  ['deeper than an entry goes', '['.repeat(17) + ']'.repeat(17)],
] as const)
  test(`it is not sure of ${what}`, () => assert.ok(!isSure(text)));
