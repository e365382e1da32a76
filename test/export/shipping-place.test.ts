// The cursor of a sink: on disk before it counts, this ledger's alone, and no hindrance to what retention takes away.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { shippingPlace } from '../../src/export/shipping-place.ts';
import { temporaryFolder } from '../record/temporary-folder.ts';

/** Entries `first` to `size`; those before were let go. */
function chainOf(first: number, size: number): Parameters<typeof shippingPlace>[1] {
  return {
    size,
    async *stored(from, limit) {
      const start = Math.max(from, first);
      for (let sequence = start; sequence < Math.min(size, start + limit); sequence += 1)
        yield { sequence, text: `entry ${sequence}`, hidden: null };
    },
  };
}

test('a cursor whose entry retention took away is still good, and one that can not be read is not taken for none', async (t) => {
  const file = join(temporaryFolder(t), 'siem.cursor');
  await shippingPlace(file, chainOf(0, 10)).write(5);
  assert.equal(await shippingPlace(file, chainOf(0, 10)).read(), 5);
  assert.equal(await shippingPlace(file, chainOf(8, 10)).read(), 5);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const folder = join(temporaryFolder(t), 'siem.cursor');
  mkdirSync(folder);
  await assert.rejects(shippingPlace(folder, chainOf(0, 10)).read(), { code: 'EISDIR' });
});

test('the new cursor is on disk before it takes the place of the one before', async (t) => {
  const file = join(temporaryFolder(t), 'siem.cursor');
  const place = shippingPlace(file, chainOf(0, 10));
  await place.write(1);
  const handle = await open(file);
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const synced: string[] = [];
  t.mock.method(prototype, 'datasync', () => {
    synced.push(readFileSync(file, 'utf8'), readFileSync(`${file}.draft`, 'utf8'));
    return Promise.resolve();
  });
  await place.write(2);
  assert.deepEqual(
    synced.map((text) => text.split(' ')[0]),
    ['1', '2'],
  );
  assert.equal(await place.read(), 2);
});
