// What a request that needs approval is to the ticket book: its binding, its waits and what people are shown.

import { computeBinding } from '../approve/binding.ts';
import { scopeOf } from '../approve/scope.ts';
import type { ParkRequest } from '../approve/tickets.ts';
import type { WaitRequirement } from '../decide/judgement.ts';
import { waitsOfBoth } from '../decide/substitute.ts';
import { InterlockError } from '../errors.ts';
import type { Exchange } from '../http/exchange.ts';
import type { InspectedBody } from '../http/inspected-body.ts';
import type { RequestView } from '../http/request-view.ts';
import type { Principal } from '../identify/principal.ts';
import type { Ledger } from '../record/ledger.ts';
import { recordedActions } from '../record/verdict-entry.ts';
import { maskPath } from '../record/url-privacy.ts';
import type { Decision } from './decision.ts';
import { ownKey, withoutKey } from './idempotency.ts';

export interface Parkable {
  readonly request: Omit<ParkRequest, 'offers'>;
  /** What would be sent, decoded. */
  readonly body: InspectedBody;
}

export interface BindingDeps {
  readonly ledger: Pick<Ledger, 'keyedDigest'>;
  readonly inspectBytes: number;
}

/**
 * INVARIANT: a question about a request and the request itself come to the same binding, so that an approval asked for ahead is found.
 * Throws CONSTRAINT_FAILED when the body can not be bound.
 */
export async function parkRequest(
  exchange: Exchange,
  principal: Principal,
  decision: Decision,
  deps: BindingDeps,
): Promise<Parkable> {
  const { binding, request: sent, body } = await bindingOf(exchange, principal, decision, deps);
  const waits = waitsOf(decision);
  const actions = recordedActions(decision.rejudged ?? decision.judgement, deps.ledger.keyedDigest);
  const request = {
    exchange: exchange.id,
    binding,
    agent: principal.agent,
    user: principal.user,
    session: principal.session,
    actions,
    host: exchange.request.authority.host,
    method: exchange.request.method,
    path: maskPath(exchange.request.path, deps.ledger.keyedDigest),
    reason: decision.reason,
    waits,
    idempotency: ownKey(sent, body, decision.proposal.provider),
    // What a constraint has made of a request is judged as two; people who look at one more card are the simpler answer.
    scope: decision.substitute === null ? scopeOf(waits, actions, principal.session) : null,
  };
  return { request, body };
}

/** Both the request's own WAIT policies and those of its substitute must be satisfied. */
export function waitsOf(decision: Decision): readonly WaitRequirement[] {
  return decision.rejudged === null ? decision.judgement.waits : waitsOfBoth(decision.judgement, decision.rejudged);
}

/** INVARIANT: the binding covers the whole decoded body unless the provider narrowed it in writing (git: the commands). */
export async function bindingOf(
  exchange: Exchange,
  principal: Principal,
  decision: Pick<Decision, 'proposal' | 'substitute'>,
  deps: BindingDeps,
): Promise<{ readonly binding: string; readonly request: RequestView; readonly body: InspectedBody }> {
  const { provider } = decision.proposal;
  const request = decision.substitute?.request ?? exchange.request;
  let body = decision.substitute?.body ?? decision.proposal.body;
  if (provider?.bindingBody === undefined && decision.substitute === null && exchange.request.hasBody) {
    body = await exchange.body.inspect({ kind: 'whole' }, deps.inspectBytes);
    if (body.problem !== null)
      throw new InterlockError('CONSTRAINT_FAILED', `it needs approval, but its body can not be bound to one: ${body.problem}`);
  }
  const bound = provider?.bindingBody?.(request, body) ?? withoutKey(request, body, provider);
  const binding = computeBinding({
    agent: principal.agent,
    user: principal.user,
    request,
    body: bound,
    provider,
    keyedDigest: deps.ledger.keyedDigest,
  });
  return { binding, request, body };
}
