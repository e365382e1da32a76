// An entry that was changed, or whose hidden values were, does not stand where it should.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ledgerOf } from '../../src/record/checkpoint.ts';
import { openLedger } from '../../src/record/chain.ts';
import { proveEntry } from '../../src/record/entry-proof.ts';
import { readHead } from '../../src/record/head.ts';
import { openStore } from '../../src/record/open-store.ts';
import { entryKey, hiddenKey } from '../../src/record/store-keys.ts';
import { verdictOf } from './sample-bodies.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('every entry of a whole chain stands; what was changed does not, nor what follows it', async (t) => {
  const dataDir = temporaryFolder(t);
  const ledger = await openLedger({ dataDir, version: 'test' });
  for (let i = 0; i < 5; i += 1) await ledger.append(verdictOf(`x${i}`), 'written');
  for (let i = 0; i < ledger.size; i += 1) assert.deepEqual(await ledger.proof(i), { chain: true, signature: true }, String(i));
  assert.equal(await ledger.proof(ledger.size), null);
  assert.equal(await ledger.proof(-1), null);
  await ledger.close();
  const store = await openStore(dataDir, { create: false });
  const head = (await readHead(store, ledgerOf(ledger.publicKey))) ?? assert.fail();
  const text = (await store.get(entryKey(2))) ?? '';
  await store.write([{ put: entryKey(2), value: text.replace('support-bot', 'another-bot') }], true);
  const hidden = (await store.get(hiddenKey(4))) ?? '';
  await store.write([{ put: hiddenKey(4), value: hidden.replaceAll('customer.example', 'elsewhere.example') }], true);
  const proofs = await Promise.all([0, 1, 2, 3, 4].map((i) => proveEntry(store, i, head, ledgerOf(ledger.publicKey))));
  assert.deepEqual(
    proofs.map((proof) => proof?.chain),
    [true, true, false, false, false],
  );
  assert.ok(proofs.every((proof) => proof?.signature === true));
  const forged = await proveEntry(
    store,
    0,
    { ...head, note: head.note.replace(/.{8}=*\n$/, 'AAAAAAA=\n') },
    ledgerOf(ledger.publicKey),
  );
  assert.deepEqual(forged, { chain: true, signature: false });
  await store.close();
});
