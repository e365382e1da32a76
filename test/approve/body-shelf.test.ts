// Bodies of held exchanges on disk: unreadable there, the very same bytes or none, bounded, and nothing left of the run before.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openBodyShelf } from '../../src/approve/body-shelf.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

function dataFolder(t: { after(fn: () => Promise<void>): void }): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'interlock-shelf-'));
  t.after(() => rm(dataDir, { recursive: true }));
  return dataDir;
}

async function shelfIn(dataDir: string, maxTotalBytes = 1 << 20) {
  const failures: unknown[] = [];
  const shelf = await openBodyShelf({ dataDir, maxTotalBytes, onFailure: (cause) => void failures.push(cause) });
  return { shelf, failures, folder: join(dataDir, 'parked') };
}

test('pieces come back in one, and then the file goes', async (t) => {
  const { shelf, folder, failures } = await shelfIn(dataFolder(t));
  const [one, two] = [randomBytes(70_000), randomBytes(3)];
  const kept = await shelf.put('x1', [one, Buffer.alloc(0), two]);
  assert.equal(statSync(join(folder, 'x1')).mode & 0o777, 0o600);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.deepEqual(await kept.take(), Buffer.concat([one, two]));
  await kept.drop();
  await kept.drop();
  assert.deepEqual([readdirSync(folder), failures], [[], []]);
});

test('on disk there is nothing of it, nor of the key', async (t) => {
  const dataDir = dataFolder(t);
  const { shelf, folder } = await shelfIn(dataDir);
  const bytes = Buffer.alloc(1_000, 'secret');
  await shelf.put('x1', [bytes]);
  await shelf.put('x2', [bytes]);
  const [first, second] = [readFileSync(join(folder, 'x1')), readFileSync(join(folder, 'x2'))];
  assert.equal(first.includes('secret'), false);
  assert.notDeepEqual(first, second);
  assert.deepEqual(readdirSync(dataDir), ['parked']);
});

// INVARIANT: what comes back is what was judged, to the bit.
test('a file that was changed, cut, made longer, exchanged, linked or deleted is found', async (t) => {
  const { shelf, folder } = await shelfIn(dataFolder(t));
  const kept = await shelf.put('x1', [randomBytes(500)]);
  await shelf.put('x2', [randomBytes(500)]);
  const file = join(folder, 'x1');
  const good = readFileSync(file);
  const lost = () => throwsWithCode('BODY_LOST', () => kept.take());
  for (let at = 0; at < good.length; at += 99) {
    const changed = Buffer.from(good);
    changed[at] = (changed[at] ?? 0) ^ 1;
    writeFileSync(file, changed);
    await lost();
  }
  writeFileSync(file, readFileSync(join(folder, 'x2')));
  await lost();
  for (const other of [good.subarray(1), Buffer.concat([good, Buffer.alloc(1)]), '']) {
    writeFileSync(file, other);
    assert.match(String((await lost()).cause), /bytes and not 500/, 'before it is read: it may be of any size');
  }
  rmSync(file);
  assert.match((await lost()).message, /changed or lost on disk while it waited, so it is not sent/);
  writeFileSync(join(folder, 'aside'), good);
  symlinkSync(join(folder, 'aside'), file);
  await lost();
  rmSync(file);
  writeFileSync(file, good);
  assert.equal((await kept.take()).length, 500);
});

test('what the run before has left is deleted, whatever it is', async (t) => {
  const dataDir = dataFolder(t);
  const { shelf, folder } = await shelfIn(dataDir);
  await shelf.put('x1', [randomBytes(500)]);
  mkdirSync(join(folder, 'odd'));
  writeFileSync(join(folder, 'odd', 'one'), 'x');
  await shelfIn(dataDir);
  assert.deepEqual(readdirSync(folder), []);
});

test('all of them are bounded', async (t) => {
  const { shelf, folder } = await shelfIn(dataFolder(t), 1_000);
  const kept = await shelf.put('x1', [randomBytes(600)]);
  await throwsWithCode('BODY_UNKEPT', () => shelf.put('x2', [randomBytes(401)]));
  await shelf.put('x3', [randomBytes(400)]);
  await kept.drop();
  await shelf.put('x4', [randomBytes(600)]);
  assert.deepEqual(readdirSync(folder).toSorted(), ['x3', 'x4']);
});

test('a disk that fails is told, leaves nothing, and takes no room', async (t) => {
  const { shelf, folder, failures } = await shelfIn(dataFolder(t), 1_000);
  rmSync(folder, { recursive: true });
  const error = await throwsWithCode('BODY_UNKEPT', () => shelf.put('x1', [randomBytes(600)]));
  assert.match(error.message, /can not be put on disk/);
  assert.equal(failures.length, 1);
  mkdirSync(folder);
  await (await shelf.put('x1', [randomBytes(600)])).drop();
  assert.deepEqual(readdirSync(folder), []);
});

test('a name that is no exchange id is never made a path', async (t) => {
  const { shelf } = await shelfIn(dataFolder(t));
  for (const name of ['../x', 'a/b', '', '.', 'x'.repeat(65)])
    await throwsWithCode('INTERNAL', () => shelf.put(name, [randomBytes(1)]));
});
