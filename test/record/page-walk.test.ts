// Frames are walked from their bytes as pairs are from their texts.

import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { newWalk } from '../../src/record/chain-walk.ts';
import type { Walk } from '../../src/record/chain-walk.ts';
import { leafHash } from '../../src/record/entry-codec.ts';
import { trackExchanges } from '../../src/record/exchange-tracker.ts';
import { walkKeys } from '../../src/record/key-walk.ts';
import { pageWalk } from '../../src/record/page-walk.ts';
import { quickCheck } from '../../src/record/quick-check.ts';
import { hiddenKey, parseEntryKey } from '../../src/record/store-keys.ts';
import { chainPairs, outcomeOf, shadowOf, START, verdictOf } from './sample-bodies.ts';

const BODIES = [
  START,
  verdictOf('x1', { query: 'a=1' }),
  outcomeOf('x1', '1'),
  shadowOf('x2'),
  verdictOf('x3', { reason: 'ü' }),
  outcomeOf('x4', '3'),
];
const { pairs } = chainPairs(BODIES);
const texts = pairs.filter(([key]) => parseEntryKey(key)?.hidden === false).map(([, text]) => text);
const values = texts.map((_, i) => pairs.find(([key]) => key === hiddenKey(i))?.[1] ?? '');
const lines = (list: readonly string[]): Buffer => Buffer.from(list.map((text) => `${text}\n`).join(''));

function walked(page: Parameters<ReturnType<typeof pageWalk>['take']>[0]): { went: boolean; walk: Walk } {
  const walk = newWalk(trackExchanges(), walkKeys('0'.repeat(16)));
  const went = pageWalk(walk, quickCheck(), []).take(page);
  return { went, walk };
}

const seen = ({ went, walk }: ReturnType<typeof walked>): unknown => [
  went,
  walk.next,
  walk.hash,
  walk.peaks,
  walk.bad,
  walk.erased,
];

test('a frame is what its pairs are, with and without its values', () => {
  const frame = { first: 0, entries: lines(texts), values: lines(values) };
  assert.deepEqual(seen(walked(frame)), seen(walked(pairs)));
  const bare = pairs.filter(([key]) => parseEntryKey(key)?.hidden === false);
  assert.deepEqual(seen(walked({ ...frame, values: null })), seen(walked(bare)));
  assert.ok(walked({ ...frame, values: null }).walk.erased > 0);
});

test('a changed, missing or misplaced line is found as it is among pairs', () => {
  const swapped = values.map((text, i) => (i === 1 ? (values[4] ?? '') : text));
  assert.match(
    walked({ first: 0, entries: lines(texts), values: lines(swapped) }).walk.bad?.problem ?? '',
    /hidden values of entry 1/,
  );
  assert.match(walked({ first: 1, entries: lines(texts), values: null }).walk.bad?.problem ?? '', /entry 0 is missing/);
  const gap = texts.map((text, i) => (i === 2 ? '' : text));
  assert.match(walked({ first: 0, entries: lines(gap), values: null }).walk.bad?.problem ?? '', /entry 2 is missing/);
});

test('bytes that are no text are not hashed as they are', () => {
  const [first = ''] = chainPairs([verdictOf('xQ1')]).pairs.map(([, text]) => text);
  const entries = Buffer.from(`${first}\n`);
  entries[entries.indexOf('xQ1') + 1] = 0xff;
  const { walk } = walked({ first: 0, entries, values: null });
  const asBytes = hash('sha256', Buffer.concat([Buffer.alloc(1), entries.subarray(0, -1)]), 'hex');
  assert.notEqual(walk.hash, asBytes);
  assert.equal(walk.hash, leafHash(entries.toString('utf8').slice(0, -1)));
});
