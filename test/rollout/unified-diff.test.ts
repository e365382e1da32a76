// A diff is right when the new text comes out of the old one by it; and no two texts keep the thread for long.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyPatch } from 'diff';
import fc from 'fast-check';
import { MAX_DIFF_CHARS, unifiedDiff } from '../../src/rollout/unified-diff.ts';

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', '', 'dd'), { maxLength: 14 })
  .map((lines) => lines.map((l) => `${l}\n`).join(''));

test('the new text comes out of the old one', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const diff = unifiedDiff(before, after);
      assert.equal(diff === '' ? before : applyPatch(before, diff), after);
    }),
  );
});

test('hunks have three lines around a change and the numbers that diff(1) gives', () => {
  const lines = Array.from({ length: 20 }, (_, i) => `l${i + 1}`);
  const after = lines.map((line) => (line === 'l3' ? 'three' : line)).filter((line) => line !== 'l15');
  assert.equal(
    unifiedDiff(`${lines.join('\n')}\n`, `${after.join('\n')}\n`),
    ['@@ -1,6 +1,6 @@', ' l1', ' l2', '-l3', '+three', ' l4', ' l5', ' l6', '@@ -12,7 +12,6 @@', ' l12', ' l13', ' l14', '-l15']
      .concat([' l16', ' l17', ' l18', ''])
      .join('\n'),
  );
  assert.equal(unifiedDiff('', 'a\nb\n'), '@@ -0,0 +1,2 @@\n+a\n+b\n');
  assert.equal(unifiedDiff('a\n', 'a\n'), '');
  assert.match(unifiedDiff('a\n', 'a'), /No newline at end of file/);
});

test('texts that have nothing in common are told whole, one after the other, and long diffs are cut', () => {
  const many = (prefix: string, count: number): string => Array.from({ length: count }, (_, i) => `${prefix}${i}\n`).join('');
  const diff = unifiedDiff(many('a', 2_000), many('b', 1_500));
  assert.match(diff, /^@@ -1,2000 \+1,1500 @@\n-a0\n/);
  assert.equal(applyPatch(many('a', 2_000), diff), many('b', 1_500));
  const cut = unifiedDiff(many('a', 40_000), many('b', 40_000));
  assert.ok(cut.length < MAX_DIFF_CHARS + 100);
  assert.match(cut, /more characters\n$/);
});

test('texts that are long, or differ in very many places, are not compared line by line', () => {
  const lines = (count: number, differs: (i: number) => boolean, mark: string): string =>
    Array.from({ length: count }, (_, i) => `${i}${differs(i) ? mark : ''}\n`).join('');
  const hunks = (diff: string): number => diff.split('\n').filter((line) => line.startsWith('@@')).length;
  const spread = (count: number): string =>
    unifiedDiff(
      lines(count, (i) => i % 20 === 0, 'a'),
      lines(count, (i) => i % 20 === 0, 'b'),
    );
  assert.equal(hunks(spread(2_000)), 100);
  assert.equal(hunks(spread(9_000)), 1, '900 edits');
  const one = (count: number): string =>
    unifiedDiff(
      lines(count, (i) => i === 5_000, 'a'),
      lines(count, (i) => i === 5_000, 'b'),
    );
  assert.ok(one(9_000).length < 200);
  assert.match(one(10_001), /^@@ -1,10001 \+1,10001 @@/);
});
