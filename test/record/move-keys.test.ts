// A ledger of before, whose state and head lay behind its entries: it opens, goes on, and is repaired from either form and from between the two.

import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { openLedger } from '../../src/record/chain.ts';
import type { StateChange } from '../../src/record/ledger.ts';
import { moveKeys } from '../../src/record/move-keys.ts';
import { openStore } from '../../src/record/open-store.ts';
import { unplaced } from '../../src/record/placing.ts';
import { repairLedger } from '../../src/record/repair.ts';
import { openLevelStore, STORE_FOLDER } from '../../src/record/store.ts';
import type { Store } from '../../src/record/store.ts';
import { ENTRIES_END, stateKey } from '../../src/record/store-keys.ts';
import { verifyFolder } from '../../src/record/verify-store.ts';
import { outcomeOf, verdictOf } from './sample-bodies.ts';
import { temporaryFolder } from './temporary-folder.ts';

const STATES = 2500;

/** A ledger with nodes of the tree and more state than is moved at once, as it was before: every key as it is called. */
async function olderLedger(t: TestContext): Promise<{ dataDir: string; size: number }> {
  const dataDir = temporaryFolder(t);
  const ledger = await openLedger({ dataDir, version: '0.0.0' });
  const state = Array.from({ length: STATES }, (_, i) => ({ put: `ticket:${i}`, value: `told ${i}` }));
  await Promise.all(Array.from({ length: 600 }, (_, i) => ledger.append(verdictOf(`x${i}`), 'written')));
  ledger.note(outcomeOf('x0', '1'));
  await ledger.append(verdictOf('last'), 'synced', state);
  await ledger.close();
  const before = await verifyFolder(dataDir, {});
  assert.equal(before.ok, true);
  const pairs = new Map<string, string>();
  const store = await openLevelStore(dataDir, { create: false });
  for await (const page of store.pages({ from: '', to: '\uffff' }))
    for (const [key, value] of page)
      for (const one of unplaced({ key, value, order: 0 })) {
        // Tails of before come first, and the head in front is older than they are, or the only one.
        const older = one.key === 'm:head' && sizeOf(pairs.get(one.key)) > sizeOf(one.value ?? '');
        if (!older) pairs.set(one.key, one.value ?? '');
      }
  await store.close();
  rmSync(join(dataDir, 'ledger'), { recursive: true });
  const old = await openLevelStore(dataDir, { create: true });
  await old.write(
    [...pairs].map(([put, value]) => ({ put, value })),
    true,
  );
  await old.close();
  return { dataDir, size: before.entries };
}

const sizeOf = (note = '') => Number(note.split('\n')[1] ?? -1);

async function assertWhole(dataDir: string, size: number): Promise<void> {
  const report = await verifyFolder(dataDir, {});
  assert.deepEqual([report.firstBad, report.entries], [null, size]);
  const ledger = await openLedger({ dataDir, version: '0.0.0', start: 'lazy' });
  const state = await ledger.list('ticket:');
  assert.deepEqual(new Map(state), new Map(Array.from({ length: STATES }, (_, i) => [`ticket:${i}`, `told ${i}`])));
  await ledger.append(verdictOf('later'), 'synced', [{ put: 'ticket:0', value: 'changed' }]);
  assert.equal(await ledger.get('ticket:0'), 'changed');
  await ledger.close();
  const after = await verifyFolder(dataDir, {});
  assert.equal(after.firstBad, null);
  assert.ok(after.entries > size);
}

/** Keys behind the entries, and tables that reach there. */
async function behind(dataDir: string): Promise<number> {
  const store = await openLevelStore(dataDir, { create: false });
  let count = (await store.spanned(ENTRIES_END, '\uffff')).length;
  for await (const page of store.pages({ from: ENTRIES_END, to: '\uffff' })) count += page.length;
  await store.close();
  return count;
}

/** Moves one batch, and is killed. */
async function moveSome(dataDir: string): Promise<void> {
  const store = await openLevelStore(dataDir, { create: false });
  let writes = 0;
  const killed: Store = {
    ...store,
    write: (changes: readonly StateChange[], sync) =>
      (writes += 1) > 1 ? Promise.reject(new Error('killed')) : store.write(changes, sync),
  };
  await assert.rejects(moveKeys(killed), /killed/);
  await store.close();
}

test('it is moved when it is opened, and goes on', async (t) => {
  const { dataDir, size } = await olderLedger(t);
  assert.ok((await behind(dataDir)) > STATES);
  await assertWhole(dataDir, size);
  assert.equal(await behind(dataDir), 0);
});

test('a kill half way leaves every key in one of its places, and the next open goes on', async (t) => {
  const { dataDir, size } = await olderLedger(t);
  await moveSome(dataDir);
  const left = await behind(dataDir);
  assert.ok(left > 0 && left < STATES);
  await assertWhole(dataDir, size);
});

test('where what is to be moved does not read it is told each time, and the store is not left open', async (t) => {
  const dataDir = temporaryFolder(t);
  const store = await openLevelStore(dataDir, { create: true });
  await store.write([{ put: stateKey('x'), value: 'told' }], true);
  await store.compact(stateKey(''), '\uffff');
  await store.close();
  const folder = join(dataDir, STORE_FOLDER);
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.ldb'))) {
    const path = join(folder, name);
    // Its end tells where all else is.
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0, bytes.length - 20));
  }
  for (let i = 0; i < 2; i += 1) await assert.rejects(openStore(dataDir, { create: false }), { code: 'STORE_CORRUPT' });
});

test('a repair reads it before, in the midst of it, and right after, when the log still tells of the move', async (t) => {
  const { dataDir, size } = await olderLedger(t);
  const forms = [() => Promise.resolve(), moveSome, async (folder: string) => void (await verifyFolder(folder, {}))];
  for (const [i, bring] of forms.entries()) {
    const copy = join(temporaryFolder(t), String(i));
    cpSync(dataDir, copy, { recursive: true });
    await bring(copy);
    const report = await repairLedger(copy, { dryRun: false });
    assert.deepEqual([report.entries, report.lost, report.damages], [size, [], []]);
    await assertWhole(copy, size + 1);
  }
});
