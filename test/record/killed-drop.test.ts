// A drop that was killed at any step is finished by the next start, whatever that is told to seal or to drop, and by no command.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { segmentPath } from '../../src/record/segment-files.ts';
import { STORE_FOLDER } from '../../src/record/store.ts';
import { filled, type Filled, OLD, WHO } from './aged-folder.ts';
import { holding } from './held-bytes.ts';
import { verdictOf } from './sample-bodies.ts';

/** Of an entry of the first segment. */
const HIDDEN = 'x-5@customer.example';
const ALL = [{ from: 0, to: 767 }];

async function killedAt(t: TestContext, step: 'recorded' | 'dropped'): Promise<Filled> {
  const folder = await filled(t);
  const appender = join(import.meta.dirname, 'retaining-appender.ts');
  const child = spawn(process.execPath, [appender, folder.dataDir, step], { stdio: 'inherit' });
  const [, signal] = await once(child, 'close');
  assert.equal(signal, 'SIGKILL');
  return folder;
}

/** The first segment was dropped, but for its hidden values. `state`: what is known of drops, where it is not that. */
async function killedBetween(t: TestContext, state?: string): Promise<Filled & { readonly path: string }> {
  const folder = await filled(t);
  const path = segmentPath(folder.dataDir, 0, 'values');
  const values = readFileSync(path);
  const ledger = await folder.open(OLD);
  assert.equal(await ledger.archive.retain(), 1);
  if (state !== undefined) await ledger.append(verdictOf('x'), 'synced', [{ put: 'retention', value: state }]);
  await ledger.close();
  writeFileSync(path, values);
  assert.deepEqual(holding(folder.dataDir, HIDDEN).length, 1);
  return { ...folder, path };
}

for (const step of ['recorded', 'dropped'] as const) {
  test(`killed when it was ${step}, the next start drops what is on record`, async (t) => {
    const { open } = await killedAt(t, step);
    const ledger = await open();
    assert.equal(await ledger.archive.retain(), step === 'recorded' ? 3 : 2);
    assert.deepEqual(ledger.dropped, ALL);
    assert.ok((await ledger.verify({})).ok);
  });

  test(`killed when it was ${step}, a start that seals and drops nothing any more drops what is on record, and a command does not`, async (t) => {
    const { openBy } = await killedAt(t, step);
    const command = await openBy(null);
    await command.archive.alone(async () => undefined);
    const before = step === 'recorded' ? [] : [{ from: 0, to: 255 }];
    assert.deepEqual(command.dropped, before);
    await command.close();
    const ledger = await openBy({ keepLive: null });
    await ledger.archive.alone(async () => undefined);
    assert.deepEqual(ledger.dropped, ALL);
    assert.ok((await ledger.verify({})).ok);
  });
}

test('killed between the two files of a segment: the next time the hidden values go as well', async (t) => {
  const { path, open } = await killedBetween(t);
  const ledger = await open(OLD);
  assert.equal(await ledger.archive.retain(), 0);
  assert.ok(!existsSync(path));
});

test('they go with the next start too when nothing is sealed and dropped any more', async (t) => {
  const { dataDir, openBy } = await killedBetween(t);
  const ledger = await openBy({ keepLive: null });
  await ledger.archive.alone(async () => undefined);
  assert.deepEqual(holding(dataDir, HIDDEN), []);
});

test('a command leaves them, but nothing of them is left when it erases', async (t) => {
  const { dataDir, path, openBy } = await killedBetween(t);
  const ledger = await openBy(null);
  await ledger.archive.alone(async () => undefined);
  assert.ok(existsSync(path));
  await ledger.archive.erase({ ...WHO, subject: 'x-300@customer.example' });
  assert.deepEqual(holding(dataDir, HIDDEN), []);
});

test('what is on record as dropped and still whole is left whole by a command that erases something else', async (t) => {
  const { dataDir, openBy } = await killedAt(t, 'recorded');
  const ledger = await openBy(null);
  await ledger.archive.erase({ ...WHO, subject: 'x-300@customer.example' });
  assert.equal(holding(dataDir, HIDDEN).length, 1);
});

test('they stay while they are held, and where no drop is on record: then they may be all that is left', async (t) => {
  const held = await killedBetween(t);
  const before = await held.openBy(null);
  const { hold } = await before.archive.holds.add({ ...WHO, from: 255, to: 255 });
  await before.close();
  const ledger = await held.openBy({ keepLive: null });
  await ledger.archive.alone(async () => undefined);
  assert.ok(existsSync(held.path));
  await ledger.archive.holds.release({ ...WHO, hold });
  await ledger.archive.retain();
  assert.ok(!existsSync(held.path));
  const unknown = await killedBetween(t, '[256]');
  await (await unknown.openBy({ keepLive: null })).archive.alone(async () => undefined);
  assert.ok(existsSync(unknown.path));
});

test('killed before the tables were rewritten: a start that seals nothing any more rewrites them', async (t) => {
  const { dataDir, openBy } = await filled(t, 'compacted');
  const ledger = await openBy({ keepLive: null });
  const database = join(dataDir, STORE_FOLDER);
  assert.ok(holding(database, HIDDEN).length > 0, 'deleted, and still in a table');
  await ledger.archive.alone(async () => undefined);
  assert.deepEqual(holding(database, HIDDEN), []);
});
