// `interlock policy history`: who is never claimed to be more than is known.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BundleLoad } from '../../src/record/bundle-body.ts';
import type { BundleMove } from '../../src/serve/bundle-move.ts';
import { fakeCli } from './fake-cli.ts';

const none = { count: 0, ids: [] };
const LOAD: BundleLoad = {
  cause: 'file-change',
  user: null,
  osUser: null,
  fileOwner: 'ada',
  reason: '',
  directory: '/p',
  git: null,
  previous: 'p'.repeat(64),
  changes: { added: none, changed: { count: 2, ids: ['a', 'b'] }, removed: none, files: ['entities.json'] },
};

function move(sequence: number, load: BundleLoad | null, more: Partial<BundleMove> = {}): BundleMove {
  const digest = String(sequence).padStart(2, '0').repeat(32);
  return { sequence, at: '2026-01-01T00:00:00.000Z', move: 'loaded', digest, policies: 1, note: '', kept: true, load, ...more };
}

test('a line for each, with what is known', async () => {
  const run = fakeCli();
  const commit = 'c'.repeat(40);
  run.operator.bundlePage = {
    moves: [
      move(16, { ...LOAD, cause: 'promote', osUser: 'ada', reason: 'audit\u001b[2J' }),
      move(15, { ...LOAD, cause: 'rollback', user: 'olga', osUser: 'ada' }),
      move(14, { ...LOAD, git: { commit, branch: 'main', dirty: true } }),
      move(13, { ...LOAD, git: { commit, branch: null, dirty: null }, changes: null }),
      move(12, null, { move: 'rejected', digest: null, note: 'main.cedar:1:1: no\nmore', kept: false }),
      move(11, { ...LOAD, cause: 'start', fileOwner: null, previous: null, changes: null }, { kept: false }),
    ],
    inForce: '16'.repeat(32),
    next: 11,
  };
  assert.equal(await run.run('policy', 'history'), 0, run.err());
  const lines = run.out().split('\n');
  assert.match(
    lines[1] ?? '',
    /^\*.*ada, as the command said \(promote\): audit\\u\{1b\}\[2J .*\+0 ~2 -0 policies, entities\.json$/,
  );
  assert.match(lines[2] ?? '', /^ .*olga \(rollback\) /);
  assert.match(lines[3] ?? '', /unknown \(file-change\), files of ada .*cccccccccccc main changed since /);
  assert.match(lines[4] ?? '', /cccccccccccc not compared .*not known$/);
  assert.match(lines[5] ?? '', /rejected .*main\.cedar:1:1: no$/);
  assert.match(lines[6] ?? '', /\(not kept\).*unknown \(start\) .*the first$/);
  assert.match(run.out(), /Older ones: --before 11/);
});

test('pages and numbers are asked for as given, and JSON has all of it', async () => {
  const run = fakeCli();
  assert.equal(await run.run('policy', 'history', '--limit', '900', '--before', '7', '--json'), 0);
  assert.deepEqual(run.operator.calls, [{ bundleHistory: { limit: 200, before: 7 } }]);
  assert.deepEqual(run.json(), { moves: [], inForce: null, next: null });
  assert.equal(await fakeCli().run('policy', 'history', '--limit', '-1'), 2);
});
