// Each load is an entry that tells what changed and what is known of who, and its files are kept.

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createJudge } from '../../src/decide/judge-engine.ts';
import { RELOAD } from '../../src/decide/load-cause.ts';
import type { BundleBody } from '../../src/record/bundle-body.ts';
import { loadText, openBundleHistory } from '../../src/rollout/bundle-history.ts';
import { openBundleStore } from '../../src/rollout/bundle-store.ts';
import { PLACED_KEY, placedText } from '../../src/rollout/placed.ts';
import { directoryOf, members } from '../decide/bundle-fixture.ts';
import { memoryLedger, type MemoryLedger } from '../support/memory-ledger.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { NO_READ, READ, workplace, WRITE } from './whole-bundle.ts';

const LOG = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function open(dataDir: string, policiesDir: string, ledger: MemoryLedger) {
  const store = openBundleStore(dataDir);
  const history = await openBundleHistory({ ledger, store, log: LOG, finished: null });
  const judge = await createJudge({
    policiesDir,
    directory: directoryOf(members()),
    onEvent: history.onEvent,
    look: history.look,
  });
  return { store, history, judge };
}

const loadsIn = (ledger: MemoryLedger): BundleBody[] => ledger.bodies('bundle').filter(({ move }) => move === 'loaded');

test('the first load has nothing to be compared with; a change of files says that nobody is known', async () => {
  using place = workplace();
  const directory = place.bundle('policies');
  const ledger = memoryLedger();
  const { history, judge, store } = await open(place.path, directory, ledger);
  assert.equal(await history.settled(), '0');
  writeFileSync(join(directory, 'main.cedar'), NO_READ + WRITE);
  writeFileSync(join(directory, 'entities.json'), '[ ]');
  await judge.reload();
  assert.equal(await history.settled(), '1');
  const [first, second] = loadsIn(ledger);
  assert.deepEqual([first?.load?.cause, first?.load?.previous, first?.load?.changes], ['start', null, null]);
  assert.equal(second?.digest, judge.bundle);
  const { cause, user, osUser, previous, changes, git, directory: from } = second?.load ?? assert.fail();
  assert.deepEqual([cause, user, osUser, previous, git, from], ['file-change', null, null, first?.digest, null, directory]);
  assert.deepEqual(changes, {
    added: { count: 1, ids: ['write'] },
    changed: { count: 1, ids: ['read'] },
    removed: { count: 0, ids: [] },
    files: ['entities.json'],
  });
  assert.deepEqual(new Set(await store.find('')), new Set([first?.digest, second?.digest]));
});

test('the entry is handed in before the new bundle judges', async () => {
  using place = workplace();
  const directory = place.bundle('policies');
  const ledger = memoryLedger();
  const { judge } = await open(place.path, directory, ledger);
  writeFileSync(join(directory, 'main.cedar'), NO_READ);
  const first = judge.bundle;
  const seen: string[] = [];
  ledger.follow(() => seen.push(judge.bundle));
  await judge.reload(RELOAD);
  assert.deepEqual(seen, [first]);
  assert.notEqual(judge.bundle, first);
});

test('a change made while no gateway ran is compared with what was in force before', async () => {
  using place = workplace();
  const directory = place.bundle('policies');
  const ledger = memoryLedger();
  const before = await open(place.path, directory, ledger);
  await before.history.settled();
  writeFileSync(join(directory, 'more.cedar'), WRITE);
  const ledgerAfter = ledger.reopen();
  await (await open(place.path, directory, ledgerAfter)).history.settled();
  const last = loadsIn(ledgerAfter).at(-1)?.load;
  assert.deepEqual([last?.cause, last?.previous, last?.changes?.added.ids], ['start', before.judge.bundle, ['write']]);
  const again = ledgerAfter.reopen();
  await (await open(place.path, directory, again)).history.settled();
  const same = loadsIn(again).at(-1);
  assert.deepEqual([same?.load?.previous, same?.load?.changes?.added.count], [same?.digest, 0]);
});

test('where the bundle before is no longer kept, or was tampered with, what changed is not known', async () => {
  using place = workplace();
  const directory = place.bundle('policies');
  const ledger = memoryLedger();
  const { history, judge } = await open(place.path, directory, ledger);
  await history.settled();
  writeFileSync(join(place.path, 'bundles', judge.bundle, 'main.cedar'), WRITE);
  writeFileSync(join(directory, 'main.cedar'), READ + WRITE);
  const after = ledger.reopen();
  await (await open(place.path, directory, after)).history.settled();
  const last = loadsIn(after).at(-1)?.load;
  assert.deepEqual([last?.previous, last?.changes], [judge.bundle, null]);
});

test('what was put in place while no gateway ran is told as that change, once', async () => {
  using place = workplace();
  const directory = place.bundle('policies');
  const ledger = memoryLedger();
  const { history, judge } = await open(place.path, directory, ledger);
  await history.settled();
  const cause = { kind: 'rollback', user: null, osUser: 'ada', from: null, reason: 'too strict' } as const;
  const source = { directory: '/kept', git: null, owner: null };
  for (const [digest, expected] of [
    ['0'.repeat(64), 'start'],
    [judge.bundle, 'rollback'],
  ] as const) {
    const after = ledger.reopen();
    after.state.set(PLACED_KEY, placedText({ digest, cause, source }));
    await (await open(place.path, directory, after)).history.settled();
    const load = loadsIn(after).at(-1)?.load;
    assert.equal(load?.cause, expected);
    if (expected === 'rollback') assert.deepEqual([load?.osUser, load?.reason, load?.directory], ['ada', 'too strict', '/kept']);
    assert.equal(after.state.has(PLACED_KEY), false);
  }
});

test('a ledger that can not be written is told to who waits, and the bundle serves', async () => {
  using place = workplace();
  const directory = place.bundle('policies');
  const ledger = memoryLedger();
  const { history, judge } = await open(place.path, directory, ledger);
  await history.settled();
  ledger.failing = true;
  rmSync(join(directory, 'main.cedar'));
  writeFileSync(join(directory, 'other.cedar'), WRITE);
  await judge.reload();
  await throwsWithCode('RECORD_FAILED', () => history.settled());
});

test('a reason and a folder are recorded short and well formed, whoever gave them', () => {
  const cause = { kind: 'promote', user: null, osUser: 'ada', from: null, reason: `\ud800${'x'.repeat(10_000)}` } as const;
  const load = loadText(cause, { directory: '/next\udc00', git: null, owner: null });
  assert.deepEqual([load.reason.length, load.reason.slice(0, 2), load.directory], [500, '\ufffdx', '/next\ufffd']);
});
