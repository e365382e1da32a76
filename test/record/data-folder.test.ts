// Who may open a ledger's folder: one process at a time, whatever a killed one left; plain files, no links; and only with the right to write.

import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { openLedger } from '../../src/record/chain.ts';
import { verifyFolder } from '../../src/record/verify-store.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { verdictOf } from './sample-bodies.ts';
import { temporaryFolder } from './temporary-folder.ts';

const APPENDER = join(import.meta.dirname, 'appender.ts');
const CONTENDER = join(import.meta.dirname, 'contender.ts');
const open = (dataDir: string): ReturnType<typeof openLedger> => openLedger({ dataDir, version: '0.0.0' });

async function filled(t: TestContext): Promise<string> {
  const dataDir = temporaryFolder(t);
  const ledger = await open(dataDir);
  for (let i = 0; i < 3; i += 1) await ledger.append(verdictOf(`x${i}`), 'synced');
  await ledger.close();
  return dataDir;
}

test('another process is refused at once while the first one writes, and the first one goes on unharmed', async (t) => {
  const dataDir = temporaryFolder(t);
  const stalls: unknown[] = [];
  const ledger = await openLedger({ dataDir, version: '0.0.0', onStall: (stall) => stalls.push(stall) });
  let over = false;
  let written = 0;
  // Padded, so that logs fill up and tables are built meanwhile: a store at work looks damaged to whoever reads its files.
  const client = async (name: number): Promise<void> => {
    for (let i = 0; !over; i += 1) {
      await ledger.append({ ...verdictOf(`${name}-${i}`), query: 'x'.repeat(14_000) }, i % 5 === 0 ? 'synced' : 'written');
      written += 1;
      await delay(4);
    }
  };
  const clients = Promise.all([0, 1, 2, 3].map(client));
  const { stdout } = await promisify(execFile)(process.execPath, [CONTENDER, dataDir, '40']);
  over = true;
  await clients;
  const came = stdout.trim().split('\n');
  assert.equal(came.length, 40);
  for (const line of came) assert.match(line, /^STORE_LOCKED the ledger in .* is already open, in another process/);
  assert.deepEqual(stalls, []);
  await ledger.close();
  assert.deepEqual(
    readdirSync(dataDir).filter((name) => /lock-|-lost/.test(name)),
    [],
    'the refused ones left nothing behind',
  );
  const { ok, entries, gaps } = await verifyFolder(dataDir, {});
  assert.deepEqual([ok, entries, gaps], [true, written + 2, 0]);
});

test('of two first starts at once one begins the chain, and the other one is refused or goes on behind it', async (t) => {
  const dataDir = temporaryFolder(t);
  const both = await Promise.all(
    ['a', 'b'].map(async (name) => {
      const child = spawn(process.execPath, [APPENDER, dataDir, name, 'mixed', '5'], { stdio: ['ignore', 'ignore', 'pipe'] });
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => void (said += chunk.toString('utf8')));
      const [code] = await once(child, 'close');
      return { code: Number(code), said };
    }),
  );
  const refused = both.filter(({ code }) => code !== 0);
  assert.ok(refused.length < 2, JSON.stringify(both));
  for (const { said } of refused) assert.match(said, /STORE_LOCKED/);
  const { ok, notes } = await verifyFolder(dataDir, {});
  assert.equal(ok, true);
  assert.doesNotMatch(notes.join(), /did not stop in order/);
});

test('a LOCK file that a killed process left, or that came along with a copy, locks nobody out', async (t) => {
  const dataDir = await filled(t);
  const child = spawn(process.execPath, [APPENDER, dataDir, 'killed'], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  const copy = join(temporaryFolder(t), 'copy');
  cpSync(dataDir, copy, { recursive: true, filter: (from) => !from.endsWith('.sock') });
  child.kill('SIGKILL');
  await once(child, 'close');
  assert.ok(existsSync(join(dataDir, 'ledger/LOCK')) && existsSync(join(copy, 'ledger/LOCK')));
  const ledger = await open(dataDir);
  t.after(() => ledger.close());
  assert.equal((await ledger.verify({})).ok, true);
  writeFileSync(join(copy, 'ledger/LOCK'), 'left by another program');
  // Taken while it was written: whole, or refused as damaged, but never for the lock.
  const copied = await open(copy).catch((error: unknown) => error);
  if (copied instanceof Error) assert.match(String(Reflect.get(copied, 'code')), /^STORE_CORRUPT$/);
  else if (typeof copied === 'object' && copied !== null && 'close' in copied) await (copied as typeof ledger).close();
});

test('a folder without the right to write is refused with what to do, and is as it was', async (t) => {
  const dataDir = await filled(t);
  const lock = join(dataDir, 'ledger/LOCK');
  chmodSync(lock, 0o400);
  const nobody = 65_534;
  const isRoot = process.getuid?.() === 0;
  // Nothing is forbidden to root, so the process is somebody else's: the folder is its own, the lock is not.
  if (isRoot) {
    for (const name of ['', ...readdirSync(dataDir, { recursive: true, encoding: 'utf8' })])
      chownSync(join(dataDir, name), nobody, nobody);
    chownSync(lock, 0, 0);
  }
  const before = readFileSync(join(dataDir, 'ledger/CURRENT'));
  const ran = spawnSync(process.execPath, [CONTENDER, dataDir], {
    encoding: 'utf8',
    ...(isRoot ? { uid: nobody, gid: nobody } : {}),
  });
  if (/Cannot find module|EACCES.*node_modules/.test(ran.stderr)) return t.diagnostic('another user may not read this checkout');
  assert.match(ran.stdout, /^RECORD_FAILED the ledger in .* can't be opened: .*LOCK: Permission denied/, ran.stderr);
  assert.deepEqual(readFileSync(join(dataDir, 'ledger/CURRENT')), before);
});

test('the data folder may be a link; the ledger in it, and its files, may not', async (t) => {
  const dataDir = await filled(t);
  const linked = join(temporaryFolder(t), 'data');
  symlinkSync(dataDir, linked);
  const first = await open(linked);
  await throwsWithCode('STORE_LOCKED', () => open(dataDir));
  await first.close();
  const elsewhere = temporaryFolder(t);
  const log = readdirSync(join(dataDir, 'ledger')).find((name) => name.endsWith('.log')) ?? '';
  for (const name of ['ledger', 'ledger/CURRENT', `ledger/${log}`, 'ledger/LOCK']) {
    const path = join(dataDir, name);
    const moved = join(elsewhere, 'moved');
    renameSync(path, moved);
    symlinkSync(moved, path);
    const error = await throwsWithCode('STORE_CORRUPT', () => open(dataDir));
    assert.match(error.message, /is not made of plain files/, name);
    await throwsWithCode('STORE_CORRUPT', () => verifyFolder(dataDir, {}));
    rmSync(path);
    renameSync(moved, path);
  }
  // LevelDB would write its next log through a link that waits for it.
  const victim = join(elsewhere, 'victim');
  writeFileSync(victim, 'precious');
  const planted = ['000099.log', 'LOG', 'planted'].map((name) => join(dataDir, 'ledger', name));
  for (const path of planted) {
    rmSync(path, { force: true });
    symlinkSync(victim, path);
    await throwsWithCode('STORE_CORRUPT', () => open(dataDir));
    rmSync(path);
  }
  assert.equal(readFileSync(victim, 'utf8'), 'precious');
  for (const name of ['ledger-key.pem', 'ledger-secret']) {
    const path = join(dataDir, name);
    const moved = join(dirname(dataDir), `moved-${name}`);
    renameSync(path, moved);
    t.after(() => rmSync(moved, { force: true }));
    symlinkSync(moved, path);
    await throwsWithCode('KEY_EXPOSED', () => open(dataDir));
    rmSync(path);
    renameSync(moved, path);
  }
  await (await open(dataDir)).close();
});
