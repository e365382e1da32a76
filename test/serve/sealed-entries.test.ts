// The console's API over sealed segments: pages, one entry, a story and a proof are as over live ones; what was dropped is not there.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkProof } from '../../src/proof/check-proof.ts';
import { readProof } from '../../src/proof/read-proof.ts';
import type { OpenLedger } from '../../src/record/chain.ts';
import type { RetentionRules } from '../../src/record/retention.ts';
import { createStatistics } from '../../src/record/statistics.ts';
import { openHistory } from '../../src/serve/history.ts';
import { createProofDesk } from '../../src/serve/proof-desk.ts';
import { bundleFiles } from '../proof/proven-ledger.ts';
import { fillSealed, openSealed } from '../record/sealed-folder.ts';
import { temporaryFolder } from '../record/temporary-folder.ts';
import { type Answer, consoleDesk } from '../support/console-desk.ts';

interface Page {
  readonly entries: ReadonlyArray<{
    readonly sequence: number;
    readonly exchange: string | null;
    readonly status: number | null;
  }>;
  readonly next: number | null;
}

interface House extends AsyncDisposable {
  readonly ledger: OpenLedger;
  get(path: string): Promise<Answer>;
}

async function house(dataDir: string, retention?: RetentionRules): Promise<House> {
  await using open = new AsyncDisposableStack();
  const ledger = await openSealed(dataDir, retention);
  open.defer(() => ledger.close());
  const onProblem = (error: unknown): void => assert.fail(String(error));
  const history = await openHistory({ dataDir, ledger, statistics: createStatistics(), onProblem });
  open.defer(() => history.close());
  const bundles = { read: async (digest: string) => ({ files: bundleFiles(digest), cases: new Map() }) };
  const proofs = createProofDesk({ ledger, directory: { authenticateUser: () => null }, bundles, history: async () => history });
  const console = open.use(await consoleDesk({ history, proofs }));
  const { token } = await console.desk.directory.addUser('olga', { groups: ['operators'] });
  await ledger.archive.retain();
  await history.feed.settled(60_000);
  const stack = open.move();
  return {
    ledger,
    get: (path) => console.askAs(token, 'GET', path),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Entries 0 to 511 are sealed: this page goes over the border. */
const BORDER = '/v1/entries?before=520&limit=10';
const sequencesOf = ({ entries }: Page): number[] => entries.map(({ sequence }) => sequence);

test('over live and sealed entries alike', async (t) => {
  const dataDir = temporaryFolder(t);
  await fillSealed(dataDir);
  await using whole = await house(dataDir);
  const { get, ledger } = whole;
  const border: Page = (await get(BORDER)).read();
  assert.deepEqual(sequencesOf(border), [519, 517, 515, 513, 511, 509, 507, 505, 503, 501]);
  assert.ok(border.entries.every(({ status }) => status === 200));
  const found: Page = (await get('/v1/entries?q=x-7@')).read();
  assert.deepEqual(
    found.entries.map(({ sequence, exchange }) => [sequence, exchange]),
    [[15, 'x-7']],
  );
  const { entry, verified } = (await get('/v1/entries/301')).read();
  assert.deepEqual([entry.body.exchange, verified], ['x-150', { chain: true, signature: true }]);
  const story = (await get('/v1/exchanges/x-150')).read();
  assert.deepEqual([story.entries.length, story.verified], [2, { chain: true, signature: true }]);
  const proof = await get('/v1/entries/301/proof?bundle=false');
  assert.equal(proof.status, 200, proof.text);
  const report = checkProof(readProof(Buffer.from(proof.text)), { pinned: ledger.publicKey });
  assert.deepEqual([report.problems, report.entry?.sequence, report.related.length], [[], 301, 1]);
});

test('what was dropped is found nowhere', async (t) => {
  const dataDir = temporaryFolder(t);
  await fillSealed(dataDir);
  await using rest = await house(dataDir, { keepDays: 5, keepBytes: null });
  assert.deepEqual(rest.ledger.dropped, [{ from: 0, to: 511 }]);
  for (const path of ['/v1/entries/301', '/v1/entries/301/proof', '/v1/exchanges/x-150'])
    assert.equal((await rest.get(path)).status, 404, path);
  assert.deepEqual(sequencesOf((await rest.get(BORDER)).read()), [519, 517, 515, 513]);
});
