// An upstream is asked for nothing that could not be read, and for nothing that the client did not accept.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readableCodings, wholeAnswer } from '../../src/observe/readable-answer.ts';

for (const [asked, left] of [
  ['gzip, deflate, br, zstd', 'gzip, deflate, br, zstd'],
  ['gzip;q=0.5, identity;q=0', 'gzip;q=0.5, identity;q=0'],
  ['br, lz4, gzip;q=0.1', 'br, gzip;q=0.1'],
  ['lz4', 'identity'],
  ['*', 'identity'],
] as const)
  test(`accept-encoding: ${asked}`, () => {
    assert.deepEqual(readableCodings(['Accept', '*/*', 'accept-encoding', asked]), ['Accept', '*/*', 'accept-encoding', left]);
  });

test('repeats are one list, and none stays none', () => {
  assert.deepEqual(readableCodings(['Accept-Encoding', 'gzip', 'accept-encoding', 'dcb']), ['accept-encoding', 'gzip']);
  const none = ['Accept', '*/*'];
  assert.equal(readableCodings(none), none);
});

test('no part of an answer is asked for that must be rewritten', () => {
  assert.deepEqual(wholeAnswer(['Range', 'bytes=0-5', 'If-Range', '"1"', 'Accept', '*/*']), ['Accept', '*/*']);
});
