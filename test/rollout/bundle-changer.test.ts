// Promotion and rollback: what is refused, that two at once never mix, and that what does not come into force is put back.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createJudge } from '../../src/decide/judge-engine.ts';
import { FILE_CHANGE, type LoadCause } from '../../src/decide/load-cause.ts';
import type { Directory } from '../../src/identify/directory.ts';
import { type BundleChanger, type ChangeRequest, createBundleChanger } from '../../src/rollout/bundle-changer.ts';
import { openBundleHistory } from '../../src/rollout/bundle-history.ts';
import { openBundleStore } from '../../src/rollout/bundle-store.ts';
import { offlineBackend, runningBackend } from '../../src/rollout/change-backends.ts';
import { PLACED_KEY, readPlaced } from '../../src/rollout/placed.ts';
import { readWhole, wholeDigest } from '../../src/rollout/whole-bundle.ts';
import { directoryOf, member, members } from '../decide/bundle-fixture.ts';
import { memoryLedger } from '../support/memory-ledger.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { NO_READ, READ, type Workplace, workplace, WRITE } from './whole-bundle.ts';

const LOG = { info: () => undefined, warn: () => undefined, error: () => undefined };
const DIRECTORY: Pick<Directory, 'authenticateUser'> = {
  authenticateUser: (token) => (token === 'olgas' ? member('olga', []) : null),
};

async function running(place: Workplace, policiesDir: string) {
  const ledger = memoryLedger();
  const store = openBundleStore(place.path);
  const history = await openBundleHistory({ ledger, store, log: LOG, finished: null });
  const directory = directoryOf(members());
  const judge = await createJudge({ policiesDir, directory, onEvent: history.onEvent, look: history.look });
  await history.settled();
  const backend = runningBackend(policiesDir, judge, history);
  const changer = createBundleChanger({ policiesDir, store, directory: DIRECTORY, backend, ledger });
  return { ledger, store, judge, history, backend, changer };
}

async function request(policiesDir: string, more: Partial<ChangeRequest> = {}): Promise<ChangeRequest> {
  const before = wholeDigest(await readWhole(policiesDir));
  return { token: null, osUser: 'ada', reason: '', before, overwrite: false, ...more };
}

async function promotion(policiesDir: string, directory: string, more: Partial<ChangeRequest> = {}) {
  return { ...(await request(policiesDir, more)), directory, expected: wholeDigest(await readWhole(directory)) };
}

test('a promoted bundle is in force when it returns, and its entry says by whom', async () => {
  using place = workplace();
  const policies = place.bundle('policies');
  const next = place.bundle('next', { 'main.cedar': NO_READ });
  const { changer, judge, ledger } = await running(place, policies);
  const first = judge.bundle;
  const changed = await changer.promote(await promotion(policies, next, { token: 'olgas', reason: 'so' }));
  assert.deepEqual(changed, { digest: judge.bundle, previous: first, entry: '1', running: true });
  const load = ledger.bodies('bundle').at(-1)?.load;
  assert.deepEqual(
    [load?.cause, load?.user, load?.osUser, load?.reason, load?.directory],
    ['promote', 'olga', 'ada', 'so', next],
  );
  await changer.rollback({ ...(await request(policies)), digest: first.slice(0, 8) });
  assert.equal(judge.bundle, first);
  assert.deepEqual(await judge.reload(), { changed: false }, 'the watch finds nothing new');
});

test('nothing is written over that was not looked at, was never loaded, or is a checkout of git', async () => {
  using place = workplace();
  const policies = place.bundle('policies');
  const next = place.bundle('next', { 'main.cedar': NO_READ });
  const { changer, judge } = await running(place, policies);
  const first = judge.bundle;
  const seen = await promotion(policies, next);
  const refused = async (asked: typeof seen, message: RegExp): Promise<void> =>
    assert.match((await throwsWithCode('BUNDLE_REFUSED', () => changer.promote(asked))).message, message);
  await refused({ ...seen, expected: seen.before ?? '' }, /changed while it was checked/);
  writeFileSync(join(policies, 'main.cedar'), `${READ}// by hand`);
  await refused(seen, /by somebody else meanwhile/);
  await refused(await promotion(policies, next), /not those in force/);
  await throwsWithCode('APPROVER_REFUSED', async () => changer.promote(await promotion(policies, next, { token: 'nobodys' })));
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: policies, stdio: 'ignore' });
  git('init', '-q');
  git('add', '.');
  git('commit', '-q', '-m', 'policies');
  await refused(await promotion(policies, next, { overwrite: true }), /is a git checkout/);
  await throwsWithCode('BUNDLE_REFUSED', async () =>
    changer.rollback({ ...(await request(policies, { overwrite: true })), digest: first }),
  );
  assert.equal(judge.bundle, first);
});

test('of two promotions at once one is refused, and what is in force is whole', async () => {
  using place = workplace();
  const policies = place.bundle('policies');
  const { changer, judge } = await running(place, policies);
  const asked = await Promise.all(
    ['a', 'b'].map(async (name) => promotion(policies, place.bundle(name, { 'main.cedar': NO_READ, [`${name}.cedar`]: WRITE }))),
  );
  const results = await Promise.allSettled(asked.map((one) => changer.promote(one)));
  assert.deepEqual(results.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
  const won = results.findIndex(({ status }) => status === 'fulfilled');
  assert.equal(`${judge.bundle}${(asked[won]?.expected ?? '').slice(64)}`, asked[won]?.expected);
  assert.equal(wholeDigest(await readWhole(policies)), asked[won]?.expected);
});

test('a bundle that would not load touches nothing', async () => {
  using place = workplace();
  const policies = place.bundle('policies');
  const next = place.bundle('next', { 'main.cedar': 'permit(' });
  const { changer, judge, ledger } = await running(place, policies);
  const before = wholeDigest(await readWhole(policies));
  await throwsWithCode('BUNDLE_INVALID', async () =>
    changer.promote(await promotion(policies, next, { token: 'olgas', reason: 'so' })),
  );
  const refused = ledger.bodies('bundle').at(-1);
  const { digest } = (await readWhole(next)).files;
  assert.deepEqual([refused?.move, refused?.digest, refused?.load?.previous], ['rejected', digest, judge.bundle]);
  assert.deepEqual([refused?.load?.cause, refused?.load?.user, refused?.load?.reason], ['promote', 'olga', 'so']);
  assert.match(refused?.note ?? '', /can't be loaded/);
  assert.equal(wholeDigest(await readWhole(policies)), before);
  assert.equal(judge.state.lastError, null);
});

test('what a command refused is on record with who proved to want it, bounded; a wrong token is nobody', async () => {
  using place = workplace();
  const { changer, ledger } = await running(place, place.bundle('policies'));
  const told = { directory: '/next', digest: 'd'.repeat(64), token: 'olgas', osUser: 'ada', reason: 'so' };
  assert.equal(await changer.refuse({ ...told, note: `a case \ud800${'x'.repeat(2_000)}` }), '1');
  const entry = ledger.bodies('bundle').at(-1);
  assert.deepEqual(
    [entry?.move, entry?.digest, entry?.load?.user, entry?.load?.directory],
    ['rejected', told.digest, 'olga', '/next'],
  );
  assert.deepEqual([entry?.note.length, entry?.note.isWellFormed()], [1_000, true]);
  await throwsWithCode('APPROVER_REFUSED', () => changer.refuse({ ...told, token: 'nobodys', note: '' }));
  assert.equal(ledger.bodies('bundle').length, 2);
});

test('files that could not be loaded after all are put back', async () => {
  using place = workplace();
  const policies = place.bundle('policies');
  const next = await readWhole(place.bundle('next', { 'main.cedar': NO_READ }));
  const { judge, history } = await running(place, policies);
  const before = wholeDigest(await readWhole(policies));
  let breaks = true;
  const reload = async (cause?: LoadCause, prepare?: () => Promise<void>): Promise<{ readonly changed: boolean }> => {
    if (!breaks) return judge.reload(cause, prepare);
    breaks = false;
    await prepare?.();
    throw new Error('the engine broke');
  };
  const backend = runningBackend(policies, { reload, state: judge.state }, history);
  const placed = { digest: next.files.digest, cause: FILE_CHANGE, source: { directory: '/n', git: null, owner: null } };
  await assert.rejects(
    backend.bring(next, placed, async () => undefined),
    /the engine broke/,
  );
  assert.equal(wholeDigest(await readWhole(policies)), before);
});

test('without a gateway the change is on record before a file is touched, or it is not done', async () => {
  using place = workplace();
  const policies = place.bundle('policies');
  const next = place.bundle('next', { 'main.cedar': NO_READ });
  const ledger = memoryLedger();
  const backend = offlineBackend(policies, ledger, null);
  const store = openBundleStore(place.path);
  const changer: BundleChanger = createBundleChanger({ policiesDir: policies, store, directory: DIRECTORY, backend, ledger });
  const before = wholeDigest(await readWhole(policies));
  ledger.failing = true;
  await throwsWithCode('RECORD_FAILED', async () => changer.promote(await promotion(policies, next)));
  assert.equal(wholeDigest(await readWhole(policies)), before);
  ledger.failing = false;
  const { digest, entry, running: judged } = await changer.promote(await promotion(policies, next));
  assert.deepEqual([entry, judged, (await readWhole(policies)).files.digest], ['0', false, digest]);
  const [body] = ledger.bodies('bundle');
  assert.deepEqual([body?.move, body?.digest, body?.load?.changes?.changed.ids], ['placed', digest, ['read']]);
  assert.equal(readPlaced(ledger.state.get(PLACED_KEY))?.cause.osUser, 'ada');
});
