// Tables are aligned and stay plain text.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { table } from '../../src/cli/table.ts';

test('columns are as wide as their widest cell, without trailing space', () => {
  assert.deepEqual(
    table(
      ['A', 'LONGER'],
      [
        ['xyz', '1'],
        ['y', ''],
      ],
    ),
    ['A    LONGER', 'xyz  1', 'y'],
  );
});

test('a cell can neither draw on the terminal nor fill it', () => {
  const [, row = ''] = table(['A'], [[`\u001b]0;x\u0007\n${'y'.repeat(500)}`]]);
  assert.ok(!/[\u001b\u0007\n]/.test(row));
  assert.ok(row.length <= 100);
});
