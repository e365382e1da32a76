// What a request lets its agent read goes with its verdict: on disk before anything is answered, and nothing of what is blocked.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordBeside, type RecordDeps, recordVerdict } from '../src/record-stage.ts';
import { openTaint } from '../src/session/taint.ts';
import { decisionOf, handMade, NO_BUDGETS, NO_WISHES, PRINCIPAL, proposalOf } from './support/exchange.ts';
import { memoryLedger } from './support/memory-ledger.ts';

async function rig() {
  const ledger = memoryLedger();
  const taint = await openTaint({ ledger, judge: { bundle: 'b', asksFor: () => false } });
  const deps = {
    ...NO_WISHES,
    ledger,
    budgets: NO_BUDGETS,
    taint,
    beside: { consider: () => undefined },
  } as unknown as RecordDeps;
  const exchange = handMade('GET', '/');
  const read = { name: 'http.read', resource: { type: 'Host', id: 'h' }, parents: [], facts: { inspected: true } };
  const proposal = proposalOf(exchange, { actions: [read] });
  const kept = () => [...ledger.state.keys()].filter((key) => key.startsWith('taint:')).length;
  return { ledger, taint, deps, exchange, proposal, kept };
}

test('the first reading of a source is synced with its verdict, and later ones cost nothing', async () => {
  const { ledger, deps, exchange, proposal, kept, taint } = await rig();
  const write = () => recordVerdict(exchange, PRINCIPAL, decisionOf('ALLOW', proposal), { ticket: null, plan: null }, deps);
  ledger.failing = true;
  await assert.rejects(write());
  assert.deepEqual([kept(), taint.of(PRINCIPAL)?.['untrusted']], [0, true]);
  ledger.failing = false;
  await write();
  await write();
  assert.equal(kept(), 1);
  assert.deepEqual(
    ledger.appended.map(({ durability, state }) => [durability, state.length]),
    [
      ['synced', 1],
      ['written', 0],
    ],
  );
});

test('of what is blocked nothing is read', async () => {
  const { deps, exchange, proposal, kept, taint } = await rig();
  await recordBeside(exchange, PRINCIPAL, decisionOf('BLOCK', proposal), deps);
  assert.deepEqual([kept(), taint.of(PRINCIPAL)], [0, null]);
});
