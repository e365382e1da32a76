// A diff is right when the old text comes out of it by leaving out what was put in, and the new one by leaving out what was taken out.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lineDiff, MAX_DIFF_CHARS, unifiedDiff } from '../../src/rollout/line-diff.ts';

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', '', 'dd'), { maxLength: 14 })
  .map((lines) => lines.map((l) => `${l}\n`).join(''));

test('both texts come out of any diff', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = lineDiff(before, after);
      const side = (other: string): string =>
        lines.flatMap(({ kind, text: line }) => (kind === other ? [] : [`${line}\n`])).join('');
      assert.equal(side('+'), before);
      assert.equal(side('-'), after);
    }),
  );
});

test('the way is a shortest one', () => {
  const edits = (before: string, after: string): number => lineDiff(before, after).filter(({ kind }) => kind !== ' ').length;
  fc.assert(
    fc.property(text, text, (before, after) => {
      const [a, b] = [before.split('\n').slice(0, -1), after.split('\n').slice(0, -1)];
      // Longest common subsequence, the slow way.
      const rows = a.reduce<number[]>((above, line) => {
        const row: number[] = [];
        for (const [j, other] of b.entries())
          row.push(line === other ? (above[j - 1] ?? 0) + 1 : Math.max(above[j] ?? 0, row[j - 1] ?? 0));
        return row;
      }, []);
      assert.equal(edits(before, after), a.length + b.length - 2 * (rows.at(-1) ?? 0));
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
  assert.match(unifiedDiff('a\n', 'a'), /only the end/);
});

test('texts that have nothing in common take no more than a moment, and long diffs are cut', () => {
  const many = (prefix: string): string => Array.from({ length: 40_000 }, (_, i) => `${prefix}${i}`).join('\n');
  const startedMs = performance.now();
  const diff = unifiedDiff(many('a'), many('b'));
  assert.ok(performance.now() - startedMs < 2_000);
  assert.ok(diff.length < MAX_DIFF_CHARS + 100);
  assert.match(diff, /more characters\n$/);
});
