// The record: whatever is changed in it afterwards is found, a crash loses nothing that was acted upon, and without it nothing leaves.

import assert from 'node:assert/strict';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openStore } from '../../src/record/open-store.ts';
import { entryKey, HEAD_KEY } from '../../src/record/store-keys.ts';
import { curl } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { startLoad } from '../support/keep-alive-load.ts';
import { startOrigin } from '../support/origin.ts';
import { runCommand } from '../support/run-command.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const origin = stack.use(await startOrigin({ leaf: await ca.issue(['app.e2e.test']), protocols: ['http/1.1'] }));
const interlock = stack.use(
  await startInterlock({ caFiles: [ca.certFile], hosts: { 'app.e2e.test': origin.address }, config: { log: { level: 'warn' } } }),
);
const agent = await interlock.addAgent('scribe', { teams: ['engineering'] });
const dataDir = join(interlock.folder, 'data');
const prlimit = (await runCommand('prlimit', ['--version']).catch(() => ({ code: 127 }))).code === 0;

describe('kill -9 under load', () => {
  it('every request that the origin received has its verdict entry', async () => {
    for (let round = 0; round < 3; round += 1) {
      const load = await startLoad(interlock, interlock.login(agent.username, agent.token), 'app.e2e.test', `/kill/${round}`, 8);
      await waitFor(() => (origin.of(`/kill/${round}/`).length > 20 ? true : undefined));
      await interlock.kill9();
      await load.stop();
      await interlock.start();
    }
    const received = origin.of('/kill/').map((one) => one.target);
    const recorded = new Set(
      (await interlock.tail(10_000)).flatMap(({ body }) =>
        body.type === 'verdict' ? body.actions.map((action) => String(action.facts['path'])) : [],
      ),
    );
    assert.ok(received.length > 50, `only ${received.length} requests came through`);
    // INVARIANT: the verdict is written before anything leaves.
    assert.deepEqual(
      received.filter((target) => !recorded.has(target)),
      [],
    );
    const report = await interlock.verify();
    assert.equal(report.ok, true, JSON.stringify(report));
    assert.ok(report.unfinished >= 0);
  });
});

describe('what is changed afterwards', () => {
  it('is found by `ledger verify`, which names the first bad entry', async () => {
    const checkpointFile = join(interlock.folder, 'checkpoint');
    assert.equal((await interlock.command(['ledger', 'verify', '--write-checkpoint', checkpointFile])).code, 0);
    const size = (await interlock.verify()).entries;
    await interlock.gateway.stop();
    const tamper = async (
      change: (store: Awaited<ReturnType<typeof openStore>>) => Promise<void>,
    ): Promise<{ code: number; stdout: string }> => {
      const backup = join(interlock.folder, 'backup');
      await cp(dataDir, backup, { recursive: true });
      const store = await openStore(dataDir, { create: false });
      await change(store);
      await store.close();
      const verified = await interlock.cli(['ledger', 'verify', '--against', checkpointFile, '--json']);
      await rm(dataDir, { recursive: true });
      await cp(backup, dataDir, { recursive: true });
      await rm(backup, { recursive: true });
      return verified;
    };
    const edited = await tamper(async (store) => {
      const text = (await store.get(entryKey(5))) ?? '';
      await store.write([{ put: entryKey(5), value: text.replace(/"time":"20/, '"time":"21') }], true);
    });
    const deleted = await tamper((store) => store.write([{ del: entryKey(6) }], true));
    const swapped = await tamper(async (store) => {
      const [a, b] = [await store.get(entryKey(7)), await store.get(entryKey(8))];
      await store.write(
        [
          { put: entryKey(7), value: b ?? '' },
          { put: entryKey(8), value: a ?? '' },
        ],
        true,
      );
    });
    for (const [name, found, sequence] of [
      ['edited', edited, 5],
      ['deleted', deleted, 6],
      ['swapped', swapped, 7],
    ] as const) {
      assert.equal(found.code, 1, name);
      const report: unknown = JSON.parse(found.stdout);
      assert.ok(typeof report === 'object' && report !== null);
      const bad: unknown = Reflect.get(report, 'firstBad');
      assert.equal(
        typeof bad === 'object' && bad !== null ? Reflect.get(bad, 'sequence') : null,
        sequence,
        `${name}: ${found.stdout}`,
      );
    }
    // An older copy of the whole folder is consistent in itself: only a checkpoint kept elsewhere shows it.
    const truncated = await tamper(async (store) => {
      const head = await store.get(HEAD_KEY);
      assert.ok(head !== undefined);
      await store.write([{ del: entryKey(size - 1) }, { del: entryKey(size - 2) }], true);
    });
    assert.equal(truncated.code, 1);
    await interlock.start();
    assert.equal((await interlock.verify()).ok, true);
  });
});

describe('a damaged one', () => {
  it('is refused, looked at, repaired with the loss on record, and goes on', async () => {
    const login = interlock.login(agent.username, agent.token);
    await curl(login, [...Array.from({ length: 6 }, (_, i) => `https://app.e2e.test/damaged/${i}`), '-d', 'x']);
    const { length: size } = await interlock.tail(100_000);
    await interlock.kill9();
    await damage(join(dataDir, 'ledger'));
    const start = await interlock.command(['start']);
    assert.deepEqual([start.code, /run `interlock ledger repair`/.test(start.stderr)], [1, true], start.stderr);
    const looked = await interlock.cli(['ledger', 'repair', '--dry-run']);
    assert.match(looked.stdout, /^\d+ of \d+ entries can be saved\.\n {2}lost .*\n(.*\n)*Nothing was changed: --dry-run\.\n$/);
    const { stdout, code } = await interlock.command(['ledger', 'repair', '--yes']);
    assert.equal(code, 0);
    const [, kept = '', whole = ''] = /^(\d+) of (\d+) entries were saved\./.exec(stdout) ?? [];
    assert.ok(Number(kept) < Number(whole) && Number(whole) >= size, stdout);
    assert.match(stdout, /is kept in ledger-damaged-\S+\. What is lost is on record\.\n.*budgets count as spent/);
    const { ok, notes } = await interlock.verify();
    assert.deepEqual([ok, notes.some((note) => note.includes('were lost by damage'))], [true, true], notes.join('\n'));
    await interlock.start();
    assert.equal((await curl(interlock.login(agent.username, agent.token), ['https://app.e2e.test/repaired'])).status, 200);
    assert.equal((await interlock.verify()).ok, true);
  });
});

/** One letter of an entry somewhere in the middle of the newest log is another one. */
async function damage(folder: string): Promise<void> {
  const logs = (await readdir(folder)).filter((name) => name.endsWith('.log')).toSorted();
  const path = join(folder, logs.at(-1) ?? '');
  const bytes = await readFile(path);
  const at = bytes.indexOf('"type":"verdict"', bytes.length / 2);
  assert.ok(at > 0);
  bytes[at + 8] = 0x56;
  await writeFile(path, bytes);
}

describe('when nothing can be written', { skip: prlimit ? false : 'prlimit is not installed' }, () => {
  it('nothing is forwarded, the client gets a 503 that says so, and afterwards a gap entry tells of it', async () => {
    const login = interlock.login(agent.username, agent.token);
    const pid = String(interlock.gateway.pid);
    assert.equal((await curl(login, ['https://app.e2e.test/written/before', '-d', 'x'])).status, 200);
    // No file of the process may grow any more: as good as a full disk.
    assert.equal((await runCommand('prlimit', ['--pid', pid, '--fsize=1:unlimited'])).code, 0);
    const refused = await curl(login, ['https://app.e2e.test/written/meanwhile', '-d', 'x']);
    assert.equal(refused.status, 503, refused.stderr);
    assert.match(refused.body, /record|written|ledger/i);
    assert.equal(origin.of('/written/meanwhile').length, 0);
    assert.equal((await runCommand('prlimit', ['--pid', pid, '--fsize=unlimited:unlimited'])).code, 0);
    let later = 0;
    for (let i = 0; i < 40 && later !== 200; i += 1) {
      later = (await curl(login, ['https://app.e2e.test/written/after', '-d', 'x'])).status;
      await delay(250);
    }
    assert.equal(later, 200, 'it does not recover');
    const gaps = await interlock.bodies('gap');
    assert.ok(gaps.length > 0 && (gaps.at(-1)?.refused ?? 0) >= 1, JSON.stringify(gaps));
    assert.equal((await interlock.verify()).ok, true);
  });
});

describe('privacy', () => {
  it('a query, a body and a credential are in no file of the data folder', async () => {
    const login = interlock.login(agent.username, agent.token);
    await curl(login, [
      'https://app.e2e.test/private?email=someone%40private.test&token=tok_queryqueryquery',
      '-H',
      'Authorization: Bearer sk_live_neverwritten',
      '-d',
      'card=4242424242424242',
    ]);
    await interlock.gateway.stop();
    const found = await runCommand('grep', ['-rlaE', 'sk_live_neverwritten|tok_queryqueryquery|4242424242424242', dataDir]);
    assert.equal(found.stdout, '');
    assert.ok(!(await readFile(join(dataDir, 'ledger', 'CURRENT'), 'utf8')).includes('sk_live'));
    await interlock.start({ warm: true });
  });
});
