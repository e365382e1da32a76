// Sealing: what was live reads the same from segments, and a kill at any step leaves every entry somewhere.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openLedger } from '../../src/record/chain.ts';
import type { OpenLedger } from '../../src/record/chain.ts';
import type { Sealing } from '../../src/record/archive.ts';
import type { Entry } from '../../src/record/entry.ts';
import { ledgerOf } from '../../src/record/checkpoint.ts';
import { holdsInclusion } from '../../src/record/merkle-proof.ts';
import { manifestText, readManifest } from '../../src/record/segment-manifest.ts';
import { draftSigner } from '../../src/record/signer.ts';
import { openStore } from '../../src/record/open-store.ts';
import { outcomeOf, verdictOf } from './sample-bodies.ts';
import { temporaryFolder } from './temporary-folder.ts';

const SMALL: Sealing = { keepLive: 100, segmentEntries: 256 };
const APPENDER = join(import.meta.dirname, 'sealing-appender.ts');

const template = mkdtempSync(join(tmpdir(), 'interlock-sealer-'));
after(() => rmSync(template, { recursive: true }));
let made: Promise<Entry[]> | null = null;

/** A thousand entries and some in a store of the test's own: written once, copied for each. */
async function fill(dataDir: string): Promise<Entry[]> {
  made ??= write(template, 500);
  const entries = await made;
  cpSync(template, dataDir, { recursive: true });
  return entries;
}

async function write(dataDir: string, exchanges: number): Promise<Entry[]> {
  const ledger = await openLedger({ dataDir, version: '0.0.0' });
  for (let i = 0; i < exchanges; i += 1) {
    const exchange = `x-${i}`;
    void ledger.append(verdictOf(exchange), 'written');
    ledger.note(outcomeOf(exchange, String(i)));
    if (i % 100 === 0) await ledger.flush();
  }
  await ledger.close();
  const read = await openLedger({ dataDir, version: '0.0.0', start: 'lazy' });
  const entries = await allOf(read);
  await read.close();
  return entries;
}

async function allOf(ledger: OpenLedger, from = 0, limit = 1e6): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of ledger.entries(from, limit)) entries.push(entry);
  return entries;
}

/** Keys of sealed entries that LevelDB still has. */
async function leftBelow(dataDir: string, end: string): Promise<number> {
  const store = await openStore(dataDir, { create: false });
  let count = 0;
  for await (const page of store.pages({ from: 'e:', to: end })) count += page.length;
  await store.close();
  return count;
}

test('what is sealed reads the same through every door, and is no longer in LevelDB', async (t) => {
  const dataDir = temporaryFolder(t);
  const before = await fill(dataDir);
  const ledger = await openLedger({ dataDir, version: '0.0.0', start: 'lazy', sealing: SMALL });
  await ledger.archive.seal();
  assert.equal(ledger.archive.list().length, 3);
  assert.deepEqual(await allOf(ledger), before);
  assert.deepEqual(await allOf(ledger, 250, 10), before.slice(250, 260));
  assert.deepEqual(await allOf(ledger, 760, 20), before.slice(760, 780));
  assert.deepEqual(await ledger.get(255), before[255]);
  assert.deepEqual(await ledger.get(256), before[256]);
  assert.deepEqual(await ledger.tail(900), before.slice(-900));
  assert.deepEqual(await ledger.proof(255), { chain: true, signature: true });
  const report = await ledger.verify({});
  assert.deepEqual([report.ok, report.firstBad, report.entries], [true, null, before.length]);
  await ledger.close();
  assert.equal(await leftBelow(dataDir, 'e:0000000000000768'), 0);
  for (const name of readdirSync(join(dataDir, 'segments')))
    assert.equal(statSync(join(dataDir, 'segments', name)).mode & 0o777, 0o600, name);
});

test('a walk that began before the sealing reads on in the segments', async (t) => {
  const dataDir = temporaryFolder(t);
  const before = await fill(dataDir);
  const ledger = await openLedger({ dataDir, version: '0.0.0', start: 'lazy', sealing: SMALL });
  const walk = ledger.entries(0, 1e6)[Symbol.asyncIterator]();
  const read = [(await walk.next()).value];
  const [, { ok }] = await Promise.all([ledger.archive.seal(), ledger.verify({})]);
  assert.deepEqual([ok, ledger.archive.list().length], [true, 3]);
  for (let next = await walk.next(); next.done !== true; next = await walk.next()) read.push(next.value);
  assert.deepEqual(read, before);
  await ledger.close();
});

test('the manifest binds the segment to a signed checkpoint', async (t) => {
  const dataDir = temporaryFolder(t);
  await fill(dataDir);
  const ledger = await openLedger({ dataDir, version: '0.0.0', start: 'lazy', sealing: SMALL });
  await ledger.archive.seal();
  const { size, hash } = ledger.signedHead;
  for (const { manifest } of ledger.archive.list()) {
    assert.equal(manifest.ledger, ledgerOf(ledger.publicKey).ledger);
    assert.equal(manifest.checkpoint, ledger.checkpoint());
    const [index, nodes] = [manifest.first / 256, Math.ceil(size / 256)];
    assert.ok(holdsInclusion(manifest.node, index, nodes, manifest.path, hash));
  }
  await ledger.close();
});

for (const [step, times] of [
  ['begun', 1],
  ['files', 1],
  ['manifest', 1],
  ['deleting', 1],
  ['deleted', 1],
  ['compacted', 1],
  ['begun', 2],
  ['deleting', 2],
] as const)
  test(`killed at "${step}" the ${times}. time, every entry is there and the next start goes on`, async (t) => {
    const dataDir = temporaryFolder(t);
    const before = await fill(dataDir);
    const child = spawn(process.execPath, [APPENDER, dataDir, step, String(times)], { stdio: 'inherit' });
    const [, signal] = await once(child, 'close');
    assert.equal(signal, 'SIGKILL');
    const ledger = await openLedger({ dataDir, version: '0.0.0', start: 'lazy', sealing: SMALL });
    assert.deepEqual((await allOf(ledger)).slice(0, before.length), before);
    await ledger.archive.seal();
    assert.deepEqual((await allOf(ledger)).slice(0, before.length), before);
    const report = await ledger.verify({});
    assert.deepEqual([report.ok, report.firstBad], [true, null]);
    await ledger.close();
    assert.equal(await leftBelow(dataDir, 'e:0000000000000768'), 0);
  });

test('entries that do not hold are not sealed: they are evidence', async (t) => {
  const dataDir = temporaryFolder(t);
  await fill(dataDir);
  const store = await openStore(dataDir, { create: false });
  const key = 'e:0000000000000100';
  await store.write([{ put: key, value: ((await store.get(key)) ?? '').replace('"x-', '"y-') }], true);
  await store.close();
  const ledger = await openLedger({ dataDir, version: '0.0.0', start: 'lazy', sealing: SMALL });
  await assert.rejects(ledger.archive.seal(), /are not sealed/);
  assert.deepEqual(ledger.archive.list(), []);
  await ledger.close();
  assert.ok((await leftBelow(dataDir, 'e:0000000000000256')) > 256);
});

test('a changed, a broken and a missing file of a segment are found by verify', async (t) => {
  const dataDir = temporaryFolder(t);
  await fill(dataDir);
  const sealed = await openLedger({ dataDir, version: '0.0.0', start: 'lazy', sealing: SMALL });
  await sealed.archive.seal();
  await sealed.close();
  const path = join(dataDir, 'segments', '0000000000000256.entries');
  const whole = readFileSync(path);
  const torn = Buffer.from(whole);
  torn[1000] = (torn[1000] ?? 0) ^ 1;
  writeFileSync(path, torn);
  const ledger = await openLedger({ dataDir, version: '0.0.0', start: 'lazy', sealing: SMALL });
  await assert.rejects(ledger.get(300), { code: 'STORE_CORRUPT' });
  await ledger.close();
});

test('a manifest that no key of this ledger signed is found by the start: nothing is read from such a segment', async (t) => {
  const dataDir = temporaryFolder(t);
  await fill(dataDir);
  const open = (): Promise<OpenLedger> => openLedger({ dataDir, version: '0.0.0', start: 'lazy', sealing: SMALL });
  const sealed = await open();
  await sealed.archive.seal();
  await sealed.close();
  const path = join(dataDir, 'segments', '0000000000000256.manifest');
  const whole = readFileSync(path, 'utf8');
  const manifest = readManifest(whole);
  for (const [text, why] of [
    [
      manifestText(manifest, draftSigner(temporaryFolder(t))),
      /from entry 256 on is not valid: it has no signature of this ledger/,
    ],
    [whole.replace(/^values \d+$/m, 'values 0'), /from entry 256 on is not valid: its signature does not hold/],
    [whole.replaceAll(manifest.ledger, '0'.repeat(16)), /from entry 256 on is not valid: it speaks of/],
  ] as const) {
    writeFileSync(path, text);
    await assert.rejects(open(), { code: 'STORE_CORRUPT', message: why });
  }
  writeFileSync(path, whole);
  await (await open()).close();
});
