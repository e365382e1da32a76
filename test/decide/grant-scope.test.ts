// The grammar of @grant, and that joining two scopes is never wider than either.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatGrantScope, isWithin, parseGrantScope, strictestScope } from '../../src/decide/grant-scope.ts';

const scope = fc
  .record({
    session: fc.boolean(),
    target: fc.boolean(),
    minutes: fc.integer({ min: 1, max: 1440 }),
    uses: fc.option(fc.integer({ min: 1, max: 1000 })),
  })
  .map(({ minutes, ...rest }) => ({ ...rest, seconds: minutes * 60 }));

test('words in any order, a time or a count at least', () => {
  assert.deepEqual(parseGrantScope('target 10m session 3x'), { session: true, target: true, seconds: 600, uses: 3 });
  assert.deepEqual(parseGrantScope('5x'), { session: false, target: false, seconds: 86_400, uses: 5 });
  assert.deepEqual(parseGrantScope('24h'), { session: false, target: false, seconds: 86_400, uses: null });
  for (const wrong of [
    '',
    'session',
    'target session',
    '25h',
    '1441m',
    '0m',
    '0x',
    '1001x',
    '10m 10m',
    '10m 1h',
    '5x 6x',
    '10s',
    '-5x',
    '1e1m',
    '10M',
    '10m,target',
    'forever',
  ])
    assert.equal(parseGrantScope(wrong), null, wrong);
});

test('what is written is what is read', () => {
  fc.assert(fc.property(scope, (one) => assert.deepEqual(parseGrantScope(formatGrantScope(one)), one)));
});

test('the strictest of two is within both, and nothing wider is', () => {
  fc.assert(
    fc.property(scope, scope, (a, b) => {
      const both = strictestScope(a, b);
      assert.ok(isWithin(both, a) && isWithin(both, b));
    }),
  );
  const given = { session: false, target: false, seconds: 600, uses: null };
  assert.equal(isWithin(given, given), true);
  for (const tighter of [{ session: true }, { target: true }, { seconds: 60 }, { uses: 5 }])
    assert.equal(isWithin(given, { ...given, ...tighter }), false);
  assert.equal(isWithin({ ...given, uses: 4 }, { ...given, uses: 5 }), true);
});
