// The key changes while the ledger runs; whoever kept the old one follows to the new one, through any crash.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLedger } from '../../src/record/chain.ts';
import { checkSigned, parseCheckpoint } from '../../src/record/checkpoint.ts';
import type { KeyBody } from '../../src/record/entry.ts';
import { walkKeys } from '../../src/record/key-walk.ts';
import { openChainWriter } from '../../src/record/chain-writer.ts';
import type { ChainWriter } from '../../src/record/chain-writer.ts';
import { EMPTY_HEAD } from '../../src/record/head.ts';
import { keyRotation } from '../../src/record/key-rotation.ts';
import type { KeyRotation } from '../../src/record/key-rotation.ts';
import { DRAFT_KEY_FILE, draftSigner, KEY_FILE, keepSigner, keyIdOf, loadSigner, signerFor } from '../../src/record/signer.ts';
import { openStore } from '../../src/record/open-store.ts';
import { verifyFolder, verifyStore } from '../../src/record/verify-store.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { memoryStore } from './memory-store.ts';
import type { MemoryStore } from './memory-store.ts';
import { START, verdictOf } from './sample-bodies.ts';
import { temporaryFolder } from './temporary-folder.ts';

const WHY = { reason: 'a disk was sold', osUser: 'operator' };

test('the key changes under load, the chain holds, and old checkpoints, the old key and the new one all count', async (t) => {
  const dataDir = temporaryFolder(t);
  const ledger = await openLedger({ dataDir, version: 'test' });
  const first = ledger.publicKey;
  const load = Array.from({ length: 200 }, (_, i) => ledger.append(verdictOf(`x${i}`), i % 7 === 0 ? 'synced' : 'written'));
  await load[0];
  const kept = ledger.checkpoint();
  const { keys, origin, publicKey } = await ledger.rotateKey(WHY);
  await Promise.all(load);
  await ledger.append(verdictOf('after'), 'synced');
  assert.equal(origin, `interlock-tree/${keyIdOf(first)}`);
  assert.deepEqual([keys.length, keys[0]?.publicKey, keys[1]?.publicKey, ledger.publicKey], [2, first, publicKey, publicKey]);
  assert.notEqual(publicKey, first);
  const second = await ledger.rotateKey(WHY);
  assert.equal(second.keys.length, 3);
  const report = await ledger.verify({ kept: [{ source: 'kept', note: kept }] });
  assert.deepEqual([report.ok, report.firstBad, report.publicKey, report.keys], [true, null, second.publicKey, second.keys]);
  await ledger.close();
  assert.equal(loadSigner(dataDir)?.publicKey, second.publicKey);
  assert.equal(statSync(join(dataDir, KEY_FILE)).mode & 0o777, 0o600);
  assert.ok(!existsSync(join(dataDir, DRAFT_KEY_FILE)));
  const again = await openLedger({ dataDir, version: 'test' });
  assert.deepEqual(again.keys.keys, second.keys);
  await again.append(verdictOf('again'), 'synced');
  assert.equal((await again.verify({})).ok, true);
  await again.close();
});

test('the head of a change is signed by both keys', async (t) => {
  const ledger = await openLedger({ dataDir: temporaryFolder(t), version: 'test' });
  const first = ledger.publicKey;
  const { publicKey } = await ledger.rotateKey(WHY);
  const note = parseCheckpoint(ledger.checkpoint());
  checkSigned(note, first);
  checkSigned(note, publicKey);
  await ledger.append(verdictOf('x'), 'synced');
  await throwsWithCode('USAGE', () => checkSigned(parseCheckpoint(ledger.checkpoint()), first));
  await ledger.close();
});

test('a crash between the entry and the file leaves the draft, which the next start takes', async (t) => {
  const dataDir = temporaryFolder(t);
  const ledger = await openLedger({ dataDir, version: 'test' });
  const old = readFileSync(join(dataDir, KEY_FILE));
  await ledger.rotateKey(WHY);
  const { publicKey } = ledger;
  await ledger.close();
  const crashed = join(temporaryFolder(t), 'data');
  cpSync(dataDir, crashed, { recursive: true });
  copyFileSync(join(crashed, KEY_FILE), join(crashed, DRAFT_KEY_FILE));
  writeFileSync(join(crashed, KEY_FILE), old);
  const again = await openLedger({ dataDir: crashed, version: 'test' });
  assert.equal(again.publicKey, publicKey);
  assert.equal((await again.verify({})).ok, true);
  await again.close();
  assert.ok(!existsSync(join(crashed, DRAFT_KEY_FILE)));
  // The old key put back without the new one: nothing is signed with it any more.
  writeFileSync(join(crashed, KEY_FILE), old);
  await throwsWithCode('STORE_CORRUPT', () => openLedger({ dataDir: crashed, version: 'test' }));
});

test('a crash before the entry leaves a draft that means nothing', async (t) => {
  const dataDir = temporaryFolder(t);
  const ledger = await openLedger({ dataDir, version: 'test' });
  const { publicKey } = ledger;
  await ledger.close();
  copyFileSync(join(dataDir, KEY_FILE), join(dataDir, DRAFT_KEY_FILE));
  const again = await openLedger({ dataDir, version: 'test' });
  assert.equal(again.publicKey, publicKey);
  assert.ok(!existsSync(join(dataDir, DRAFT_KEY_FILE)));
  await again.close();
});

test('two changes at once: one is refused, and both keys stay known', async (t) => {
  const ledger = await openLedger({ dataDir: temporaryFolder(t), version: 'test' });
  const both = await Promise.allSettled([ledger.rotateKey(WHY), ledger.rotateKey(WHY)]);
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  assert.equal(ledger.keys.keys.length, 2);
  assert.equal((await ledger.verify({})).ok, true);
  await ledger.close();
});

test("a verifier that pins a key of another ledger says so, and follows from any of this one's keys", async (t) => {
  const dataDir = temporaryFolder(t);
  const ledger = await openLedger({ dataDir, version: 'test' });
  const first = ledger.publicKey;
  await ledger.rotateKey(WHY);
  const stranger = signerFor(generateKeyPairSync('ed25519').privateKey).publicKey;
  assert.equal((await ledger.verify({ publicKey: first })).ok, true);
  const report = await ledger.verify({ publicKey: stranger });
  assert.match(report.firstBad?.problem ?? '', /none of this ledger's/);
  await ledger.close();
  assert.equal((await verifyFolder(dataDir, { publicKey: first })).ok, true);
});

test('a change that the old key did not sign, from a key not in force, or of another ledger is no change', async (t) => {
  const dataDir = temporaryFolder(t);
  const ledger = await openLedger({ dataDir, version: 'test' });
  const { keys } = await ledger.rotateKey(WHY);
  const entry = await ledger.get(keys[1]?.from ?? -1);
  await ledger.close();
  assert.ok(entry?.body.type === 'key');
  const body: KeyBody = entry.body;
  const id = keyIdOf(body.previousKey);
  const see = (changed: object, ledgerId = id): string | null => walkKeys(ledgerId).see(3, { ...body, ...changed });
  assert.equal(see({}), null);
  assert.match(see({}, 'ffffffffffffffff') ?? '', /not in force/);
  assert.match(see({ previousSignature: body.signature }) ?? '', /old key did not sign/);
  assert.match(see({ signature: body.previousSignature }) ?? '', /new key did not sign/);
  assert.match(see({ publicKey: body.previousKey }) ?? '', /did not sign/);
  assert.match(see({ publicKey: 'x' }) ?? '', /without keys/);
  const walk = walkKeys(id);
  assert.equal(walk.see(3, { ...body }), null);
  assert.match(walk.see(4, { ...body }) ?? '', /not in force/);
});

test('a key list in the store that was edited does not open the ledger', async (t) => {
  const dataDir = temporaryFolder(t);
  const ledger = await openLedger({ dataDir, version: 'test' });
  await ledger.rotateKey(WHY);
  await ledger.close();
  for (const value of ['[]', 'x', '[{"publicKey":"a","from":0},{"publicKey":"b","from":1}]']) {
    const store = await openStore(dataDir, { create: false });
    await store.write([{ put: 'm:keys', value }], true);
    await store.close();
    await throwsWithCode('STORE_CORRUPT', () => openLedger({ dataDir, version: 'test' }));
  }
});

/** A ledger's writer over a store whose writes may fail, with one entry; and its key file. */
async function writing(dataDir: string, store: MemoryStore): Promise<{ writer: ChainWriter; rotation: KeyRotation }> {
  const signer = draftSigner(dataDir);
  keepSigner(dataDir);
  const { keyId: ledger } = signer;
  const options = {
    store,
    signer,
    ledger,
    head: EMPTY_HEAD,
    clock: Date.now,
    onStall: () => undefined,
    maxWaiting: 100,
    maxWaitMs: 60_000,
    retryMs: 0,
  };
  const writer = openChainWriter(options);
  await writer.append(START, 'synced', []);
  const begin = (): void => undefined;
  return { writer, rotation: keyRotation({ dataDir, ledger, keys: [], store, writer, begin }) };
}

test('a change whose write failed and was kept all the same is found when the store opens again, and its key goes on', async (t) => {
  const dataDir = temporaryFolder(t);
  const store = memoryStore();
  const { writer, rotation } = await writing(dataDir, store);
  const first = writer.signer.publicKey;
  store.afterWrite = () => {
    throw new Error('IO error');
  };
  await throwsWithCode('RECORD_FAILED', () => rotation.rotate(WHY));
  const draft = readFileSync(join(dataDir, DRAFT_KEY_FILE), 'utf8');
  // Nobody knows yet which key is in force: no draft is written over this one.
  await throwsWithCode('RECORD_FAILED', () => rotation.rotate(WHY));
  assert.equal(readFileSync(join(dataDir, DRAFT_KEY_FILE), 'utf8'), draft);
  store.afterWrite = () => undefined;
  await writer.append(verdictOf('x'), 'synced', []);
  assert.notEqual(writer.signer.publicKey, first);
  assert.deepEqual([(await verifyStore(store, first, {})).firstBad], [null]);
  const { keys } = await rotation.rotate(WHY);
  assert.deepEqual([keys.length, keys[0]?.publicKey], [3, first]);
  assert.deepEqual([(await verifyStore(store, first, {})).firstBad], [null]);
  assert.equal(loadSigner(dataDir)?.publicKey, keys[2]?.publicKey);
});

test('a change whose write failed and is not there leaves the old key, and can be tried again', async (t) => {
  const dataDir = temporaryFolder(t);
  const store = memoryStore();
  const { writer, rotation } = await writing(dataDir, store);
  const first = writer.signer.publicKey;
  store.beforeWrite = () => {
    throw new Error('No space left on device');
  };
  await throwsWithCode('RECORD_FAILED', () => rotation.rotate(WHY));
  store.beforeWrite = () => undefined;
  await writer.append(verdictOf('x'), 'synced', []);
  assert.equal(writer.signer.publicKey, first);
  assert.equal((await rotation.rotate(WHY)).keys.length, 2);
  assert.equal(store.writes.at(-1)?.sync, true, 'on disk before the key file gets its name');
  assert.deepEqual([(await verifyStore(store, first, {})).firstBad], [null]);
});
