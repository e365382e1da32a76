// A policies directory in real git checkouts: loose and packed objects, branches, worktrees, changed and untracked files.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readBundleFiles } from '../../src/decide/bundle-files.ts';
import type { GitState } from '../../src/decide/load-cause.ts';
import { gitState } from '../../src/rollout/git-checkout.ts';
import { blobId } from '../../src/rollout/git-objects.ts';
import { NO_READ, READ, workplace } from './whole-bundle.ts';

const IDENTITY = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'init.defaultBranch=main', '-c', 'gc.auto=0'];

function git(cwd: string, ...args: string[]): string {
  const env = { PATH: process.env['PATH'], HOME: cwd, GIT_CONFIG_NOSYSTEM: '1' };
  return execFileSync('git', [...IDENTITY, ...args], { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

async function stateOf(directory: string): Promise<GitState | null> {
  const { files } = await readBundleFiles(directory);
  assert.ok(files !== null);
  return gitState(directory, files);
}

test('a large file is named as git names it, in pieces between which others have their turns', async () => {
  using place = workplace();
  const data = Buffer.from('permit (principal, action, resource);\n'.repeat(6_000));
  const file = join(place.path, 'large');
  writeFileSync(file, data);
  let turns = 0;
  const id = await blobId(data, 40, async () => void (turns += 1));
  assert.deepEqual([id, turns], [git(place.path, 'hash-object', file), 4]);
});

test('the commit, the branch, and whether the files are those of the commit', async () => {
  using place = workplace();
  const directory = place.bundle('repo/deploy/policies');
  assert.equal(await stateOf(directory), null, 'no checkout');
  const repo = join(place.path, 'repo');
  git(repo, 'init', '-q');
  assert.deepEqual(await stateOf(directory), { commit: null, branch: 'main', dirty: null }, 'no commit yet');
  git(repo, 'commit', '-q', '--allow-empty', '-m', 'first');
  assert.equal(await stateOf(directory), null, 'files that are in no commit');
  git(repo, 'add', '.');
  git(repo, 'commit', '-q', '-m', 'policies');
  const commit = git(repo, 'rev-parse', 'HEAD');
  assert.deepEqual(await stateOf(directory), { commit, branch: 'main', dirty: false });
  // Staged is not committed: only the commit itself says what was agreed on.
  writeFileSync(join(directory, 'main.cedar'), NO_READ);
  git(repo, 'add', '.');
  assert.deepEqual(await stateOf(directory), { commit, branch: 'main', dirty: true });
  git(repo, 'reset', '-q', '--hard');
  for (const [name, text] of [
    ['more.cedar', READ],
    ['budgets.yaml', ''],
    ['tools.yaml', ''],
  ] as const) {
    writeFileSync(join(directory, name), text);
    assert.equal((await stateOf(directory))?.dirty, true, `${name} is in no commit`);
    rmSync(join(directory, name));
  }
  writeFileSync(join(directory, 'more.cedar'), READ);
  git(repo, 'add', '.');
  git(repo, 'commit', '-q', '-m', 'more');
  rmSync(join(directory, 'more.cedar'));
  assert.equal((await stateOf(directory))?.dirty, true, 'one that is gone');
  git(repo, 'checkout', '-q', '--detach', commit);
  assert.deepEqual(await stateOf(directory), { commit, branch: null, dirty: false });
});

test('packed objects with deltas, packed refs, and worktrees', async () => {
  using place = workplace();
  const repo = join(place.path, 'repo');
  const directory = place.bundle('repo');
  git(repo, 'init', '-q');
  for (let i = 0; i < 30; i += 1) {
    writeFileSync(join(repo, `extra-${i}.txt`), String(i));
    git(repo, 'add', '.');
    git(repo, 'commit', '-q', '-m', `number ${i}`);
  }
  git(repo, 'branch', 'side/one');
  git(repo, 'worktree', 'add', '-q', join(place.path, 'tree'), 'side/one');
  const commit = git(repo, 'rev-parse', 'HEAD');
  for (const args of [['repack', '-adq', '--depth=50', '--window=50'], ['pack-refs', '--all'], ['prune-packed']])
    git(repo, ...args);
  assert.match(git(repo, 'count-objects', '-v'), /^count: 0$/m, 'nothing is loose');
  assert.deepEqual(await stateOf(directory), { commit, branch: 'main', dirty: false });
  assert.deepEqual(await stateOf(join(place.path, 'tree')), { commit, branch: 'side/one', dirty: false });
  const older = git(repo, 'rev-parse', 'HEAD~20');
  git(repo, 'checkout', '-q', older);
  assert.deepEqual(await stateOf(directory), { commit: older, branch: null, dirty: false }, 'a tree behind deltas');
});

test('what can not be read is not known, and never clean', async () => {
  using place = workplace();
  const repo = join(place.path, 'repo');
  const directory = place.bundle('repo');
  git(repo, 'init', '-q');
  git(repo, 'add', '.');
  git(repo, 'commit', '-q', '-m', 'policies');
  const commit = git(repo, 'rev-parse', 'HEAD');
  const tree = git(repo, 'rev-parse', 'HEAD^{tree}');
  rmSync(join(repo, '.git/objects', tree.slice(0, 2)), { recursive: true });
  assert.deepEqual(await stateOf(directory), { commit, branch: 'main', dirty: null });
  writeFileSync(join(repo, '.git/HEAD'), 'ref: refs/heads/../../HEAD\n');
  assert.deepEqual(await stateOf(directory), { commit: null, branch: null, dirty: null });
  writeFileSync(join(repo, '.git/HEAD'), 'rubbish');
  assert.deepEqual(await stateOf(directory), { commit: null, branch: null, dirty: null });
});

test('an object that is not what its name says is not believed', async () => {
  using place = workplace();
  const repo = join(place.path, 'repo');
  const directory = place.bundle('repo');
  git(repo, 'init', '-q');
  git(repo, 'add', '.');
  git(repo, 'commit', '-q', '-m', 'policies');
  const [commit, tree] = [git(repo, 'rev-parse', 'HEAD'), git(repo, 'rev-parse', 'HEAD^{tree}')];
  writeFileSync(join(directory, 'main.cedar'), NO_READ);
  git(repo, 'add', '.');
  const other = git(repo, 'write-tree');
  const path = (oid: string): string => join(repo, '.git/objects', oid.slice(0, 2), oid.slice(2));
  execFileSync('cp', ['-f', path(other), path(tree)]);
  assert.deepEqual(await stateOf(directory), { commit, branch: 'main', dirty: null });
});
