// What an entry tells of two bundles: counts in full, names bounded.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundleChanges } from '../../src/rollout/bundle-changes.ts';
import { wholeBundle, workplace } from './whole-bundle.ts';

test('counts are whole, of the names the first 64 in order, and a long one is cut with a digest of its rest', async () => {
  using place = workplace();
  const { files } = await wholeBundle(place.bundle('a'));
  const ids = Array.from({ length: 100 }, (_, i) => `${String(i).padStart(3, '0')}${'x'.repeat(10_000)}`);
  const policies = new Map(ids.toReversed().map((id) => [id, { text: 'permit' }]));
  const none = new Map<string, { readonly text: string }>();
  const { added, removed, changed } = await bundleChanges({ files, policies: none }, { files, policies });
  assert.deepEqual([added.count, added.ids.length, removed.count, changed.count], [100, 64, 0, 0]);
  assert.match(added.ids[0] ?? '', /^000x{125}…\[\+9875 chars, sha256 [0-9a-f]+\]$/);
  const undone = await bundleChanges({ files, policies }, { files, policies: none });
  assert.equal(undone.removed.ids.length, 64);
});
