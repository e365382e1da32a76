// A change of keys that damage took: a repair tells it again with both signatures, and where those are lost the reader's pin decides.

import assert from 'node:assert/strict';
import { copyFileSync, cpSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { openLedger } from '../../src/record/chain.ts';
import { keyIdOf } from '../../src/record/signer.ts';
import { repairLedger } from '../../src/record/repair.ts';
import { openStore } from '../../src/record/open-store.ts';
import { entryKey, HEAD_KEY, KEYS_KEY } from '../../src/record/store-keys.ts';
import type { StateChange } from '../../src/record/ledger.ts';
import { verifyFolder } from '../../src/record/verify-store.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { verdictOf } from './sample-bodies.ts';
import { temporaryFolder } from './temporary-folder.ts';

const WHY = { reason: 'yearly', osUser: null };

interface Rotated {
  readonly dataDir: string;
  /** Keys, first to last, and the entries that tell of the changes between them. */
  readonly keys: readonly string[];
  readonly changes: readonly number[];
  /** A checkpoint of before the first change. */
  readonly kept: string;
  readonly log: string;
}

async function rotated(t: TestContext, times: number): Promise<Rotated> {
  const dataDir = join(temporaryFolder(t), 'data');
  const ledger = await openLedger({ dataDir, version: 'test' });
  await ledger.append(verdictOf('before'), 'synced');
  const kept = ledger.checkpoint();
  for (let i = 0; i < times; i += 1) {
    await ledger.rotateKey(WHY);
    await ledger.append(verdictOf(`after-${i}`), 'synced');
  }
  const known = ledger.keys.keys;
  await ledger.close();
  const folder = join(dataDir, 'ledger');
  const log = join(folder, readdirSync(folder).find((name) => name.endsWith('.log')) ?? '');
  return { dataDir, keys: known.map(({ publicKey }) => publicKey), changes: known.slice(1).map(({ from }) => from), kept, log };
}

async function edit(dataDir: string, changes: readonly StateChange[]): Promise<void> {
  const store = await openStore(dataDir, { create: false });
  await store.write(changes, true);
  await store.close();
}

const LOSE = (sequence: number): StateChange => ({ put: entryKey(sequence), value: 'nothing of it is left' });

test('the entry is lost and what both keys signed is not: every key of the ledger still can be pinned', async (t) => {
  const { dataDir, keys, changes, kept } = await rotated(t, 2);
  await edit(dataDir, changes.map(LOSE));
  const report = await repairLedger(dataDir, { dryRun: false });
  assert.deepEqual([report.lostKeyChanges, report.unprovenKey], [changes, null]);
  for (const publicKey of keys) {
    const found = await verifyFolder(dataDir, { publicKey, kept: [{ source: 'kept', note: kept }] });
    assert.deepEqual([found.firstBad, found.keys.map((key) => key.publicKey)], [null, keys]);
  }
  const ledger = await openLedger({ dataDir, version: 'test' });
  assert.deepEqual(
    ledger.keys.keys.map(({ publicKey }) => publicKey),
    keys,
  );
  await ledger.rotateKey(WHY);
  assert.equal((await ledger.verify({ publicKey: keys[0] ?? '' })).ok, true);
  await ledger.close();
});

test('both are lost: repair asks for the key, verify names the gap to who pins an older one, and the name of the ledger stays', async (t) => {
  const { dataDir, keys, kept, log } = await rotated(t, 1);
  const [first = '', second = ''] = keys;
  const bytes = readFileSync(log);
  bytes[bytes.indexOf('"rotated"')] = 0x21;
  writeFileSync(log, bytes);
  assert.equal((await repairLedger(dataDir, { dryRun: true })).unprovenKey, second);
  await throwsWithCode('STORE_CORRUPT', () => repairLedger(dataDir, { dryRun: false }));
  await throwsWithCode('USAGE', () => repairLedger(dataDir, { dryRun: false, publicKey: first }));
  await repairLedger(dataDir, { dryRun: false, publicKey: second });

  const holds = await verifyFolder(dataDir, { publicKey: second });
  assert.equal(holds.firstBad, null);
  assert.match(holds.notes.join('\n'), /change to key [0-9a-f]{16} \(entry \d+\) was lost by damage/);
  const named = await verifyFolder(dataDir, { publicKey: first });
  assert.match(named.firstBad?.problem ?? '', /was lost by damage.*pin that one/);
  assert.match(holds.checkpoint, new RegExp(`^interlock-tree/${keyIdOf(first)}\n`));
  const against = await verifyFolder(dataDir, { kept: [{ source: 'kept', note: kept }] });
  assert.equal(against.ok, false);
});

test('one of two changes is lost with its list: the one behind it names the key, and the older pin still gets the gap', async (t) => {
  const { dataDir, keys, changes } = await rotated(t, 2);
  await edit(dataDir, [LOSE(changes[0] ?? 0), { put: KEYS_KEY, value: '[]' }]);
  assert.deepEqual((await repairLedger(dataDir, { dryRun: true })).unprovenKey, keys[2]);
  await repairLedger(dataDir, { dryRun: false, publicKey: keys[2] ?? '' });
  for (const publicKey of keys.slice(1)) assert.equal((await verifyFolder(dataDir, { publicKey })).firstBad, null);
  assert.equal((await verifyFolder(dataDir, { publicKey: keys[0] ?? '' })).ok, false);
});

test('the end with the change is gone: the key file alone does not speak for itself', async (t) => {
  const { dataDir, keys, log } = await rotated(t, 1);
  const bytes = readFileSync(log);
  writeFileSync(log, bytes.subarray(0, bytes.indexOf('"rotated"')));
  await throwsWithCode('STORE_CORRUPT', () => openLedger({ dataDir, version: 'test' }));
  await throwsWithCode('STORE_CORRUPT', () => repairLedger(dataDir, { dryRun: false }));
  await repairLedger(dataDir, { dryRun: false, publicKey: keys[1] ?? '' });
  assert.equal((await verifyFolder(dataDir, { publicKey: keys[1] ?? '' })).firstBad, null);
  assert.equal((await verifyFolder(dataDir, { publicKey: keys[0] ?? '' })).ok, false);
});

test("another's key file gets no ledger by damage and repair: neither from the tool, nor for who pinned the ledger's key", async (t) => {
  const { dataDir, keys } = await rotated(t, 0);
  const [own = ''] = keys;
  const other = await rotated(t, 0);
  const [stranger = ''] = other.keys;
  copyFileSync(join(other.dataDir, 'ledger-key.pem'), join(dataDir, 'ledger-key.pem'));
  await edit(dataDir, [LOSE(1)]);
  const blind = join(temporaryFolder(t), 'data');
  cpSync(dataDir, blind, { recursive: true });
  await throwsWithCode('STORE_CORRUPT', () => repairLedger(dataDir, { dryRun: false }));
  await repairLedger(dataDir, { dryRun: false, publicKey: stranger });
  const found = await verifyFolder(dataDir, { publicKey: own });
  assert.equal(found.ok, false);
  // Without any head nothing speaks for the key at all.
  await edit(blind, [{ del: HEAD_KEY }]);
  await throwsWithCode('STORE_CORRUPT', () => repairLedger(blind, { dryRun: false }));
  await repairLedger(blind, { dryRun: false, publicKey: stranger });
  assert.equal((await verifyFolder(blind, { publicKey: own })).ok, false);
  renameSync(blind, `${blind}-done`);
});
