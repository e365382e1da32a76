// A ledger of before the tree opens, gets its tree, and its old checkpoints still count.

import assert from 'node:assert/strict';
import { createHash, createPublicKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLedger } from '../../src/record/chain.ts';
import { keyIdOf, loadSigner } from '../../src/record/signer.ts';
import { openStore } from '../../src/record/open-store.ts';
import { nodesWithin } from '../../src/record/placing.ts';
import { entryKey, HEAD_KEY } from '../../src/record/store-keys.ts';
import { leafHash } from '../../src/record/entry-codec.ts';
import { verifyFolder } from '../../src/record/verify-store.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { verdictOf } from './sample-bodies.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Takes a ledger back to what it was before the tree: no nodes, and a head that signs the last entry's hash. Returns that head. */
async function uproot(dataDir: string, drop: (sequence: number) => boolean = () => false): Promise<string> {
  const signer = loadSigner(dataDir) ?? assert.fail();
  const store = await openStore(dataDir, { create: false });
  let last = '';
  let size = 0;
  for (let text = await store.get(entryKey(0)); text !== undefined; text = await store.get(entryKey(size))) {
    last = leafHash(text);
    size += 1;
  }
  const origin = `interlock-ledger/${keyIdOf(signer.publicKey)}`;
  const text = `${origin}\n${size}\n${Buffer.from(last, 'hex').toString('base64')}\n`;
  const key = readFileSync(join(dataDir, 'ledger-key.pem'));
  const raw = createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-32);
  const hint = createHash('sha256').update(`${origin}\n`).update(Buffer.of(1)).update(raw).digest().subarray(0, 4);
  const note = `${text}\n— ${origin} ${Buffer.concat([hint, sign(null, Buffer.from(text), key)]).toString('base64')}\n`;
  const nodes = [...nodesWithin(0, size)];
  const gone = Array.from({ length: size }, (_, i) => i)
    .filter(drop)
    .map((i) => ({ del: entryKey(i) }));
  await store.write([...nodes.map((del) => ({ del })), ...gone, { put: HEAD_KEY, value: note }], true);
  await store.close();
  return note;
}

async function filled(dataDir: string, count: number): Promise<void> {
  const ledger = await openLedger({ dataDir, version: 'test' });
  await Promise.all(Array.from({ length: count }, (_, i) => ledger.append(verdictOf(`x${i}`), 'written')));
  await ledger.close();
}

test('it opens, gets its tree, goes on, and is held against its old checkpoint', async (t) => {
  const dataDir = temporaryFolder(t);
  await filled(dataDir, 600);
  const before = await verifyFolder(dataDir, {});
  const old = await uproot(dataDir);
  assert.equal((await verifyFolder(dataDir, {})).firstBad?.problem, "the tree's node over entries 0 to 255 is missing");
  const ledger = await openLedger({ dataDir, version: 'test' });
  assert.equal(ledger.signedHead.attests, 'root');
  const report = await ledger.verify({
    kept: [
      { source: 'old', note: old },
      { source: 'new', note: before.checkpoint },
    ],
  });
  assert.deepEqual([report.ok, report.firstBad, report.entries], [true, null, 603]);
  await ledger.close();
});

test('one with a hole is refused and stays as it was', async (t) => {
  const dataDir = temporaryFolder(t);
  await filled(dataDir, 300);
  const old = await uproot(dataDir, (sequence) => sequence === 100);
  await throwsWithCode('STORE_CORRUPT', () => openLedger({ dataDir, version: 'test' }));
  assert.equal((await verifyFolder(dataDir, {})).checkpoint, old);
});

test('an entry that was changed before the last ones, or a node, does not fit the signed root: nothing is added to it', async (t) => {
  for (const spoil of ['entry', 'node'] as const) {
    const dataDir = temporaryFolder(t);
    await filled(dataDir, 600);
    const store = await openStore(dataDir, { create: false });
    const at = spoil === 'entry' ? entryKey(520) : 't:08:0000000000000000';
    const text = (await store.get(at)) ?? assert.fail();
    const value =
      spoil === 'entry' ? text.replace('support-bot', 'another-bot') : text.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
    assert.notEqual(value, text);
    await store.write([{ put: at, value }], true);
    await store.close();
    await throwsWithCode('STORE_CORRUPT', () => openLedger({ dataDir, version: 'test' }));
  }
});
