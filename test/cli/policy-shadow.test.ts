// `interlock policy shadow` as people and scripts see it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeCli } from './fake-cli.ts';

test('starts with a folder, tells the counts, and stops', async () => {
  const started = fakeCli();
  assert.equal(await started.run('policy', 'shadow', 'start', './next'), 0);
  assert.match(started.out(), /3 policies, digest dddd[^]*never decides/);
  const status = fakeCli();
  assert.equal(await status.run('policy', 'shadow', 'status'), 0);
  assert.match(status.out(), /No candidate[^]*5 requests judged again, 2 flips, 1 left out/);
  const stopped = fakeCli();
  assert.equal(await stopped.run('policy', 'shadow', 'stop', '--json'), 0);
  assert.deepEqual(stopped.json(), { stopped: true });
});
