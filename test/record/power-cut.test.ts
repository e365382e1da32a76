// A power cut at any moment, simulated: synced entries are there, the chain holds, and the first start is no exception. More in soak/.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { faultyDiskLibrary } from '../support/faulty-disk.ts';
import { checkCut, seeded, withAppended } from './cut-ledger.ts';

const library = await faultyDiskLibrary();

for (const [what, clients] of [
  ['small', 4],
  ['large', 24],
] as const)
  test(`a power cut loses no synced entry, whenever it comes between ${what} batches`, {
    skip: library === null && 'needs Linux and gcc',
  }, async () => {
    await withAppended({ appends: 60, padding: 0, clients }, async (record) => {
      const random = seeded(7);
      // Of a new store's first moments each one; later any.
      const moments = [
        ...Array.from({ length: 12 }, (_, i) => 2 * i + 2),
        ...Array.from({ length: 10 }, () => Math.floor(random() * record.length)),
      ];
      let entries = 0;
      for (const moment of moments) ({ entries } = await checkCut(record, moment, random));
      assert.ok(entries > 0);
    });
  });
