// `interlock policy diff` between directories and digests.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openBundleStore } from '../../src/rollout/bundle-store.ts';
import { NO_READ, READ, wholeBundle, workplace, WRITE } from '../rollout/whole-bundle.ts';
import { fakeCli } from './fake-cli.ts';

test('one bundle is compared with the policies directory, two with each other, by directory or digest', async () => {
  using place = workplace();
  writeFileSync(join(place.path, 'interlock.yaml'), '{}');
  place.bundle('policies', { 'main.cedar': READ });
  const next = await wholeBundle(place.bundle('next', { 'main.cedar': NO_READ + WRITE, 'entities.json': '[ ]' }));
  await openBundleStore(join(place.path, 'data')).keep(next);
  const one = fakeCli({ cwd: place.path });
  assert.equal(await one.run('policy', 'diff', './next'), 0, one.err());
  assert.match(
    one.out(),
    /changed policy read \(main\.cedar\)\n.*@@[^]*-permit\([^]*added policy write[^]*changed entities\.json/,
  );
  assert.match(one.out(), /policies: 1 added, 1 changed, 0 removed; entities\.json differ\.\n$/);
  const two = fakeCli({ cwd: place.path });
  assert.equal(await two.run('policy', 'diff', next.files.digest.slice(0, 9), 'policies', '--json'), 0, two.err());
  const diff = Object(two.json());
  assert.deepEqual([diff.from, diff.policies.length, diff.omitted], [next.files.digest, 2, 0]);
  const same = fakeCli({ cwd: place.path });
  await same.run('policy', 'diff', 'next', next.files.digest);
  assert.match(same.out(), /the same bundle\.\n$/);
});

test('what is nowhere, tampered with or no bundle is refused with its code; a terminal sees plain text', async () => {
  using place = workplace();
  writeFileSync(join(place.path, 'interlock.yaml'), '{}');
  const kept = await wholeBundle(place.bundle('policies', { 'main.cedar': READ }));
  await openBundleStore(join(place.path, 'data')).keep(kept);
  const codeOf = async (...args: string[]): Promise<unknown> => {
    const run = fakeCli({ cwd: place.path });
    assert.notEqual(await run.run('policy', 'diff', ...args, '--json'), 0);
    return Object(run.json()).error.code;
  };
  assert.equal(await codeOf('0123456789'), 'BUNDLE_UNKNOWN');
  assert.equal(await codeOf('./none'), 'BUNDLE_INVALID');
  writeFileSync(join(place.path, 'data/bundles', kept.files.digest, 'main.cedar'), WRITE);
  assert.equal(await codeOf(kept.files.digest), 'STORE_CORRUPT');
  place.bundle('evil', { 'main.cedar': `${READ}// \u001b[2J\u202e\n${WRITE.replace('because', '\u001b[2J')}` });
  const shown = fakeCli({ cwd: place.path });
  await shown.run('policy', 'diff', './evil');
  assert.ok(!/\u001b|\u202e/.test(shown.out()));
});
