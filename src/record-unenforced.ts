// The record stage under `enforcement: monitor`: the verdict that would have been, and what goes as it came.

import type { Decision } from './enforce/decision.ts';
import { waitsOf } from './enforce/park-request.ts';
import { unenforced } from './enforce/monitor.ts';
import type { Exchange } from './http/exchange.ts';
import type { Principal } from './identify/principal.ts';
import type { Recorded } from './pipeline.ts';
import type { PlanLens } from './plan/lens.ts';
import type { Ledger } from './record/ledger.ts';
import { decidedOf, fateOf } from './record-stage.ts';
import { durabilityOf, verdictBody } from './record/verdict-entry.ts';
import type { ShadowDesk } from './rollout/shadow-desk.ts';
import { type ReadingDeps, readingOf } from './session/reading.ts';

interface UnenforcedDeps extends ReadingDeps {
  readonly ledger: Ledger;
  readonly beside: Pick<ShadowDesk, 'consider'>;
  readonly lens: Pick<PlanLens, 'take' | 'settle'>;
}

/** No ticket is opened: nobody is asked about what goes anyway. */
export async function recordUnenforced(
  exchange: Exchange,
  principal: Principal,
  decision: Decision,
  deps: UnenforcedDeps,
): Promise<Recorded> {
  const { ledger, beside, lens } = deps;
  const { covered, plan } = await takeUnenforced(exchange, principal, decision, lens);
  const told = verdictBody(exchange, principal, decision, null, ledger.keyedDigest, covered ? plan : null);
  const reading = readingOf(exchange, principal, decision.proposal.actions, deps);
  const durability = reading.state.length > 0 ? 'synced' : durabilityOf(decision.verdict, decision.judgement);
  const written = ledger.append({ ...told, enforcement: 'monitor' } as const, durability, reading.state);
  if (plan !== null) written.catch((error: unknown) => void lens.settle(exchange.id, fateOf(error)));
  const { entry } = await written;
  reading.written();
  beside.consider(decidedOf(exchange, principal, decision, entry));
  return { decision: unenforced(decision), entry, ticket: null, plan, mustWait: false, scoped: false };
}

/**
 * A plan moves on as it would, or its second step would read as drift although the first one went. `covered`: by the plan's approval; a WAIT that
 * is not goes all the same, as if people had let it go. INVARIANT: what would be blocked is no step.
 */
async function takeUnenforced(
  exchange: Exchange,
  principal: Principal,
  decision: Decision,
  lens: UnenforcedDeps['lens'],
): Promise<{ readonly covered: boolean; readonly plan: Recorded['plan'] }> {
  if (decision.verdict === 'BLOCK') return { covered: false, plan: null };
  const plan = await lens.take(exchange, principal, decision, waitsOf(decision));
  if (plan !== null || decision.verdict !== 'WAIT') return { covered: plan !== null, plan };
  return { covered: false, plan: await lens.take(exchange, principal, decision, []) };
}
