// Sinks are told with their place, their lag and how it went last; one that fails ends the command with 1.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeCli } from './fake-cli.ts';

test('each sink has a line', async () => {
  const it = fakeCli();
  assert.equal(await it.run('ledger', 'export', '--status'), 1);
  assert.match(it.out(), /disk +\/var\/out\.jsonl +41 +0 +2026-01-01T00:00:00\.000Z +-\n/);
  assert.match(it.out(), /siem +siem:6514 +- +41 +none since the start +2026-01-01T00:00:00\.000Z down/);
});

test('without --status an export needs to know where to', async () => {
  const it = fakeCli();
  assert.equal(await it.run('ledger', 'export'), 2);
  assert.match(it.err(), /--output/);
});
