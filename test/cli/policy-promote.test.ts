// `interlock policy promote` and `rollback` as people and scripts see them, up to what the gateway is asked.

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { InterlockError } from '../../src/errors.ts';
import { openBundleStore } from '../../src/rollout/bundle-store.ts';
import { readWhole, wholeDigest } from '../../src/rollout/whole-bundle.ts';
import { NO_READ, READ, READ_CASE, wholeBundle, type Workplace, workplace, WRITE } from '../rollout/whole-bundle.ts';
import { fakeCli } from './fake-cli.ts';

const CASES = { 'cases/read.yaml': READ_CASE };

function house(): Workplace {
  const place = workplace();
  writeFileSync(join(place.path, 'interlock.yaml'), '{}');
  place.bundle('policies', { 'main.cedar': NO_READ });
  return place;
}

test('a good candidate is shown and handed over as it was checked', async () => {
  using place = house();
  const next = place.bundle('next', CASES);
  const run = fakeCli({ cwd: place.path, env: { INTERLOCK_TOKEN: 'olgas' } });
  assert.equal(await run.run('policy', 'promote', './next', '--reason', 'so', '--overwrite'), 0, run.err());
  assert.match(run.out(), /changed policy read[^]*1 changed[^]*is in force \(entry 7\)/);
  const [{ promoteBundle: asked }] = run.operator.calls as [{ promoteBundle: Record<string, unknown> }];
  assert.deepEqual([asked['directory'], asked['token'], asked['reason'], asked['overwrite']], [next, 'olgas', 'so', true]);
  assert.equal(asked['expected'], wholeDigest(await readWhole(next)));
  assert.equal(asked['before'], wholeDigest(await readWhole(join(place.path, 'policies'))));
  assert.notEqual(asked['osUser'], null);
});

test('failing cases, none, warnings with --strict, and what would not load refuse it, on record and not promoted', async () => {
  using place = house();
  const refused = async (files: Record<string, string>, message: RegExp, ...more: string[]): Promise<void> => {
    rmSync(join(place.path, 'next'), { recursive: true, force: true });
    place.bundle('next', files);
    const { digest } = (await readWhole(join(place.path, 'next'))).files;
    const run = fakeCli({ cwd: place.path, env: { INTERLOCK_TOKEN: 'olgas' } });
    assert.equal(await run.run('policy', 'promote', 'next', '--json', '--reason', 'so', ...more), 1);
    assert.match(Object(run.json()).error.message, message);
    const [{ refuseBundle: told }, ...others] = run.operator.calls as [{ refuseBundle: Record<string, unknown> }];
    assert.deepEqual(others, []);
    assert.deepEqual([told['digest'], told['token'], told['reason']], [digest, 'olgas', 'so']);
    assert.equal(told['directory'], join(place.path, 'next'));
    assert.match(String(told['note']), message);
    const dry = fakeCli({ cwd: place.path });
    assert.equal(await dry.run('policy', 'promote', 'next', '--dry-run', ...more), 1);
    assert.deepEqual(dry.operator.calls, [], '--dry-run leaves nothing on record');
  };
  await refused({ ...CASES, 'main.cedar': NO_READ }, /cases do not come out[^]*cases\/read\.yaml:1: reads/);
  await refused({}, /has no cases/);
  await refused({ 'cases/read.yaml': '- case: [' }, /cases do not come out/);
  await refused({ ...CASES, 'main.cedar': NO_READ }, /cases do not come out/, '--without-cases');
  await refused({ ...CASES, 'more.cedar': WRITE }, /there are warnings[^]*the policy write/, '--strict');
  await refused({ ...CASES, 'main.cedar': 'permit(' }, /can't be loaded/);
  const run = fakeCli({ cwd: place.path });
  rmSync(join(place.path, 'next'), { recursive: true });
  place.bundle('next');
  assert.equal(await run.run('policy', 'promote', 'next', '--without-cases'), 0, run.err());
});

test('a refusal stays one where it can not be put on record, and without a gateway nobody is asked', async () => {
  using place = house();
  place.bundle('next', { ...CASES, 'main.cedar': NO_READ });
  const run = fakeCli({ cwd: place.path });
  run.operator.refuseBundle = () => Promise.reject(new InterlockError('APPROVER_REFUSED', 'no such token'));
  assert.equal(await run.run('policy', 'promote', 'next', '--json'), 1);
  const { code, message } = Object(run.json()).error;
  assert.equal(code, 'BUNDLE_REFUSED');
  assert.match(message, /cases do not come out[^]*This refusal is not on record: no such token/);
  const alone = fakeCli({ cwd: place.path });
  alone.operator.via = 'local';
  assert.equal(await alone.run('policy', 'promote', 'next'), 1);
  assert.deepEqual(alone.operator.calls, []);
});

test('--dry-run and a bundle that is there already ask nobody', async () => {
  using place = house();
  place.bundle('next', CASES);
  const dry = fakeCli({ cwd: place.path });
  assert.equal(await dry.run('policy', 'promote', 'next', '--dry-run', '--json'), 0);
  const { promoted, diff } = Object(dry.json());
  assert.deepEqual([promoted, diff.policies.length, dry.operator.calls], [false, 1, []]);
  place.bundle('policies', { ...CASES, 'main.cedar': READ });
  const same = fakeCli({ cwd: place.path });
  assert.equal(await same.run('policy', 'promote', 'next'), 0);
  assert.match(same.out(), /it is there already/);
  assert.deepEqual(same.operator.calls, []);
});

test('a policies directory that can not be read has no diff, and is told so', async () => {
  using place = house();
  place.bundle('next', CASES);
  rmSync(join(place.path, 'policies', 'entities.json'));
  const run = fakeCli({ cwd: place.path });
  assert.equal(await run.run('policy', 'promote', 'next'), 0, run.err());
  assert.match(run.out(), /no diff/);
  const [{ promoteBundle: asked }] = run.operator.calls as [{ promoteBundle: Record<string, unknown> }];
  assert.equal(asked['before'], null);
});

test('a rollback takes a digest that is kept, and nothing else', async () => {
  using place = house();
  const kept = await wholeBundle(place.bundle('next', CASES));
  await openBundleStore(join(place.path, 'data')).keep(kept);
  const run = fakeCli({ cwd: place.path });
  assert.equal(await run.run('policy', 'rollback', kept.files.digest.slice(0, 8), '--reason', 'so'), 0, run.err());
  assert.match(run.out(), /changed policy read[^]*No gateway runs: the next start loads it/);
  const [{ rollbackBundle: asked }] = run.operator.calls as [{ rollbackBundle: Record<string, unknown> }];
  assert.deepEqual([asked['digest'], asked['reason'], asked['token']], [kept.files.digest, 'so', null]);
  for (const [name, code] of [
    ['./next', 'BUNDLE_UNKNOWN'],
    ['00000000', 'BUNDLE_UNKNOWN'],
  ] as const) {
    const refused = fakeCli({ cwd: place.path });
    assert.equal(await refused.run('policy', 'rollback', name, '--json'), 1);
    assert.equal(Object(refused.json()).error.code, code);
    assert.deepEqual(refused.operator.calls, []);
  }
  const dry = fakeCli({ cwd: place.path });
  assert.equal(await dry.run('policy', 'rollback', kept.files.digest, '--dry-run'), 0);
  assert.deepEqual(dry.operator.calls, []);
});
