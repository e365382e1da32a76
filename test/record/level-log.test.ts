// LevelDB's files as LevelDB itself wrote them, read without it.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { crc32c, unmasked } from '../../src/record/crc32c.ts';
import { readBatch } from '../../src/record/level-batch.ts';
import { readLevelLog } from '../../src/record/level-log.ts';
import { readManifest } from '../../src/record/level-manifest.ts';
import { checkTable, readTable } from '../../src/record/level-table.ts';
import { unpackSnappy } from '../../src/record/snappy.ts';
import { openLevelStore } from '../../src/record/store.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('the checksum is that of RFC 3720 appendix B.4', () => {
  assert.equal(crc32c(Buffer.alloc(32)), 0x8a9136aa);
  assert.equal(crc32c(Buffer.alloc(32, 0xff)), 0x62a8ab43);
  assert.equal(crc32c(Buffer.from(Array.from({ length: 32 }, (_, i) => i))), 0x46dd794e);
  assert.equal(crc32c(Buffer.from('xx123456789'), 2), 0xe3069283);
  assert.equal(unmasked((((0xe3069283 >>> 15) | (0xe3069283 << 17)) + 0xa282ead8) >>> 0), 0xe3069283);
});

test('every change that was written is found again, in tables and logs', async (t) => {
  const dataDir = temporaryFolder(t);
  const written = new Map<string, string>();
  for (let run = 0; run < 2; run += 1) {
    const store = await openLevelStore(dataDir, { create: true });
    for (let i = 0; i < 60; i += 1) {
      const [put, value] = [`k${run}-${i}`, `${'värde '.repeat(i * i)}${i}`];
      written.set(put, value);
      await store.write([{ put, value }, { del: 'none' }], false);
    }
    assert.deepEqual(await store.damages(), []);
    await store.close();
  }
  const folder = join(dataDir, 'ledger');
  const found = new Map<string, string | null>();
  const counts = { log: 0, table: 0 };
  for (const name of readdirSync(folder)) {
    const file = readFileSync(join(folder, name));
    if (name.startsWith('MANIFEST')) assert.equal(readManifest(file)?.torn, false);
    if (name.endsWith('.log')) {
      const { records, damages, tornAt } = readLevelLog(file);
      assert.deepEqual([damages, tornAt], [[], null]);
      for (const { bytes } of records) for (const { key, value } of readBatch(bytes) ?? []) found.set(key, value);
      counts.log += records.length;
    }
    if (name.endsWith('.ldb')) {
      const { changes, damages } = readTable(file);
      assert.deepEqual(damages, []);
      for (const { key, value } of changes) found.set(key, value);
      counts.table += changes.length;
    }
  }
  assert.deepEqual([counts.log, counts.table > 60], [60, true]);
  for (const [key, value] of written) assert.equal(found.get(key), value, key);
});

test('whatever the bytes are, nothing throws, and a table that was changed is not sound', () => {
  for (let i = 0; i < 300; i += 1) {
    const bytes = Buffer.from(Array.from({ length: 40 + i }, () => Math.floor(Math.random() * 256)));
    readLevelLog(bytes);
    readBatch(bytes);
    assert.equal(readManifest(bytes), null);
    assert.equal(readTable(bytes).changes.length, 0);
    assert.notDeepEqual(checkTable(bytes), []);
  }
});

test('a packed block that lies about its length, or refers to what is not there, is refused', () => {
  assert.equal(unpackSnappy(Buffer.from([5, 0x10, ...Buffer.from('abcde')])).toString(), 'abcde');
  assert.equal(unpackSnappy(Buffer.from([6, 0x04, 97, 98, 0x01, 2])).toString(), 'ababab');
  for (const bytes of [[4, 0x10, 97, 98, 99, 100, 101], [6, 0x04, 97, 98, 0x01, 3], [9, 0x00, 97], [255, 255, 255, 255, 15], []])
    assert.throws(() => unpackSnappy(Buffer.from(bytes)), RangeError);
});
