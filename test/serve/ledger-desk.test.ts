// What an operator reads of the ledger, on the folder itself and through a gateway's socket.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStatistics } from '../../src/record/statistics.ts';
import { connectOperator } from '../../src/serve/connect-operator.ts';
import { createControlClient } from '../../src/serve/control-client.ts';
import { startControl } from '../../src/serve/control-server.ts';
import { openHistory } from '../../src/serve/history.ts';
import { createLedgerDesk, type LedgerDesk } from '../../src/serve/ledger-desk.ts';
import { NO_PROOFS } from '../support/no-proofs.ts';
import type { LedgerSearch } from '../../src/serve/ledger-search.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { chainWith } from '../export/chain-with.ts';
import { outcomeOf, verdictOf } from '../record/sample-bodies.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const SEARCH: LedgerSearch = { filter: {}, text: null, before: null, limit: 10, since: null, until: null };
const BODIES = [
  verdictOf('x1', { user: 'ada' }),
  outcomeOf('x1', '1'),
  verdictOf('x2', { verdict: 'BLOCK', agent: 'other', policies: ['no-mail'], reason: 'not this one' }),
];

async function reads(desk: LedgerDesk): Promise<void> {
  const found = async (search: Partial<LedgerSearch>): Promise<number[]> =>
    (await desk.searchEntries({ ...SEARCH, ...search })).found.map(({ entry }) => entry.sequence);
  const one = await desk.searchEntries({ ...SEARCH, filter: { user: ['ada'], verdict: ['ALLOW'] } });
  assert.deepEqual(
    one.found.map(({ outcome }) => outcome?.result),
    ['sent'],
  );
  assert.deepEqual(await found({ filter: { policy: ['no-mail'] } }), [3]);
  assert.deepEqual(await found({ filter: { exchange: ['x1'] } }), [2, 1]);
  assert.deepEqual(await found({ filter: { agent: ['other', 'support-bot'] }, limit: 1 }), [3]);
  assert.deepEqual(await found({ text: 'NOT THIS' }), [3]);
  assert.deepEqual(await found({ filter: { type: ['verdict', 'outcome'] } }), [3, 2, 1]);
  const counted = await desk.ledgerStatistics({ minutes: 60, stepMinutes: 60 });
  assert.deepEqual(counted.policies, [
    { id: 'mail-to-customers', count: 1 },
    { id: 'no-mail', count: 1 },
  ]);
  assert.equal(
    counted.buckets.reduce((sum, { verdicts }) => sum + verdicts.BLOCK, 0),
    1,
  );
  assert.equal(await desk.sequenceAt(0), 0);
  const page = await desk.readLedger({ from: 1, count: 2, filter: {}, values: 'open', waitMs: 0 });
  assert.deepEqual([page.lines.length, page.next], [2, 3]);
}

test('through the socket, and who has gone is not waited for', async () => {
  await using chain = await chainWith(BODIES);
  const history = await openHistory({
    dataDir: chain.dataDir,
    ledger: chain.ledger,
    statistics: createStatistics(),
    onProblem: () => assert.fail(),
  });
  const desk = createLedgerDesk({ ledger: chain.ledger, history: async () => history });
  const [asked, closed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const operator = Object.assign(await stand(), desk, {
    readLedger: async (...args: Parameters<LedgerDesk['readLedger']>) => {
      args[1]?.addEventListener('abort', () => closed.resolve());
      if (args[0].waitMs > 0) asked.resolve();
      return desk.readLedger(...args);
    },
  });
  const control = await startControl({ dataDir: chain.dataDir, operator });
  const client = createControlClient(control.path);
  await reads(client);
  const left = new AbortController();
  const waiting = client.readLedger({ from: 4, count: 9, filter: {}, values: 'open', waitMs: 20_000 }, left.signal);
  await asked.promise; // who leaves before is never heard of
  left.abort();
  assert.deepEqual((await waiting).lines, []);
  await closed.promise;
  const wrong = { from: -1, count: 9, filter: {}, values: 'open' as const, waitMs: 0 };
  await throwsWithCode('USAGE', () => client.readLedger(wrong));
  await throwsWithCode('USAGE', () => client.readLedger({ ...wrong, from: 0, waitMs: 60_000 }));
  await control.close();
  await history.close();
});

test('on the folder itself, while no gateway runs', async () => {
  const chain = await chainWith(BODIES);
  await chain.ledger.close();
  const config = { ...loadConfig(null, chain.dataDir, {}), dataDir: chain.dataDir };
  await using operator = await connectOperator(config);
  assert.equal(operator.via, 'local');
  await reads(operator);
});

/** An operator that is asked for nothing but the ledger. */
async function stand() {
  const { createLocalOperator } = await import('../../src/serve/local-operator.ts');
  const { approvalDesk } = await import('../support/approval-desk.ts');
  const { EMPTY_PLANS } = await import('../support/no-plans.ts');
  const { NO_LEDGER_DESK } = await import('../support/no-ledger-desk.ts');
  const desk = await approvalDesk();
  return createLocalOperator({
    proofs: NO_PROOFS,
    desk: NO_LEDGER_DESK,
    ledger: Object.assign(Object.create(desk.ledger), { verify: () => Promise.reject(new Error('unused')) }),
    directory: desk.directory,
    tickets: async () => desk.book,
    authority: async () => assert.fail(),
    shadow: null,
    anchors: null,
    shipping: null,
    bundle: () => assert.fail(),
    budgets: async () => ({ list: () => [] }),
    plans: async () => EMPTY_PLANS,
    proxyUrl: '',
    close: async () => undefined,
  });
}
