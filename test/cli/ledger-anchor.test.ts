// What the places that keep checkpoints say is told plainly, and a conflict is no success.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeCli } from './fake-cli.ts';

test('a round is told, and exits with 1 when one did not keep it', async () => {
  const it = fakeCli();
  assert.equal(await it.run('ledger', 'anchor'), 1);
  assert.match(it.out(), /Checkpoint of 9 entries:\n {2}kept +file \/mnt\/a\n {2}CONFLICT +witness example.org\/w: it was cut\n/);
  assert.match(it.out(), /docs\/ledger-limits\.md/);
  const json = fakeCli();
  assert.equal(await json.run('ledger', 'anchor', '--json'), 1);
  assert.match(JSON.stringify(json.json()), /"size":9/);
});
