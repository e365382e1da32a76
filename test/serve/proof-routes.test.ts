// The file that the console hands out is one that `verify-proof` takes, with no hidden value in it.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readProof } from '../../src/proof/read-proof.ts';
import { createProofDesk } from '../../src/serve/proof-desk.ts';
import { fakeCli } from '../cli/fake-cli.ts';
import { APPROVED, OPENED, OUTCOME, provenLedger, WAITED } from '../proof/proven-ledger.ts';
import { temporaryFolder } from '../record/temporary-folder.ts';
import { consoleDesk } from '../support/console-desk.ts';

test('a proof by its entry, whole or bare, and what there is not', async (t) => {
  const { ledger, rooms } = await provenLedger(t, 2);
  const history = async () => ({
    index: { newest: async () => [OPENED, APPROVED, OUTCOME] },
    feed: { settled: async () => undefined },
  });
  const directory = { authenticateUser: () => null };
  await using console = await consoleDesk({ proofs: createProofDesk({ ledger, directory, bundles: rooms.bundles, history }) });
  const { token } = await console.desk.directory.addUser('olga', { groups: ['operators'] });
  const proof = (query = '', sequence = String(WAITED)) => console.askAs(token, 'GET', `/v1/entries/${sequence}/proof${query}`);

  const whole = await proof();
  assert.equal(whole.status, 200, whole.text);
  assert.equal(whole.headers['content-disposition'], `attachment; filename="entry-${WAITED}.proof.json"`);
  assert.match(String(whole.headers['content-type']), /^application\/json/);
  const file = join(temporaryFolder(t), 'downloaded.json');
  writeFileSync(file, whole.text);
  const cli = fakeCli();
  assert.equal(await cli.run('ledger', 'verify-proof', file, '--public-key', ledger.publicKey), 0, cli.err());
  assert.match(cli.out(), /ticket/i);

  const bytes = Buffer.from(whole.text);
  const read = readProof(bytes);
  assert.ok(read.format === 'interlock-proof/1' && read.bundle !== null);
  // INVARIANT: nothing hidden is disclosed without a reason on record.
  assert.deepEqual(
    [read.entry, ...read.related].flatMap(({ values }) => Object.keys(values)),
    [],
  );
  const bare = readProof(Buffer.from((await proof('?bundle=false&related=false')).text));
  assert.ok(bare.format === 'interlock-proof/1');
  assert.deepEqual([bare.bundle, bare.related, read.related.length], [null, [], 3]);

  for (const [sequence, status] of [
    ['99999', 404],
    ['-1', 400],
    ['x', 400],
    ['1e99', 404],
  ] as const)
    assert.equal((await proof('', sequence)).status, status, sequence);
  assert.equal((await proof('?since=x')).status, 400);
});
