// The gate that calls in a model's answer pass, over the pipeline's own stages, without a gateway around it.

import assert from 'node:assert/strict';
import type { TicketBook } from '../../src/approve/tickets.ts';
import { callGate } from '../../src/call-gate.ts';
import type { ToolReader } from '../../src/classify/tool-call.ts';
import type { Judge } from '../../src/decide/judge.ts';
import { createRefuser } from '../../src/enforce/refuser.ts';
import type { Exchange } from '../../src/http/exchange.ts';
import { createMemoryBudget } from '../../src/http/memory-budget.ts';
import type { CallGate } from '../../src/observe/call-sluice.ts';
import { handleExchange } from '../../src/pipeline.ts';
import { createRecall } from '../../src/recall/recall.ts';
import { createStages } from '../../src/stages.ts';
import { handMade, NO_BUDGETS, NO_WISHES } from './exchange.ts';
import type { MemoryLedger } from './memory-ledger.ts';
import { memoryShelf } from './memory-shelf.ts';
import { noPlans } from './no-plans.ts';

const unused = (): never => assert.fail('not asked for here');

interface WireParts {
  readonly judge: Judge;
  readonly tools: ToolReader;
  readonly ledger: MemoryLedger;
  readonly tickets: TicketBook;
  readonly identify?: Exchange['identify'];
}

/** For the answer of `https://api.openai.com/v1/chat/completions`, whose exchange is named `asking`. */
export function callWire({ judge, tools, ledger, tickets, identify }: WireParts): CallGate | null {
  const stages = createStages({
    judge,
    lens: noPlans(judge),
    recall: createRecall(),
    budget: createMemoryBudget(10_000),
    ledger,
    tickets,
    upstream: { send: unused, stats: unused, close: unused },
    inspectBytes: 100,
    keepBody: () => Promise.resolve(),
    shelf: memoryShelf(),
    budgets: NO_BUDGETS,
    callGate: () => null,
    beside: { consider: () => undefined },
    ...NO_WISHES,
    enforcement: 'enforce',
    messageGate: () => null,
    refuser: createRefuser({ ledger, tally: () => undefined, onRefused: () => undefined }),
    observer: { decided: () => undefined, leaving: () => undefined, finished: () => undefined },
  });
  const made = handMade('POST', '/v1/chat/completions', '', { host: 'api.openai.com' });
  const asking: Exchange = { ...made, id: 'asking', ...(identify === undefined ? {} : { identify }) };
  let ids = 0;
  return callGate(asking, {
    stages,
    tools,
    limitBytes: 1_000,
    announce: () => undefined,
    nextId: () => `c${(ids += 1)}`,
    budget: createMemoryBudget(10_000),
    handle: handleExchange,
  });
}
