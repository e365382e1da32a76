// Long work in short pieces: a turn for everything else once a piece took its time, and none before.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { pacer } from '../../src/decide/pace.ts';

test('requests have their turn after each piece that took its time', async () => {
  const seen: string[] = [];
  const other = setImmediate().then(() => seen.push('other'));
  const rest = pacer(0);
  seen.push('one');
  await rest();
  seen.push('two');
  await other;
  assert.deepEqual(seen, ['one', 'other', 'two']);
});

test('what is quick goes on without a pause', () => {
  const rest = pacer(60_000);
  for (let i = 0; i < 1_000; i += 1) assert.equal(rest(), undefined);
});
