// A value that was erased does not come back by damage and repair, though files of before turn up again; and what was not erased stays.

import assert from 'node:assert/strict';
import { copyFileSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openLedger } from '../../src/record/chain.ts';
import { repairLedger } from '../../src/record/repair.ts';
import { openStore } from '../../src/record/open-store.ts';
import { hiddenKey } from '../../src/record/store-keys.ts';
import { verifyFolder } from '../../src/record/verify-store.ts';
import { holding } from './held-bytes.ts';
import { verdictOf } from './sample-bodies.ts';
import { temporaryFolder } from './temporary-folder.ts';

const HOW = { reason: 'request of 3 May', osUser: 'root' };
const RECIPIENTS = 'actions/0/facts/recipients';
const GONE = 'x3@customer.example';

/** Entry 4 is of x3; of entry 6 one place of two is erased. Beside it the store's files as they were before. */
async function erased(t: TestContext): Promise<{ readonly dataDir: string; readonly before: string }> {
  const dataDir = temporaryFolder(t);
  const before = join(temporaryFolder(t), 'ledger');
  const ledger = await openLedger({ dataDir, version: '0.0.0' });
  for (let i = 0; i < 12; i += 1) await ledger.append(verdictOf(`x${i}`), 'synced');
  await ledger.close();
  cpSync(join(dataDir, 'ledger'), before, { recursive: true });
  const again = await openLedger({ dataDir, version: '0.0.0' });
  await again.archive.erase({ ...HOW, subject: GONE });
  await again.archive.erase({ ...HOW, entry: 6, places: [RECIPIENTS] });
  await again.close();
  assert.deepEqual(holding(join(dataDir, 'ledger'), GONE), []);
  return { dataDir, before };
}

/** As a power cut may bring it: a file whose name was deleted, and whose deletion had not reached the disk. */
function bringBack(dataDir: string, before: string): void {
  const log = readdirSync(before).find((name) => name.endsWith('.log')) ?? '';
  const to = join(dataDir, 'ledger', log);
  assert.ok(!existsSync(to), 'the log of before is gone');
  copyFileSync(join(before, log), to);
}

function garble(dataDir: string, pattern: RegExp): void {
  const name = readdirSync(join(dataDir, 'ledger')).find((one) => pattern.test(one)) ?? '';
  const file = join(dataDir, 'ledger', name);
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0xff;
  writeFileSync(file, bytes);
}

async function recipientsOf(dataDir: string, entry: number): Promise<{ readonly recipients: unknown; readonly reason: string }> {
  const ledger = await openLedger({ dataDir, version: '0.0.0', start: 'lazy' });
  try {
    const body = (await ledger.get(entry))?.body;
    assert.ok(body?.type === 'verdict');
    return { recipients: body.actions[0]?.facts['recipients'], reason: body.reason };
  } finally {
    await ledger.close();
  }
}

test('a file of before with the value in it, and nothing that says that it was replaced: the record of the erasure decides', async (t) => {
  const { dataDir, before } = await erased(t);
  bringBack(dataDir, before);
  garble(dataDir, /^MANIFEST/);
  assert.ok(holding(join(dataDir, 'ledger'), GONE).length > 0, 'what is repaired holds it');
  const { lost, kept } = await repairLedger(dataDir, { dryRun: false });
  assert.deepEqual(lost, []);
  assert.deepEqual(holding(join(dataDir, 'ledger'), GONE), []);
  assert.deepEqual(holding(join(dataDir, 'ledger'), 'x5@customer.example').length > 0, true, 'the reason of entry 6 names it');
  const { ok, firstBad, notes } = await verifyFolder(dataDir, {});
  assert.deepEqual([ok, firstBad], [true, null]);
  assert.match(notes.join('\n'), /3 hidden values are no longer kept/);
  assert.match(String((await recipientsOf(dataDir, 4)).recipients), /^commitment:/);
  const { recipients, reason } = await recipientsOf(dataDir, 6);
  assert.match(String(recipients), /^commitment:/);
  assert.equal(reason, 'mail to x5@customer.example is allowed');
  assert.deepEqual((await recipientsOf(dataDir, 7)).recipients, ['x6@customer.example']);
  // The damaged folder is kept as it was found, and so is what it holds: whoever erases must know.
  assert.ok(holding(join(dataDir, kept ?? ''), GONE).length > 0);
});

test('the value stands where its deletion was: the record of the erasure decides alone', async (t) => {
  const { dataDir, before } = await erased(t);
  const old = await openStore(dirname(before), { create: false });
  const values = await old.get(hiddenKey(4));
  await old.close();
  assert.match(values ?? '', /x3@customer/);
  const store = await openStore(dataDir, { create: false });
  await store.write([{ put: hiddenKey(4), value: values ?? '' }], true);
  await store.close();
  await repairLedger(dataDir, { dryRun: false });
  assert.deepEqual(holding(join(dataDir, 'ledger'), GONE), []);
});

test('where MANIFEST says what counts, files of before are left out, whatever is damaged besides', async (t) => {
  const { dataDir, before } = await erased(t);
  bringBack(dataDir, before);
  // The erasures are the last entries, in the newest log: with them the record of the erasure goes.
  garble(dataDir, /^00001\d\.log$|^0000[12]\d\.log$/);
  await repairLedger(dataDir, { dryRun: false });
  assert.deepEqual(holding(join(dataDir, 'ledger'), GONE), []);
  assert.equal((await verifyFolder(dataDir, {})).firstBad, null);
});

test('a value whose erasure is lost with the damage may be back, and erasing it again works', async (t) => {
  const { dataDir, before } = await erased(t);
  // A backup of before the erasure, which is all that is left.
  rmSync(join(dataDir, 'ledger'), { recursive: true });
  cpSync(before, join(dataDir, 'ledger'), { recursive: true });
  garble(dataDir, /^MANIFEST/);
  await repairLedger(dataDir, { dryRun: false });
  assert.deepEqual((await recipientsOf(dataDir, 4)).recipients, [GONE]);
  const ledger = await openLedger({ dataDir, version: '0.0.0' });
  assert.equal((await ledger.archive.erase({ ...HOW, subject: GONE })).values, 2);
  await ledger.close();
  assert.deepEqual(holding(join(dataDir, 'ledger'), GONE), []);
  assert.equal((await verifyFolder(dataDir, {})).firstBad, null);
});
