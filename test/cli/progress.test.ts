// Progress is told in tenths, and not at all for what is over at once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressLine } from '../../src/cli/progress.ts';
import { fakeCli } from './fake-cli.ts';

test('nine lines at most', () => {
  const it = fakeCli();
  const progress = progressLine(it.cli.terminal);
  for (let done = 0; done <= 100_000; done += 100) progress.show(done, 100_000);
  progress.end();
  assert.equal(it.err().split('\n').length, 11);
});

test('nothing for an empty ledger', () => {
  const it = fakeCli();
  const progress = progressLine(it.cli.terminal);
  progress.show(0, 0);
  progress.end();
  assert.equal(it.err(), '');
});
