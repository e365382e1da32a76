// `interlock ledger`: entries in both forms, and verification that fails loudly.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkpointWriter } from '../../src/record/checkpoint.ts';
import { signerFor } from '../../src/record/signer.ts';
import type { Entry } from '../../src/record/entry.ts';
import { openLedger } from '../../src/record/chain.ts';
import { openStore } from '../../src/record/open-store.ts';
import { connectOperator } from '../../src/serve/connect-operator.ts';
import { configFile } from '../config/config-file.ts';
import { fakeCli } from './fake-cli.ts';
import { GOOD_REPORT } from './good-report.ts';

const ENTRY: Entry = {
  version: 1,
  sequence: 7,
  time: '2026-01-01T00:00:00.000Z',
  previous: '0'.repeat(64),
  body: { type: 'gap', refused: 2, since: '2026-01-01T00:00:00.000Z', note: 'disk\u001b[2J full' },
};

test('tail gives entries with the shared keys and the body as recorded', async () => {
  const it = fakeCli();
  it.operator.entries = [ENTRY];
  assert.equal(await it.run('ledger', 'tail', '-n', '5', '--json'), 0);
  assert.deepEqual(it.operator.calls, [5]);
  const [first] = Object(it.json());
  assert.deepEqual(
    ['id', 'agent', 'action', 'verdict', 'policies', 'body'].map((key) => Reflect.get(first, key)),
    ['7', null, null, null, [], ENTRY.body],
  );
});

test('tail and show print plain text', async () => {
  const it = fakeCli();
  it.operator.entries = [ENTRY];
  await it.run('ledger', 'tail');
  await it.run('ledger', 'show', '7');
  assert.match(it.out(), /7 {2}2026-01-01T00:00:00\.000Z {2}gap/);
  assert.ok(!it.out().includes('\u001b'));
  assert.equal(await it.run('ledger', 'show', '8'), 1);
});

test('a count that is none is a usage error', async () => {
  for (const count of ['0', '-1', 'x', '10001']) assert.equal(await fakeCli().run('ledger', 'tail', '-n', count), 2, count);
});

test('verify ends with 0 when the chain holds, tells its progress on stderr, and says what it cannot know', async () => {
  const it = fakeCli();
  assert.equal(await it.run('ledger', 'verify'), 0);
  assert.match(it.out(), /The ledger holds: 3 entries/);
  assert.match(it.out(), /Without a checkpoint kept elsewhere/);
  assert.match(it.err(), /verified 500 of 1000 entries/);
  assert.ok(it.err().split('\n').length < 15);
});

test('verify ends with 1 and names the first bad entry, and vouches for nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'interlock-cli-'));
  const it = fakeCli({ cwd: folder });
  it.operator.report = { ...GOOD_REPORT, ok: false, firstBad: { sequence: 2, problem: 'its hash is another' } };
  assert.equal(await it.run('ledger', 'verify', '--write-checkpoint', 'kept'), 1);
  assert.match(it.out(), /does NOT hold: entry 2: its hash is another/);
  assert.equal(existsSync(join(folder, 'kept')), false);
  rmSync(folder, { recursive: true });
});

test('verify names the first bad entry of a ledger that does not open any more', async () => {
  using file = configFile('');
  const { dataDir } = file.load();
  await (await openLedger({ dataDir, version: 'test' })).close();
  const store = await openStore(dataDir, { create: false });
  await store.write([{ del: 'e:0000000000000001' }], true);
  await store.close();
  const it = fakeCli();
  it.cli.connect = connectOperator;
  assert.equal(await it.run('ledger', 'tail', '--config', file.file), 1);
  assert.match(it.err(), /run `interlock ledger verify`/);
  assert.equal(await it.run('ledger', 'verify', '--config', file.file), 1);
  assert.match(it.out(), /does NOT hold: entry 1: /);
});

test('a checkpoint is written, and read back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'interlock-cli-'));
  const it = fakeCli({ cwd: folder });
  assert.equal(await it.run('ledger', 'verify', '--write-checkpoint', 'kept', '--json'), 0);
  assert.deepEqual(it.json(), GOOD_REPORT);
  assert.equal(readFileSync(join(folder, 'kept'), 'utf8'), GOOD_REPORT.checkpoint);
  const note = checkpointWriter(signerFor(generateKeyPairSync('ed25519').privateKey))(3, 'ab'.repeat(32));
  writeFileSync(join(folder, 'other'), note);
  await it.run('ledger', 'verify', '--against', 'other');
  assert.deepEqual(it.operator.calls, [[], [{ source: 'the checkpoint in other', note }]]);
  // Another file is a mistake of who names it, and says nothing of the ledger.
  writeFileSync(join(folder, 'letter'), 'dear auditor');
  assert.equal(await it.run('ledger', 'verify', '--against', 'letter'), 2);
  assert.match(it.err(), /no checkpoint in letter/);
  assert.equal(await it.run('ledger', 'verify', '--against', 'none'), 2);
  rmSync(folder, { recursive: true });
});

test('where a verification is goes into a file of its owner, and the next one goes on from it and says so', async () => {
  using file = configFile('');
  const { dataDir } = file.load();
  const ledger = await openLedger({ dataDir, version: 'test' });
  await ledger.close();
  const it = fakeCli({ cwd: dataDir });
  it.cli.connect = connectOperator;
  const verify = (...more: string[]): Promise<number> =>
    it.run('ledger', 'verify', '--config', file.file, '--resume', 'walk', ...more);
  assert.equal(await verify(), 0);
  assert.doesNotMatch(it.out(), /resumed/);
  assert.equal(statSync(join(dataDir, 'walk')).mode & 0o777, 0o600);
  const [since] = readFileSync(join(dataDir, 'walk'), 'utf8').split('\n');
  assert.equal(await verify(), 0);
  assert.match(it.out(), new RegExp(`resumed {5}at entry 2: those before were read by runs since ${since}`));
  writeFileSync(join(dataDir, 'walk'), 'dear auditor');
  assert.equal(await verify(), 2);
  assert.match(it.err(), /is not where a verification stopped/);
});
