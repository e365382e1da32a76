// Damaged tables are told before LevelDB opens them: it would read some of them as they are, and end the process over others.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { checkTableEnd } from '../../src/record/level-table.ts';
import { inspectStore } from '../../src/record/store-check.ts';
import { openLevelStore } from '../../src/record/store.ts';
import { damagedTable } from '../../src/record/table-check.ts';
import { seeded } from './cut-ledger.ts';
import { temporaryFolder } from './temporary-folder.ts';

interface Tables {
  readonly dataDir: string;
  readonly folder: string;
  readonly names: readonly string[];
}

/** Two tables that span each other, of values that no packing makes smaller: their blocks are stored as they are. */
async function twoTables(t: TestContext): Promise<Tables> {
  const dataDir = temporaryFolder(t);
  const random = seeded(3);
  const value = () => Array.from({ length: 88 }, () => String.fromCharCode(33 + Math.floor(random() * 90))).join('');
  for (const run of [0, 1, 2]) {
    const store = await openLevelStore(dataDir, { create: true });
    for (let i = 0; i < 20; i += 1)
      await store.write([{ put: `e:${String(3 * i + run).padStart(16, '0')}`, value: value() }], false);
    await store.close();
  }
  const folder = join(dataDir, 'ledger');
  const names = readdirSync(folder).filter((name) => name.endsWith('.ldb'));
  assert.equal(names.length, 2);
  return { dataDir, folder, names };
}

const numbersOf = (names: readonly string[]) => names.map((name) => Number.parseInt(name, 10));

test('zeros anywhere in a table are told with its name, and so is each flipped bit', async (t) => {
  const { folder, names } = await twoTables(t);
  assert.equal((await inspectStore(folder)).kind, 'sound');
  for (const name of names) {
    const bytes = readFileSync(join(folder, name));
    for (let at = 0; at < bytes.length; at += 32) {
      for (const harm of [
        (copy: Buffer) => copy.fill(0, at, Math.min(bytes.length, at + 64)),
        (copy: Buffer) => copy.writeUInt8((copy[at] ?? 0) ^ 1, at),
      ]) {
        const copy = Buffer.from(bytes);
        harm(copy);
        // The footer is padded, with what nobody reads.
        const padding = at >= bytes.length - 40 && at < bytes.length - 8;
        if (copy.equals(bytes) || padding) continue;
        writeFileSync(join(folder, name), copy);
        const found = await inspectStore(folder);
        assert.ok(found.kind === 'damaged' && found.why.startsWith(`${name}: `), `${name} at ${at}: ${JSON.stringify(found)}`);
      }
    }
    writeFileSync(join(folder, name), bytes);
  }
  assert.equal((await inspectStore(folder)).kind, 'sound');
});

test('a table over which LevelDB ends the process is refused by name', async (t) => {
  const { dataDir, names } = await twoTables(t);
  const [name = ''] = names;
  const copy = join(temporaryFolder(t), 'copy');
  cpSync(dataDir, copy, { recursive: true });
  const file = join(copy, 'ledger', name);
  writeFileSync(file, readFileSync(file).fill(0, 256, 768));
  const module = join(import.meta.dirname, '../../src/record/open-store.ts');
  const script = `
    const { openStore } = await import(${JSON.stringify(module)});
    const { code, message } = await openStore(${JSON.stringify(copy)}, { create: false }).then(
      async (store) => {
        for await (const page of store.pages({ from: '', to: '~' })) void page;
        return { code: 'OPENED', message: '' };
      },
      (error) => error,
    );
    console.log(code, message);`;
  const ran = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  assert.equal(ran.signal, null, ran.stderr);
  assert.match(ran.stdout, new RegExp(`^STORE_CORRUPT .*damaged: ${name}: block at 0: its checksum is wrong`));
});

test('of tables that are too many to read, the end is looked at, and the rest where that is not enough', async (t) => {
  const { folder, names } = await twoTables(t);
  const [name = ''] = names;
  const bytes = readFileSync(join(folder, name));
  const cut = bytes.length - 600;
  assert.deepEqual(checkTableEnd(bytes.subarray(cut), cut), []);
  assert.match(checkTableEnd(bytes.subarray(-60), bytes.length - 60)[0] ?? '', /outside of the file/);
  const flipped = Buffer.from(bytes);
  flipped.writeUInt8((flipped[bytes.length - 60] ?? 0) ^ 1, bytes.length - 60);
  assert.match(checkTableEnd(flipped.subarray(cut), cut)[0] ?? '', /its checksum is wrong/);
  assert.equal(await damagedTable(folder, numbersOf(names), 0), null);
  writeFileSync(join(folder, name), flipped);
  assert.match((await damagedTable(folder, numbersOf(names), 0)) ?? '', new RegExp(`^${name}: its index does not read`));
  // What is beyond the bound is verify's to find.
  writeFileSync(join(folder, name), Buffer.from(bytes).fill(0, 0, 64));
  assert.equal(await damagedTable(folder, numbersOf(names), 0), null);
  assert.notEqual(await damagedTable(folder, numbersOf(names)), null);
  // The newest first, as far as the bound goes.
  assert.equal(await damagedTable(folder, numbersOf(names), bytes.length), null);
  const [, newest = ''] = names;
  writeFileSync(join(folder, newest), readFileSync(join(folder, newest)).fill(0, 0, 64));
  assert.match((await damagedTable(folder, numbersOf(names), bytes.length)) ?? '', new RegExp(`^${newest}: block at 0`));
});

test("a table that is missing is LevelDB's to tell", async (t) => {
  const { folder, names } = await twoTables(t);
  assert.equal(await damagedTable(folder, [...numbersOf(names), 999]), null);
});
