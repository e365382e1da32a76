// Under `enforcement: monitor` the entry keeps the verdict that would have been, and what goes is what came.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordUnenforced } from '../src/record-unenforced.ts';
import { principal } from './decide/bundle-fixture.ts';
import { FINANCE } from './support/approval-desk.ts';
import { handMade, judgementOf, NO_TAINT, proposalOf } from './support/exchange.ts';
import { memoryLedger } from './support/memory-ledger.ts';

const NO_LENS = { take: () => assert.fail('what would be blocked is no step'), settle: async () => undefined };

test('a request that would be blocked is recorded so, marked, and let go', async () => {
  const exchange = handMade('POST', '/a');
  const proposal = proposalOf(exchange);
  const judgement = judgementOf('BLOCK', proposal);
  const none = { substitute: null, revised: null, rejudged: null };
  const decision = { verdict: 'BLOCK', proposal, judgement, ...none, reason: 'r', policies: ['p1'] } as const;
  const ledger = memoryLedger();
  const considered: string[] = [];
  const beside = { consider: ({ entry }: { readonly entry: string }) => void considered.push(entry) };
  const recorded = await recordUnenforced(exchange, principal(), decision, { ledger, beside, lens: NO_LENS, ...NO_TAINT });
  assert.deepEqual([recorded.decision.verdict, recorded.ticket, recorded.mustWait], ['ALLOW', null, false]);
  const [body] = ledger.bodies('verdict');
  assert.deepEqual([body?.verdict, body?.enforcement], ['BLOCK', 'monitor']);
  assert.deepEqual(considered, [recorded.entry]);
});

test('a plan moves on: by its approval, or as if people had let the request go', async () => {
  for (const covered of [true, false]) {
    const exchange = handMade('POST', '/a');
    const proposal = proposalOf(exchange);
    const judgement = { ...judgementOf('WAIT', proposal), waits: [FINANCE] };
    const none = { substitute: null, revised: null, rejudged: null };
    const decision = { verdict: 'WAIT', proposal, judgement, ...none, reason: 'r', policies: ['p1'] } as const;
    const ledger = memoryLedger();
    const asked: number[] = [];
    const step = { id: 'p_1', step: 2 };
    const lens = {
      settle: async () => undefined,
      take: async (_exchange: unknown, _principal: unknown, _decision: unknown, waits: readonly unknown[]) => {
        asked.push(waits.length);
        return covered || waits.length === 0 ? step : null;
      },
    };
    const recorded = await recordUnenforced(exchange, principal(), decision, {
      ledger,
      beside: { consider: () => undefined },
      lens,
      ...NO_TAINT,
    });
    assert.deepEqual([recorded.plan, recorded.decision.verdict], [step, 'ALLOW']);
    const [body] = ledger.bodies('verdict');
    assert.deepEqual([body?.verdict, body?.plan ?? null], ['WAIT', covered ? step : null], 'on record is what would have been');
    assert.equal(asked.length, covered || judgement.waits.length === 0 ? 1 : 2);
  }
});
