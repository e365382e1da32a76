// A look at a bundle: one that would not load has no coverage, errors stand before warnings, and a great many are cut.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reviewBundle } from '../../src/rollout/review-bundle.ts';
import { policy } from '../decide/bundle-fixture.ts';
import { READ, READ_CASE, wholeBundle, workplace } from './whole-bundle.ts';

test('one that would not load is told by its findings alone', async () => {
  using place = workplace();
  const { files } = await wholeBundle(place.bundle('a', { 'main.cedar': 'permit(', 'cases/a.yaml': READ_CASE }));
  const { findings, coverage, cases } = await reviewBundle(files);
  assert.deepEqual([findings[0]?.severity, coverage, cases], ['error', null, 0]);
  assert.ok(findings.some(({ file }) => file === 'main.cedar'));
});

test('errors first, and no more than five hundred', async () => {
  using place = workplace();
  const unshown = Array.from({ length: 510 }, (_, i) =>
    policy(`p${i}`, `permit(principal == Agent::"a${i}", action == Action::"http.write", resource);`),
  );
  const wrong = READ_CASE.replace('ALLOW', 'BLOCK');
  const text = [...unshown, READ].join('\n');
  const { files } = await wholeBundle(place.bundle('a', { 'main.cedar': text, 'cases/a.yaml': wrong }));
  const { findings, omitted, failed, cases } = await reviewBundle(files);
  assert.deepEqual([findings.length, findings[0]?.severity, failed, cases], [500, 'error', 1, 1]);
  assert.ok(omitted >= 11);
});
