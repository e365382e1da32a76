// The whole ledger over a real LevelDB.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { openLedger } from '../../src/record/chain.ts';
import type { OpenLedger, OpenLedgerOptions } from '../../src/record/chain.ts';
import { openStore } from '../../src/record/open-store.ts';
import { verifyFolder } from '../../src/record/verify-store.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { outcomeOf, verdictOf } from './sample-bodies.ts';
import { temporaryFolder } from './temporary-folder.ts';

const open = (dataDir: string, options: Partial<OpenLedgerOptions> = {}): Promise<OpenLedger> =>
  openLedger({ dataDir, version: '1.2.3', ...options });

/** A closed ledger of a start, `count` verdicts and a stop. */
async function filled(t: TestContext, count: number): Promise<string> {
  const dataDir = temporaryFolder(t);
  const ledger = await open(dataDir);
  await Promise.all(Array.from({ length: count }, (_, i) => ledger.append(verdictOf(`x${i}`), 'written')));
  await ledger.close();
  return dataDir;
}

test('what is appended is read back, hidden values in place, also after a restart', async (t) => {
  const dataDir = temporaryFolder(t);
  const first = await open(dataDir);
  const { entry } = await first.append(verdictOf('x1'), 'synced', [{ put: 'ticket:1', value: 'open' }]);
  first.note(outcomeOf('x1', entry));
  await first.flush();
  await first.close();
  const ledger = await open(dataDir);
  t.after(() => ledger.close());
  assert.deepEqual((await ledger.get(Number(entry)))?.body, verdictOf('x1'));
  assert.equal(await ledger.get(99), undefined);
  assert.equal(await ledger.get('ticket:1'), 'open');
  const types = [];
  for await (const { body } of ledger.entries(1, 3)) types.push(body.type);
  assert.deepEqual(types, ['verdict', 'outcome', 'stop']);
  assert.deepEqual(
    (await ledger.tail(2)).map(({ sequence, body }) => [sequence, body.type]),
    [
      [3, 'stop'],
      [4, 'start'],
    ],
  );
  const [start] = await ledger.tail(1);
  const { uptime, ...told } = start?.body.type === 'start' ? start.body : { uptime: undefined };
  assert.deepEqual(told, { type: 'start', version: '1.2.3', syncedSize: 4, note: '' });
  assert.equal(uptime !== undefined, process.platform === 'linux');
  assert.equal(ledger.size, 5);
});

test('state is listed by prefix, in order', async (t) => {
  const ledger = await open(temporaryFolder(t));
  t.after(() => ledger.close());
  const state = ['ticket:b', 'ticket:a', 'tickets', 'agent:a'].map((put) => ({ put, value: put.toUpperCase() }));
  await ledger.append(verdictOf('x'), 'written', state);
  assert.deepEqual(await ledger.list('ticket:'), [
    ['ticket:a', 'TICKET:A'],
    ['ticket:b', 'TICKET:B'],
  ]);
  assert.deepEqual(await ledger.list('none'), []);
});

test('the folder and its files are private', async (t) => {
  const dataDir = await filled(t, 1);
  for (const [name, mode] of [
    ['', 0o700],
    ['ledger', 0o700],
    ['ledger-key.pem', 0o600],
    ['ledger-secret', 0o600],
  ] as const) {
    assert.equal(statSync(join(dataDir, name)).mode & 0o777, mode, name);
  }
});

test('concurrent appends get gap-free sequences and verify while others go on', async (t) => {
  const ledger = await open(temporaryFolder(t));
  t.after(() => ledger.close());
  const client = async (name: number): Promise<number[]> => {
    const seen: number[] = [];
    for (let i = 0; i < 50; i += 1)
      seen.push(Number((await ledger.append(verdictOf(`${name}-${i}`), i % 7 === 0 ? 'synced' : 'written')).entry));
    return seen;
  };
  const clients = Promise.all(Array.from({ length: 16 }, (_, i) => client(i)));
  const during = await ledger.verify({ kept: [{ source: 'kept', note: ledger.checkpoint() }] });
  assert.deepEqual([during.ok, during.firstBad], [true, null]);
  const all = (await clients).flat().sort((a, b) => a - b);
  assert.deepEqual(
    all,
    Array.from({ length: 800 }, (_, i) => i + 1),
  );
  assert.equal((await ledger.verify({ kept: [{ source: 'kept', note: during.checkpoint }] })).entries, 801);
  assert.deepEqual(ledger.signedHead.size, 801);
});

test('a second opener is refused, in this process and in another', async (t) => {
  const dataDir = temporaryFolder(t);
  const ledger = await open(dataDir);
  t.after(() => ledger.close());
  await throwsWithCode('STORE_LOCKED', () => open(dataDir));
  const child = spawnSync(process.execPath, [join(import.meta.dirname, 'appender.ts'), dataDir, 'second'], { encoding: 'utf8' });
  assert.notEqual(child.status, 0);
  assert.match(child.stderr, /STORE_LOCKED/);
  await ledger.append(verdictOf('x'), 'synced');
});

test('a data folder that lost its chain, or part of it, never begins a new one', async (t) => {
  const whole = await filled(t, 3);
  const damage: Array<[string, (dir: string) => void]> = [
    ['CURRENT deleted', (dir) => rmSync(join(dir, 'ledger/CURRENT'))],
    ['CURRENT and key deleted', (dir) => ['ledger/CURRENT', 'ledger-key.pem'].forEach((name) => rmSync(join(dir, name)))],
    ['store deleted', (dir) => rmSync(join(dir, 'ledger'), { recursive: true })],
    ['store emptied', (dir) => readdirSync(join(dir, 'ledger')).forEach((name) => rmSync(join(dir, 'ledger', name)))],
    ['key deleted', (dir) => rmSync(join(dir, 'ledger-key.pem'))],
    [
      'MANIFEST deleted',
      (dir) =>
        readdirSync(join(dir, 'ledger'))
          .filter((name) => name.startsWith('MANIFEST'))
          .forEach((name) => rmSync(join(dir, 'ledger', name))),
    ],
    ['CURRENT garbled', (dir) => writeFileSync(join(dir, 'ledger/CURRENT'), 'nonsense')],
    ['log emptied', (dir) => logs(dir).forEach((name) => truncateSync(name, 0))],
    ['another key', (dir) => cpSync(join(other, 'ledger-key.pem'), join(dir, 'ledger-key.pem'))],
  ];
  const other = await filled(t, 1);
  for (const [what, harm] of damage) {
    const dataDir = join(temporaryFolder(t), 'copy');
    cpSync(whole, dataDir, { recursive: true });
    harm(dataDir);
    const error = await throwsWithCode('STORE_CORRUPT', () => open(dataDir)).catch((failure: unknown) =>
      assert.fail(`${what}: ${String(failure)}`),
    );
    assert.ok(error.hint !== undefined);
    await throwsWithCode('STORE_CORRUPT', () => open(dataDir));
  }
});

function logs(dataDir: string): string[] {
  return readdirSync(join(dataDir, 'ledger'))
    .filter((name) => name.endsWith('.log'))
    .map((name) => join(dataDir, 'ledger', name));
}

test('a first start that was cut short starts again', async (t) => {
  const dataDir = await filled(t, 1);
  // Killed after the first entry and before the key got its lasting name.
  cpSync(join(dataDir, 'ledger-key.pem'), join(dataDir, 'ledger-key.pem.new'));
  rmSync(join(dataDir, 'ledger-key.pem'));
  const ledger = await open(dataDir);
  assert.ok(existsSync(join(dataDir, 'ledger-key.pem')));
  assert.equal((await ledger.verify({})).ok, true);
  await ledger.close();
  // Killed before the first entry.
  const early = temporaryFolder(t);
  writeFileSync(join(early, 'ledger-key.pem.new'), 'half a key', { mode: 0o600 });
  await (await openStore(early, { create: true })).close();
  await (await open(early)).close();
});

test('entries changed under a closed ledger keep it from opening when they are near the end', async (t) => {
  const dataDir = await filled(t, 5);
  const store = await openStore(dataDir, { create: false });
  await store.write([{ put: 'e:0000000000000003', value: '{}' }], true);
  await store.close();
  await throwsWithCode('STORE_CORRUPT', () => open(dataDir));
  assert.equal((await verifyFolder(dataDir, {})).firstBad?.sequence, 3);
});

test('entries put behind the signed head keep the ledger from opening', async (t) => {
  const dataDir = await filled(t, 2);
  const store = await openStore(dataDir, { create: false });
  await store.write([{ put: 'e:0000000000000009', value: (await store.get('e:0000000000000001')) ?? '' }], true);
  await store.close();
  assert.match(
    (await throwsWithCode('STORE_CORRUPT', () => open(dataDir))).message,
    /head speaks of 4 entries, the last one found is 9/,
  );
});

test('an older copy put back is found against the checkpoint kept elsewhere, and only so', async (t) => {
  const dataDir = await filled(t, 3);
  const older = join(temporaryFolder(t), 'older');
  cpSync(dataDir, older, { recursive: true });
  const ledger = await open(dataDir);
  await ledger.append(verdictOf('later'), 'synced');
  const kept = ledger.checkpoint();
  await ledger.close();
  assert.equal((await verifyFolder(older, {})).ok, true);
  const report = await verifyFolder(older, { kept: [{ source: 'kept', note: kept }] });
  assert.deepEqual([report.ok, report.firstBad?.sequence], [false, 5]);
});

test('the start entry names what was surely on disk, and a clock may stand anywhere', async (t) => {
  const dataDir = temporaryFolder(t);
  const first = await open(dataDir, { clock: () => Date.UTC(2030, 0, 1) });
  await first.append(verdictOf('x1'), 'synced');
  await first.append(verdictOf('x2'), 'written');
  // A crash: the store is released without a stop entry.
  const copy = join(temporaryFolder(t), 'copy');
  cpSync(dataDir, copy, { recursive: true });
  await first.close();
  const second = await open(copy, { clock: () => Date.UTC(2020, 0, 1) });
  t.after(() => second.close());
  const start = (await second.get(3))?.body;
  assert.ok(start?.type === 'start');
  assert.equal(start.syncedSize, 2);
  assert.match(start.note, /1 entries written but not synced/);
  const { ok, notes } = await second.verify({});
  assert.equal(ok, true);
  assert.match(notes.join('\n'), /clock stepped back/);
});

test('a lazy ledger that only reads leaves no trace', async (t) => {
  const dataDir = await filled(t, 1);
  const reader = await open(dataDir, { start: 'lazy' });
  assert.equal((await reader.tail(1))[0]?.body.type, 'stop');
  await reader.close();
  const writer = await open(dataDir, { start: 'lazy' });
  assert.equal((await writer.append(verdictOf('x'), 'written')).entry, '4');
  await writer.close();
  assert.equal((await verifyFolder(dataDir, {})).entries, 6);
});

test('every byte region of every stored entry is guarded', async (t) => {
  const dataDir = await filled(t, 6);
  const store = await openStore(dataDir, { create: false });
  t.after(() => store.close());
  const { verifyStore } = await import('../../src/record/verify-store.ts');
  const { loadSigner } = await import('../../src/record/signer.ts');
  const publicKey = loadSigner(dataDir)?.publicKey ?? '';
  for await (const page of store.pages({ from: 'e:', to: 'e;' })) {
    for (const [key, value] of page) {
      const sequence = Number(key.slice(2, 18));
      for (let at = 0; at < value.length; at += 23) {
        const swapped = value.charAt(at) === '0' ? '1' : '0';
        await store.write([{ put: key, value: value.slice(0, at) + swapped + value.slice(at + 1) }], false);
        const report = await verifyStore(store, publicKey, {});
        assert.equal(report.firstBad?.sequence, sequence, `${key} at ${at}: ${report.firstBad?.problem ?? 'not found'}`);
      }
      await store.write([{ del: key }], false);
      const report = await verifyStore(store, publicKey, {});
      if (key.endsWith('hidden')) assert.equal(report.notes.length, 1);
      else assert.equal(report.firstBad?.sequence, sequence);
      await store.write([{ put: key, value }], false);
    }
  }
  assert.equal((await verifyStore(store, publicKey, {})).ok, true);
});

test('a value erased beside the chain leaves the entry readable and the chain valid', async (t) => {
  const dataDir = await filled(t, 2);
  const store = await openStore(dataDir, { create: false });
  await store.write([{ del: 'e:0000000000000001:hidden' }], true);
  await store.close();
  const ledger = await open(dataDir);
  t.after(() => ledger.close());
  const body = (await ledger.get(1))?.body;
  assert.ok(body?.type === 'verdict');
  assert.match(body.reason, /^commitment:/);
  assert.equal((await ledger.verify({})).ok, true);
});
