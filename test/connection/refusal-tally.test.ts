// Refusals before identity: one entry a source and second, however many there are.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRefusalTally } from '../../src/connection/refusal-tally.ts';
import { memoryLedger } from '../support/memory-ledger.ts';

test('many refusals of one source are one entry, when the second is over', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const ledger = memoryLedger();
  const tally = createRefusalTally(ledger);
  for (let i = 0; i < 1_000; i += 1)
    tally.count('10.0.0.1', i % 2 === 0 ? 'IDENTITY_REQUIRED' : 'REQUEST_MALFORMED', `sample ${i}`);
  assert.equal(ledger.size, 0);
  context.mock.timers.tick(1_000);
  assert.deepEqual(ledger.bodies('refusals'), [
    {
      type: 'refusals',
      source: '10.0.0.1',
      count: 1_000,
      codes: { IDENTITY_REQUIRED: 500, REQUEST_MALFORMED: 500 },
      sample: 'sample 0',
    },
  ]);
});

// INVARIANT: spoofed sources grow neither the map nor the ledger.
test('sources beyond the 64th share one row, and samples are short', () => {
  const ledger = memoryLedger();
  const tally = createRefusalTally(ledger);
  for (let i = 0; i < 500; i += 1) tally.count(`10.0.0.${i}`, 'CLIENT_TLS', 'x'.repeat(5_000));
  tally.flush();
  const rows = ledger.bodies('refusals');
  assert.equal(rows.length, 65);
  assert.equal(rows.find((row) => row.source === 'others')?.count, 436);
  assert.ok(rows.every((row) => row.sample.length <= 200));
});

test('a stop writes what was counted, once', () => {
  const ledger = memoryLedger();
  const tally = createRefusalTally(ledger);
  tally.count('10.0.0.1', 'CLIENT_TLS', 'x');
  tally.flush();
  tally.flush();
  assert.equal(ledger.size, 1);
});
