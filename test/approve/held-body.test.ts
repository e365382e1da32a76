// Bodies beside their tickets: unreadable without the key, bound to their ticket, bounded, and gone when the ticket is.

import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openHeldBodies } from '../../src/approve/held-body.ts';
import { newTicketId } from '../../src/approve/ticket-id.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

function dataFolder(t: { after(fn: () => Promise<void>): void }): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'interlock-held-'));
  t.after(() => rm(dataDir, { recursive: true }));
  return dataDir;
}

const SECRET = Buffer.from('charge=ch_1&amount=500');

test('kept, read back after a restart, and dropped', async (t) => {
  const dataDir = dataFolder(t);
  const id = newTicketId();
  await (await openHeldBodies({ dataDir })).keepBody(id, SECRET);
  const bodies = await openHeldBodies({ dataDir });
  assert.deepEqual(await bodies.readBody(id), SECRET);
  await bodies.dropBody(id);
  await bodies.dropBody(id);
  assert.equal(await bodies.readBody(id), null);
  assert.deepEqual(readdirSync(join(dataDir, 'held')), []);
});

test('dropped while it is being written, it is gone afterwards', async (t) => {
  const dataDir = dataFolder(t);
  const bodies = await openHeldBodies({ dataDir, maxTotalBytes: 2 * SECRET.length });
  const id = newTicketId();
  await Promise.all([bodies.keepBody(id, SECRET), bodies.dropBody(id)]);
  assert.deepEqual(readdirSync(join(dataDir, 'held')), []);
  // Nor is room counted for it.
  await Promise.all([newTicketId(), newTicketId()].map((other) => bodies.keepBody(other, SECRET)));
});

test("on disk it is cipher text, its key and folder are the owner's, and the nonce is never the same", async (t) => {
  const dataDir = dataFolder(t);
  const bodies = await openHeldBodies({ dataDir });
  const [one, two] = [newTicketId(), newTicketId()];
  await bodies.keepBody(one, SECRET);
  await bodies.keepBody(two, SECRET);
  const [first, second] = [readFileSync(join(dataDir, 'held', one)), readFileSync(join(dataDir, 'held', two))];
  assert.equal(first.includes('charge'), false);
  assert.notDeepEqual(first.subarray(1, 13), second.subarray(1, 13));
  assert.equal(statSync(join(dataDir, 'held.key')).mode & 0o777, 0o600);
  assert.equal(statSync(join(dataDir, 'held')).mode & 0o777, 0o700);
  assert.equal(statSync(join(dataDir, 'held', one)).mode & 0o777, 0o600);
});

test('a changed, cut or exchanged file is found', async (t) => {
  const dataDir = dataFolder(t);
  const bodies = await openHeldBodies({ dataDir });
  const [one, two] = [newTicketId(), newTicketId()];
  await bodies.keepBody(one, SECRET);
  const file = readFileSync(join(dataDir, 'held', one));
  for (let i = 0; i < file.length; i += 7) {
    const changed = Buffer.from(file);
    changed[i] = (changed[i] ?? 0) ^ 1;
    writeFileSync(join(dataDir, 'held', one), changed);
    await throwsWithCode('STORE_CORRUPT', () => bodies.readBody(one));
  }
  writeFileSync(join(dataDir, 'held', one), file.subarray(0, 20));
  await throwsWithCode('STORE_CORRUPT', () => bodies.readBody(one));
  writeFileSync(join(dataDir, 'held', two), file);
  await throwsWithCode('STORE_CORRUPT', () => bodies.readBody(two));
});

test('each and all are bounded', async (t) => {
  const bodies = await openHeldBodies({ dataDir: dataFolder(t), maxBytes: 10, maxTotalBytes: 15 });
  const [one, two] = [newTicketId(), newTicketId()];
  await throwsWithCode('BODY_TOO_LARGE', () => bodies.keepBody(one, Buffer.alloc(11)));
  await bodies.keepBody(one, Buffer.alloc(10));
  await bodies.keepBody(one, Buffer.alloc(10));
  await throwsWithCode('BODY_TOO_LARGE', () => bodies.keepBody(two, Buffer.alloc(10)));
  await bodies.dropBody(one);
  await bodies.keepBody(two, Buffer.alloc(10));
});

test('a sweep leaves only what an open ticket owns', async (t) => {
  const dataDir = dataFolder(t);
  const bodies = await openHeldBodies({ dataDir });
  const [one, two] = [newTicketId(), newTicketId()];
  await bodies.keepBody(one, SECRET);
  await bodies.keepBody(two, SECRET);
  writeFileSync(join(dataDir, 'held', `${two}.0123.part`), 'half');
  await bodies.sweep(new Set([two]));
  assert.deepEqual(readdirSync(join(dataDir, 'held')), [two]);
});

test('a ticket id is a file name only in its exact shape', async (t) => {
  const dataDir = dataFolder(t);
  const bodies = await openHeldBodies({ dataDir });
  for (const id of ['../held.key', 't_', '', `${newTicketId()}/x`, `${newTicketId()}\0`]) {
    await throwsWithCode('TICKET_UNKNOWN', () => bodies.keepBody(id, SECRET));
    await throwsWithCode('TICKET_UNKNOWN', () => bodies.dropBody(id));
  }
  assert.equal(existsSync(join(dataDir, 'held.key')), true);
});

test('a key that others can read is refused', async (t) => {
  const dataDir = dataFolder(t);
  await openHeldBodies({ dataDir });
  chmodSync(join(dataDir, 'held.key'), 0o640);
  await throwsWithCode('KEY_EXPOSED', () => openHeldBodies({ dataDir }));
});
