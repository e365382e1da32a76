// Under `enforcement: monitor` the entry keeps the verdict that would have been, and what goes is what came.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordUnenforced } from '../src/record-unenforced.ts';
import { principal } from './decide/bundle-fixture.ts';
import { handMade, judgementOf, proposalOf } from './support/exchange.ts';
import { memoryLedger } from './support/memory-ledger.ts';

test('a request that would be blocked is recorded so, marked, and let go', async () => {
  const exchange = handMade('POST', '/a');
  const proposal = proposalOf(exchange);
  const judgement = judgementOf('BLOCK', proposal);
  const none = { substitute: null, revised: null, rejudged: null };
  const decision = { verdict: 'BLOCK', proposal, judgement, ...none, reason: 'r', policies: ['p1'] } as const;
  const ledger = memoryLedger();
  const considered: string[] = [];
  const beside = { consider: ({ entry }: { readonly entry: string }) => void considered.push(entry) };
  const recorded = await recordUnenforced(exchange, principal(), decision, { ledger, beside });
  assert.deepEqual([recorded.decision.verdict, recorded.ticket, recorded.mustWait], ['ALLOW', null, false]);
  const [body] = ledger.bodies('verdict');
  assert.deepEqual([body?.verdict, body?.enforcement], ['BLOCK', 'monitor']);
  assert.deepEqual(considered, [recorded.entry]);
});
