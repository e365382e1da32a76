// /v1/bundle/history: pages of moves, the files of one, and how two differ; for operators alone, and never from a tampered store.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { BundleLoad } from '../../src/record/bundle-body.ts';
import { openBundleStore } from '../../src/rollout/bundle-store.ts';
import { NO_READ, wholeBundle, workplace } from '../rollout/whole-bundle.ts';
import { consoleDesk, READER_JUDGE } from '../support/console-desk.ts';

const none = { count: 0, ids: [] };
const LOAD: BundleLoad = {
  cause: 'promote',
  user: null,
  osUser: 'ada',
  fileOwner: 'ada',
  reason: 'for the audit',
  directory: '/next',
  git: { commit: 'c'.repeat(40), branch: 'main', dirty: false },
  previous: null,
  changes: { added: none, changed: { count: 1, ids: ['read'] }, removed: none, files: [] },
};
/** What turns the text around it, where a name or a reason can be anything. */
const TURN = '\u202e';
const HOSTILE_LOAD: BundleLoad = {
  ...LOAD,
  user: TURN,
  osUser: TURN,
  fileOwner: TURN,
  reason: TURN,
  directory: TURN,
  git: { commit: null, branch: TURN, dirty: null },
  changes: {
    added: { count: 1, ids: [TURN] },
    changed: { count: 1, ids: [TURN] },
    removed: { count: 1, ids: [TURN] },
    files: [TURN],
  },
};

async function desk(stack: AsyncDisposableStack) {
  const place = stack.use(workplace());
  const bundles = openBundleStore(place.path);
  const from = await wholeBundle(place.bundle('a', { 'cases/a.yaml': '[]\n' }));
  const to = await wholeBundle(place.bundle('b', { 'main.cedar': NO_READ }));
  await bundles.keep(from);
  await bundles.keep(to);
  const judge = { ...READER_JUDGE, state: { ...READER_JUDGE.state, digest: to.files.digest } };
  const console = stack.use(await consoleDesk({ bundles, judge }));
  const { token } = await console.desk.directory.addUser('olga', { groups: ['operators'] });
  const get = (path: string) => console.askAs(token, 'GET', path);
  return { place, console, get, digests: [from.files.digest, to.files.digest] as const };
}

test('moves come newest first and a page at a time, with who and what, as plain text', async () => {
  await using stack = new AsyncDisposableStack();
  const { console, get, digests } = await desk(stack);
  const { ledger } = console.desk;
  const [from, to] = digests;
  ledger.note({ type: 'bundle', move: 'loaded', digest: 'd'.repeat(64), policies: 1, note: '0 warnings' });
  ledger.note({ type: 'bundle', move: 'shadow-started', digest: from, policies: 1, note: '' });
  ledger.note({ type: 'bundle', move: 'rejected', digest: null, policies: 0, note: 'main.cedar:1:1: no\u202e' });
  ledger.note({ type: 'bundle', move: 'loaded', digest: to, policies: 1, note: '0 warnings', load: { ...LOAD, previous: from } });
  const first = (await get('/v1/bundle/history?limit=2')).read();
  assert.deepEqual([first.inForce, first.moves.length], [to, 2]);
  const [loaded, rejected] = first.moves;
  assert.deepEqual([loaded.move, loaded.kept, loaded.load.changes, loaded.load.git], ['loaded', true, LOAD.changes, LOAD.git]);
  assert.deepEqual([rejected.move, rejected.kept, rejected.load], ['rejected', false, null]);
  const second = (await get(`/v1/bundle/history?limit=2&before=${first.next}`)).read();
  assert.deepEqual(
    second.moves.map(({ move, digest, kept, load }: Record<string, unknown>) => [move, digest, kept, load]),
    [['loaded', 'd'.repeat(64), false, null]],
  );
  assert.equal(second.next, null);
});

test('whatever the texts of a move hold, they are plain', async () => {
  await using stack = new AsyncDisposableStack();
  const { console, get } = await desk(stack);
  const note = `no${TURN}`;
  console.desk.ledger.note({ type: 'bundle', move: 'loaded', digest: 'd'.repeat(64), policies: 1, note, load: HOSTILE_LOAD });
  const { moves } = (await get('/v1/bundle/history')).read();
  const told = JSON.stringify(moves);
  assert.equal(told.split('u{202e}').length - 1, 11, 'each is shown as an escape');
  assert.ok(!told.includes(TURN));
});

test('the files of a bundle, and how two differ, by as much of a digest as is unique', async () => {
  await using stack = new AsyncDisposableStack();
  const { place, get, digests } = await desk(stack);
  const [from, to] = digests;
  const kept = (await get(`/v1/bundle/history/${to.slice(0, 12)}`)).read();
  assert.deepEqual([kept.digest, kept.inForce, kept.policies.map(({ id }: { id: string }) => id)], [to, true, ['read']]);
  assert.deepEqual(kept.files.at(-1), { name: 'main.cedar', text: NO_READ });
  const diff = (await get(`/v1/bundle/diff?from=${from}&to=${to}`)).read();
  assert.deepEqual([diff.from, diff.to, diff.policies[0].id, diff.policies[0].change], [from, to, 'read', 'changed']);
  assert.deepEqual(diff.cases[0].change, 'removed');
  for (const path of [
    '/v1/bundle/history?limit=201',
    '/v1/bundle/history/..%2F..',
    `/v1/bundle/history/${to}0`,
    `/v1/bundle/diff?from=${from}`,
  ])
    assert.equal((await get(path)).status, 400, path);
  assert.equal((await get(`/v1/bundle/history/${'0'.repeat(64)}`)).status, 404);
  writeFileSync(join(place.path, 'bundles', from, 'main.cedar'), NO_READ);
  const refused = await get(`/v1/bundle/diff?from=${from}&to=${to}`);
  assert.deepEqual([refused.status, refused.read().code], [500, 'STORE_CORRUPT']);
});

test('nobody else reads them', async () => {
  await using stack = new AsyncDisposableStack();
  const { console, digests } = await desk(stack);
  const { token } = await console.desk.directory.addUser('nina', { groups: ['finance'] });
  for (const path of ['history', `history/${digests[0]}`, `diff?from=${digests[0]}&to=${digests[1]}`]) {
    assert.equal((await console.askAs(token, 'GET', `/v1/bundle/${path}`)).status, 403);
    assert.equal((await console.ask('GET', `/v1/bundle/${path}`)).status, 401);
  }
});
