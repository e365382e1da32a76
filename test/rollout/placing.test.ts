// A bundle takes the place of another whole or not at all, whenever the process ends, and nobody reads what is between.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CHANGE_PLAN, readBundleFiles } from '../../src/decide/bundle-files.ts';
import { FILE_CHANGE } from '../../src/decide/load-cause.ts';
import { writeWhole } from '../../src/rollout/bundle-store.ts';
import { type Placed, placedText } from '../../src/rollout/placed.ts';
import { finishPlacing, placeBundle } from '../../src/rollout/placing.ts';
import { readWhole, wholeDigest } from '../../src/rollout/whole-bundle.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { NO_READ, READ, workplace, WRITE } from './whole-bundle.ts';

const placedOf = (digest: string): Placed => ({
  digest,
  cause: FILE_CHANGE,
  source: { directory: '/next', git: null, owner: null },
});

test('files are replaced, added and taken away with their modes, and what is no part of a bundle stays', async () => {
  using place = workplace();
  const policies = place.bundle('policies', {
    'old.cedar': WRITE,
    'budgets.yaml': '',
    'tools.yaml': '',
    'README.md': 'ours',
    'cases/old.yaml': '[]',
  });
  chmodSync(join(policies, 'schema.cedarschema'), 0o640);
  const next = await readWhole(place.bundle('next', { 'new.cedar': WRITE, 'cases/a.yaml': '[]', 'cases/raw/x.http': 'GET' }));
  await placeBundle(policies, next, placedOf(next.files.digest));
  assert.equal(wholeDigest(await readWhole(policies)), wholeDigest(next));
  assert.deepEqual(readdirSync(policies).toSorted(), [
    'README.md',
    'cases',
    'constraints.yaml',
    'entities.json',
    'main.cedar',
    'new.cedar',
    'schema.cedarschema',
  ]);
  assert.deepEqual(
    ['schema.cedarschema', 'new.cedar'].map((name) => statSync(join(policies, name)).mode & 0o777),
    [0o640, 0o640],
  );
});

test('a process killed at any moment leaves the old bundle or the new one, or what ends in the new one', async () => {
  using place = workplace();
  const cases = (name: string) => ({ [`cases/${name}.yaml`]: `# ${name}\n`, 'cases/both.yaml': `# ${name}\n` });
  const one = place.bundle('one', { ...cases('one'), 'one.cedar': WRITE });
  const two = place.bundle('two', { ...cases('two'), 'main.cedar': NO_READ, 'two.cedar': WRITE, 'budgets.yaml': '' });
  const policies = place.bundle('policies', { ...cases('one'), 'one.cedar': WRITE });
  const good = new Set([wholeDigest(await readWhole(one)), wholeDigest(await readWhole(two))]);
  for (let round = 0; round < 7; round += 1) {
    const program = fileURLToPath(new URL('placer.ts', import.meta.url));
    // Where a kill from outside comes to be is the machine's business: the last round is broken off in the middle for certain.
    const last = round === 6;
    const args = ['--disable-warning=ExperimentalWarning', program, policies, last ? '1' : 'never', one, two];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    if (!last) {
      await delay(round * 12);
      child.kill('SIGKILL');
    }
    await ended;
    const between = existsSync(join(policies, CHANGE_PLAN));
    if (last) assert.ok(between, 'it was not broken off in the middle');
    const { files } = await readBundleFiles(policies);
    if (between) assert.equal(files, null, 'nobody reads what is between');
    const finished = await finishPlacing(policies);
    assert.equal(finished !== null, between);
    const after = await readWhole(policies);
    assert.ok(good.has(wholeDigest(after)), 'half of each');
    if (finished !== null) assert.equal(after.files.digest, finished.digest);
    assert.ok(!existsSync(join(policies, '.interlock-change')));
  }
});

test('every step that a change may be broken off at ends in the new bundle', async () => {
  using place = workplace();
  const next = await readWhole(place.bundle('next', { 'main.cedar': NO_READ, 'new.cedar': WRITE }));
  const names = ['main.cedar', 'new.cedar', 'schema.cedarschema'];
  for (const done of [0, 1, 2, 3]) {
    const policies = place.bundle(`policies-${done}`, { 'old.cedar': READ.replaceAll('"read"', '"old"') });
    const files = join(policies, '.interlock-change/files');
    await writeWhole(files, next);
    writeFileSync(join(policies, CHANGE_PLAN), placedText(placedOf(next.files.digest)), { mode: 0o600 });
    for (const name of names.slice(0, done)) writeFileSync(join(policies, name), 'half');
    assert.equal((await finishPlacing(policies))?.digest, next.files.digest);
    assert.equal(wholeDigest(await readWhole(policies)), wholeDigest(next));
    assert.equal(await finishPlacing(policies), null, 'once');
  }
});

test('a change without its plan is undone, and one whose files are not those of the plan is never finished', async () => {
  using place = workplace();
  const policies = place.bundle('policies');
  const before = wholeDigest(await readWhole(policies));
  place.bundle('policies/.interlock-change/files', { 'main.cedar': NO_READ });
  assert.equal(await finishPlacing(policies), null);
  assert.equal(wholeDigest(await readWhole(policies)), before);
  place.bundle('policies/.interlock-change/files', { 'main.cedar': NO_READ });
  writeFileSync(join(policies, CHANGE_PLAN), placedText(placedOf('0'.repeat(64))), { mode: 0o600 });
  await throwsWithCode('STORE_CORRUPT', () => finishPlacing(policies));
  rmSync(join(policies, '.interlock-change'), { recursive: true });
  assert.equal(wholeDigest(await readWhole(policies)), before, 'not one file was touched');
});

test('what can not be put on record is not done', async () => {
  using place = workplace();
  const policies = place.bundle('policies');
  const before = wholeDigest(await readWhole(policies));
  const next = await readWhole(place.bundle('next', { 'main.cedar': NO_READ }));
  await assert.rejects(
    placeBundle(policies, next, placedOf(next.files.digest), async () => {
      assert.ok(existsSync(join(policies, CHANGE_PLAN)));
      throw new Error('disk full');
    }),
    /disk full/,
  );
  assert.equal(wholeDigest(await readWhole(policies)), before);
});

test('a directory that nothing can be written to is told, and left as it was', async () => {
  using place = workplace();
  const policies = place.bundle('policies');
  const before = wholeDigest(await readWhole(policies));
  const next = await readWhole(place.bundle('next', { 'main.cedar': NO_READ }));
  // Root may write anywhere, so it is a name that no file can have.
  const unwritable = { ...next, cases: new Map([['cases/a\0b', Buffer.from('[]')]]) };
  const error = await throwsWithCode('BUNDLE_REFUSED', () => placeBundle(policies, unwritable, placedOf(next.files.digest)));
  assert.match(error.message, /nothing can be written/);
  assert.ok(!existsSync(join(policies, '.interlock-change')));
  assert.equal(wholeDigest(await readWhole(policies)), before);
});

test('files that are links are somebody else to change', async () => {
  using place = workplace();
  const next = await readWhole(place.bundle('next', { 'main.cedar': NO_READ }));
  const policies = place.bundle('policies', { 'cases/a.yaml': '[]' });
  for (const name of ['main.cedar', 'cases']) {
    const elsewhere = join(place.path, `elsewhere-${name}`);
    renameSync(join(policies, name), elsewhere);
    symlinkSync(elsewhere, join(policies, name));
    await throwsWithCode('BUNDLE_REFUSED', () => placeBundle(policies, next, placedOf(next.files.digest)));
    rmSync(join(policies, name));
    renameSync(elsewhere, join(policies, name));
  }
  // The directory itself may be reached through one.
  symlinkSync(policies, join(place.path, 'link'));
  await placeBundle(join(place.path, 'link'), next, placedOf(next.files.digest));
  assert.equal((await readWhole(policies)).files.digest, next.files.digest);
});

test('a case that is a link, or a folder of them, is not taken along unseen', async () => {
  using place = workplace();
  const directory = place.bundle('next', { 'cases/a.yaml': '[]' });
  mkdirSync(join(place.path, 'other'));
  symlinkSync(join(place.path, 'other'), join(directory, 'cases', 'raw'));
  await throwsWithCode('BUNDLE_REFUSED', () => readWhole(directory));
});
