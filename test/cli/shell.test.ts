// Assignments survive the shells they are for: nothing in a value is expanded.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { exportLines } from '../../src/cli/shell.ts';

const NASTY = `a'b"c $HOME \`id\` \\ %PATH% !x; echo no`;

test('sh reads back exactly what was given', () => {
  const script = `${exportLines('sh', [
    ['INTERLOCK_A', NASTY],
    ['INTERLOCK_B', ''],
  ]).join('\n')}\nprintf '%s|%s' "$INTERLOCK_A" "$INTERLOCK_B"`;
  assert.equal(execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }), `${NASTY}|`);
});

test('fish and PowerShell quote as their manuals say', () => {
  assert.deepEqual(exportLines('fish', [['A', `it's a \\ $x`]]), [`set -gx A 'it\\'s a \\\\ $x'`]);
  assert.deepEqual(exportLines('powershell', [['A', `it's \u2019 $x`]]), [`$env:A = 'it''s \u2019\u2019 $x'`]);
});
