// What approvers may choose instead of a request: each offer is tried when the request is parked, and made anew from its own bytes when it goes.

import { sameRequirement } from '../approve/requirements.ts';
import { isAsShown } from '../approve/shown-facts.ts';
import type { Offer, Ticket } from '../approve/ticket.ts';
import { proposeSubstitute } from '../classify/propose.ts';
import type { Proposal } from '../classify/proposal.ts';
import type { Constraint } from '../decide/constraint.ts';
import type { Judge } from '../decide/judge.ts';
import type { Judgement } from '../decide/judgement.ts';
import { substituteObjection } from '../decide/substitute.ts';
import { enrich, type EnrichDeps } from '../enrich/enrich.ts';
import { InterlockError, toInterlockError } from '../errors.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Principal } from '../identify/principal.ts';
import type { Ledger } from '../record/ledger.ts';
import { recordedActions } from '../record/verdict-entry.ts';
import type { Decision } from './decision.ts';
import { remainingChanges, rewrite, type RewriteDeps } from './rewrite.ts';

export interface OfferDeps extends EnrichDeps, RewriteDeps {
  readonly judge: Judge;
  readonly ledger: Pick<Ledger, 'keyedDigest'>;
}

/** Of all policies that wait together: trying one may cost look-ups, and people choose between few. */
const MAX_OFFERS = 5;

/** A request as it was judged: with its constraints already applied, when it has any. */
export interface Judged {
  readonly proposal: Proposal;
  readonly judgement: Judgement;
}

/** Those of the bundle's offers that would go if they were chosen. Never throws: what can't be made is not offered. */
export async function findOffers(
  exchange: Exchange,
  principal: Principal,
  decision: Decision,
  deps: OfferDeps,
): Promise<readonly Offer[]> {
  if (!isEditable(exchange, decision)) return [];
  const judged = { proposal: decision.revised ?? decision.proposal, judgement: decision.rejudged ?? decision.judgement };
  const offers: Offer[] = [];
  for (const constraint of judged.judgement.offers.slice(0, MAX_OFFERS)) {
    const edited = await edit(exchange, principal, judged, constraint, deps).catch(() => null);
    if (edited?.rejudged === undefined || edited.rejudged === null) continue;
    const actions = recordedActions(edited.rejudged, deps.ledger.keyedDigest);
    offers.push({ constraint: constraint.name, changed: edited.substitute?.changed ?? [], actions });
  }
  return offers;
}

/** Not what has been turned into something else by then (a push into a pull request, a batch in part), and no WebSocket message. */
function isEditable(exchange: Exchange, { substitute }: Decision): boolean {
  return exchange.message !== true && (substitute === null || (substitute.settle === null && substitute.bytes.kind === 'whole'));
}

/**
 * The decision that carries out the edit which the ticket's approvers chose, on the request as it is judged now. Throws POLICY_BLOCKED when
 * the bundle does not offer it any more, when what it makes is not what was shown, or would need another approval than theirs.
 * INVARIANT: a ticket that was approved with an edit never lets out the request as it is.
 */
export async function editChosen(
  exchange: Exchange,
  principal: Principal,
  judged: Judged,
  ticket: Ticket,
  deps: OfferDeps,
): Promise<Decision> {
  const constraint = judged.judgement.offers.find(({ name }) => name === ticket.edit);
  const offer = ticket.offers.find((one) => one.constraint === ticket.edit);
  if (constraint === undefined || offer === undefined) throw changed(ticket, 'policy does not offer it any more');
  const edited = await edit(exchange, principal, judged, constraint, deps).catch((thrown: unknown) => {
    const error = toInterlockError(thrown);
    throw error.code === 'CONSTRAINT_FAILED' ? changed(ticket, error.message) : error;
  });
  // Which branch a pull request comes from may have been taken meanwhile. Its commits are those that were shown: they are in the binding.
  const mayLandElsewhere = constraint.type === 'pull-request';
  const now = edited.rejudged === null ? [] : recordedActions(edited.rejudged, deps.ledger.keyedDigest);
  if (!mayLandElsewhere && !isAsShown(offer.actions, now)) throw changed(ticket, 'it would make something else of it now');
  return edited;
}

function changed(ticket: Ticket, why: string): InterlockError {
  return new InterlockError('POLICY_BLOCKED', `this was approved with ${ticket.edit ?? 'an edit'}, and can't be sent so: ${why}`);
}

/** Throws CONSTRAINT_FAILED when the constraint can't be carried out, changes nothing, or leaves what may not go by the same approval. */
async function edit(
  exchange: Exchange,
  principal: Principal,
  { proposal, judgement }: Judged,
  constraint: Constraint,
  deps: OfferDeps,
): Promise<Decision> {
  const asked = withConstraint(judgement, constraint);
  const substitute = await rewrite(exchange, principal, proposal, asked, deps);
  if (substitute.changed.length === 0) throw failed(`${constraint.name} changes nothing in it`);
  const revised = await enrich(exchange, principal, proposeSubstitute(substitute.request, substitute.body, proposal), deps);
  const rejudged = deps.judge.judge(principal, revised.actions);
  const objection = substituteObjection(asked, rejudged, remainingChanges(revised, rejudged.constraints));
  if (objection !== null) throw failed(objection);
  const fresh = rejudged.waits.find((wait) => !judgement.waits.some((known) => sameRequirement(known, wait)));
  if (fresh !== undefined) throw failed(`what it leaves needs another approval: ${fresh.reason}`);
  const { reason, policies } = asked;
  return { verdict: 'CONSTRAIN', proposal, judgement: asked, substitute, revised, rejudged, reason, policies };
}

/** The judgement as if the policies that offer the constraint had asked for it. */
function withConstraint(judgement: Judgement, constraint: Constraint): Judgement {
  const actions = judgement.actions.map((judged) =>
    judged.offers.some(({ name }) => name === constraint.name)
      ? { ...judged, constraints: [...judged.constraints, constraint] }
      : judged,
  );
  const reason = `Approved with ${constraint.name}. ${judgement.reason}`;
  return { ...judgement, actions, reason, constraints: [...judgement.constraints, constraint] };
}

function failed(message: string): InterlockError {
  return new InterlockError('CONSTRAINT_FAILED', message);
}
