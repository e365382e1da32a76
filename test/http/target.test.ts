import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTarget } from '../../src/http/target.ts';

test('plain paths are split into segments', () => {
  assert.deepEqual(parseTarget('/v1/refunds?expand=1'), {
    path: '/v1/refunds',
    segments: ['v1', 'refunds'],
    ambiguous: false,
    query: 'expand=1',
  });
  assert.deepEqual(parseTarget('/').segments, []);
  assert.deepEqual(parseTarget('/v1/refunds/').segments, ['v1', 'refunds']);
});

test('an encoded slash stays inside its segment, over-encoding is undone', () => {
  assert.deepEqual(parseTarget('/repos/o/r/git/refs/heads%2Fmain').segments, ['repos', 'o', 'r', 'git', 'refs', 'heads/main']);
  assert.deepEqual(parseTarget('/v1/%72efunds').segments, ['v1', 'refunds']);
  assert.deepEqual(parseTarget('/v1/%72efunds/').segments, ['v1', 'refunds']);
});

test('a plus is a plus in a path, and an encoded `?` or `#` ends nothing', () => {
  assert.deepEqual(parseTarget('/a+b%20c').segments, ['a+b c']);
  const { segments, query } = parseTarget('/v1/refunds%3Fa=1%23b?c=2');
  assert.deepEqual([segments, query], [['v1', 'refunds?a=1#b'], 'c=2']);
});

for (const target of [
  '/a/../b',
  '/a/%2e%2e/b',
  '/a/.%2E/b',
  '/./a',
  '/a\\b',
  '/a%5cb',
  '/a%00',
  '/a%zz',
  '/a#b',
  '/a?b#c',
  '/a b',
  '/a\tb',
  '/ä',
  'a',
  '',
  '/a%0d%0ab',
  '/a%1Fb',
  '/a%7f',
  '/a%00%ff',
  '/a%0d%0a%c0%af',
]) {
  test(`refuses ${JSON.stringify(target)}`, () => {
    assert.throws(() => parseTarget(target), { code: 'REQUEST_MALFORMED' });
  });
}

for (const target of [
  '//v1/refunds',
  '/v1//refunds',
  '/v1/refunds;x=1',
  '/v1/%2572efunds',
  '/v1/%c0%af',
  '/a/b%2f..%2fc',
  '/a/..;/b',
]) {
  test(`marks ${target} as ambiguous`, () => {
    assert.equal(parseTarget(target).ambiguous, true);
  });
}

test('an overlong target is refused', () => {
  assert.throws(() => parseTarget(`/${'a'.repeat(70_000)}`), { code: 'REQUEST_MALFORMED' });
});
