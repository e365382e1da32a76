// The record stage under `enforcement: monitor`: the verdict that would have been, and what goes as it came.

import type { Decision } from './enforce/decision.ts';
import { unenforced } from './enforce/monitor.ts';
import type { Exchange } from './http/exchange.ts';
import type { Principal } from './identify/principal.ts';
import type { Recorded } from './pipeline.ts';
import type { Ledger } from './record/ledger.ts';
import { durabilityOf, verdictBody } from './record/verdict-entry.ts';
import type { ShadowDesk } from './rollout/shadow-desk.ts';

interface UnenforcedDeps {
  readonly ledger: Ledger;
  readonly beside: Pick<ShadowDesk, 'consider'>;
}

/** No ticket is opened: nobody is asked about what goes anyway. */
export async function recordUnenforced(
  exchange: Exchange,
  principal: Principal,
  decision: Decision,
  deps: UnenforcedDeps,
): Promise<Recorded> {
  const { ledger, beside } = deps;
  const body = { ...verdictBody(exchange, principal, decision, null, ledger.keyedDigest), enforcement: 'monitor' } as const;
  const { entry } = await ledger.append(body, durabilityOf(decision.verdict, decision.judgement));
  beside.consider({ exchange: exchange.id, entry, principal, judgement: decision.judgement });
  return { decision: unenforced(decision), entry, ticket: null, plan: null, mustWait: false, scoped: false };
}
