// WAIT: a grant given earlier is spent, or a ticket is opened and the exchange held until people have decided.

import { sameRequirement } from '../approve/requirements.ts';
import { isAsShown } from '../approve/shown-facts.ts';
import type { Ticket, WaitOutcome } from '../approve/ticket.ts';
import { withdrawnFor } from '../approve/ticket-states.ts';
import type { TicketBook } from '../approve/tickets.ts';
import type { Judgement } from '../decide/judgement.ts';
import type { Proposal } from '../classify/proposal.ts';
import { enrich } from '../enrich/enrich.ts';
import { InterlockError, toInterlockError } from '../errors.ts';
import type { Exchange } from '../http/exchange.ts';
import type { BodyShelf } from '../http/parkable-body.ts';
import { waitingReply } from '../http/waiting-reply.ts';
import type { Principal } from '../identify/principal.ts';
import type { Announcements } from '../session/announcements.ts';
import type { Ledger } from '../record/ledger.ts';
import { recordedActions } from '../record/verdict-entry.ts';
import { proposeSubstitute } from '../classify/propose.ts';
import { isCovered, mayBeCovered } from './covered-request.ts';
import type { Decision } from './decision.ts';
import { findOffers, type Judged, type OfferDeps } from './offer.ts';
import { type Parkable, parkRequest, waitsOf } from './park-request.ts';
import { remainingChanges } from './rewrite.ts';

export interface ParkDeps extends OfferDeps {
  readonly tickets: TicketBook;
  readonly ledger: Ledger;
  readonly inspectBytes: number;
  /** Keeps what waits beside its ticket, encrypted and bounded; never headers. A body that can't be kept does not stop the wait. */
  readonly keepBody: (ticket: string, body: Buffer) => Promise<void>;
  /** Where bodies are while their exchanges are held. */
  readonly shelf: BodyShelf;
  /** Calls of models that people approved may cover a request. */
  readonly announcements: Pick<Announcements, 'approvedFor'>;
}

interface Parking {
  readonly ticket: Ticket;
  /** False: an approval given earlier was spent for this very exchange. */
  readonly mustWait: boolean;
  /** It passes by what was given with another ticket, which is named here: a standing grant, or the approval of the call that announced it. */
  readonly scoped: boolean;
}

/** Before the verdict is written: which ticket is this exchange's? Throws TICKET_LIMIT, CONSTRAINT_FAILED. */
export async function park(exchange: Exchange, principal: Principal, decision: Decision, deps: ParkDeps): Promise<Parking> {
  const { request, body } = await parkRequest(exchange, principal, decision, deps);
  const spent = await deps.tickets.spendGrant(request.binding, request.waits, exchange.id);
  if (spent !== null) return { ticket: spent, mustWait: false, scoped: false };
  const standing = await deps.tickets.useStanding(request);
  if (standing !== null) return { ticket: standing, mustWait: false, scoped: true };
  const call = coveringCall(exchange, principal, decision, deps);
  const covered = call === null ? null : await deps.tickets.useCall(call, request);
  if (covered !== null) return { ticket: covered, mustWait: false, scoped: true };
  return { ticket: await openFor(exchange, principal, decision, { request, body }, deps), mustWait: true, scoped: false };
}

/** The ticket of the approved call that announced this request and is for it too. The same for a question about it, which takes nothing. */
export function coveringCall(
  exchange: Exchange,
  principal: Principal,
  decision: Decision,
  { announcements }: Pick<ParkDeps, 'announcements'>,
): string | null {
  if (!mayBeCovered(exchange)) return null;
  const { actions } = decision.proposal;
  const call = announcements.approvedFor(principal, actions, exchange.rehearsal === true ? null : exchange.id);
  return call !== null && isCovered(call, decision) ? call.ticket : null;
}

/** Opens the ticket of a request, or joins the one that is open, and keeps what people may want to look at. Throws TICKET_LIMIT. */
export async function openFor(
  exchange: Exchange,
  principal: Principal,
  decision: Decision,
  { request, body }: Parkable,
  deps: Omit<ParkDeps, 'shelf'>,
): Promise<Ticket> {
  const offers = deps.tickets.isOpen(request.binding) ? [] : await findOffers(exchange, principal, decision, deps);
  const ticket = await deps.tickets.open({ ...request, offers });
  if (body.bytes.length > 0) await deps.keepBody(ticket.id, body.bytes).catch(() => undefined);
  return ticket;
}

/**
 * Holds the exchange. Returns, when its approval was spent for it, who asks: proved again, because a token may be revoked and a team left
 * while people think (threat A16). Throws TICKET_PENDING, TICKET_DENIED, IDENTITY_REJECTED, BODY_UNKEPT
 * or BODY_LOST otherwise.
 */
export async function holdUntilDecided(
  exchange: Exchange,
  decision: Decision,
  ticketId: string,
  deps: ParkDeps,
): Promise<Principal> {
  const ticket = deps.tickets.get(ticketId);
  if (ticket === undefined) throw new InterlockError('TICKET_PENDING', 'its ticket is gone: ask again');
  const hangUp = new AbortController();
  exchange.reply.onClose(() => hangUp.abort());
  // Before its body is put away: what is shown is read from it.
  showWait(exchange, decision.proposal, ticket);
  const outcome = await hold(exchange, decision, ticket, hangUp.signal, deps);
  switch (outcome.kind) {
    case 'approved':
      return exchange.identify();
    case 'denied':
      throw new InterlockError('TICKET_DENIED', deniedText(outcome.ticket));
    case 'expired':
      throw new InterlockError('TICKET_DENIED', expiredText(outcome.ticket));
    case 'superseded':
      throw new InterlockError('TICKET_PENDING', 'a newer try of the same request waits in its place');
    case 'held-out':
      throw new InterlockError('TICKET_PENDING', pendingText(outcome.ticket));
  }
}

function pendingText(ticket: Ticket): string {
  return `waiting for ${approversOf(ticket)}: repeat the same request once it is approved. ${whenDecided(ticket)}`;
}

/**
 * INVARIANT: a request that waits takes no memory for its body, and has the very same bytes again before it is sent. Throws BODY_UNKEPT, BODY_LOST.
 */
async function hold(
  exchange: Exchange,
  { substitute }: Decision,
  ticket: Ticket,
  hangUp: AbortSignal,
  { tickets, shelf }: ParkDeps,
): Promise<WaitOutcome> {
  const parked = await exchange.body
    .park(shelf, exchange.id, substitute === null ? [] : [substitute.body])
    .catch((thrown: unknown) => {
      const { code, message } = toInterlockError(thrown);
      // The ticket stays, and its approval will be there for the repeat: only the connection is not held.
      throw code === 'BODY_UNKEPT' ? new InterlockError(code, `${message}, so it is not held: ${pendingText(ticket)}`) : thrown;
    });
  try {
    const outcome = await tickets.wait(ticket.id, exchange.id, hangUp);
    if (outcome.kind === 'approved') await parked.resume();
    // What does not go is still told in the API's own words, if it can be read; a client that left needs none.
    else if (!hangUp.aborted) await parked.resume().catch(() => undefined);
    return outcome;
  } finally {
    await parked.end();
  }
}

/** A client that can be told so sees whom it waits for (git: `remote:` lines); all others wait without a word. */
function showWait(exchange: Exchange, proposal: Proposal, ticket: Ticket): void {
  const form = proposal.provider?.waiting?.(exchange.request, proposal.body) ?? null;
  if (form === null || ticket.state !== 'pending' || exchange.reply.headSent) return;
  exchange.reply = waitingReply(exchange.reply, form, `Interlock: waiting for ${approversOf(ticket)} (ticket ${ticket.id})`);
}

function expiredText(ticket: Ticket): string {
  const why = withdrawnFor(ticket);
  return why === null ? 'nobody decided in time; the ticket has expired' : `its ticket was withdrawn: ${why}`;
}

function deniedText({ deniedBy, denial }: Ticket): string {
  return `denied by ${deniedBy ?? 'an approver'}${denial === null ? '' : `: ${denial}`}`;
}

/**
 * Asked again just before a waited-for request is sent: policies may have changed while it was held, and so may what it hangs on.
 * Throws POLICY_BLOCKED for a BLOCK, a constraint that was not there, a WAIT that the approval does not satisfy, or facts that are not
 * those that were shown (to the approver, or, where a standing grant lets it go, when it was judged). Returns what it comes to now.
 */
export async function askAgain(
  exchange: Exchange,
  principal: Principal,
  { decision, ticket: ticketId, scoped }: { readonly decision: Decision; readonly ticket: string; readonly scoped: boolean },
  deps: ParkDeps,
): Promise<Judged & { readonly ticket: Ticket }> {
  const before = decision.revised ?? decision.proposal;
  const hangs = before.lookedUp || before.known.consulted === true;
  const proposal = hangs ? await readAgain(exchange, principal, before, deps) : before;
  const now = deps.judge.judge(principal, proposal.actions);
  const ticket = deps.tickets.get(ticketId);
  const known = new Set(decision.judgement.constraints.map((constraint) => constraint.name));
  if (now.verdict === 'BLOCK') throw blocked(now, 'policy has changed while this waited, and blocks it now');
  if (now.constraints.some((constraint) => !known.has(constraint.name)))
    throw blocked(now, 'policy has changed while this waited: a new constraint applies');
  // One of the same name may have been tightened: what goes must have nothing left to change.
  if ((remainingChanges(proposal, now.constraints) ?? 0) > 0)
    throw blocked(now, 'policy has changed while this waited: a constraint asks for more');
  if (ticket === undefined || !deps.tickets.covers(ticket, now.waits) || (scoped && !isStillOnly(decision, now)))
    throw blocked(now, 'policy has changed while this waited: another approval is needed');
  const { keyedDigest } = deps.ledger;
  const shown = scoped ? recordedActions(decision.rejudged ?? decision.judgement, keyedDigest) : ticket.actions;
  if (hangs && !isAsShown(shown, recordedActions(now, keyedDigest)))
    throw blocked(now, 'what was approved has changed since: ask again');
  return { proposal, judgement: now, ticket };
}

/** What was given with another ticket was found to be enough for what this one waited for then, by that bundle: no more than that goes by it. */
function isStillOnly(decision: Decision, { bundle, waits }: Judgement): boolean {
  const known = waitsOf(decision);
  return bundle === decision.judgement.bundle && waits.every((wait) => known.some((one) => sameRequirement(one, wait)));
}

/** What a request hangs on besides its bytes (a look-up, an id learnt earlier) is asked anew. */
async function readAgain(exchange: Exchange, principal: Principal, before: Proposal, deps: ParkDeps): Promise<Proposal> {
  return enrich(exchange, principal, proposeSubstitute(before.request, before.body, before), deps);
}

function blocked(judgement: Judgement, message: string): InterlockError {
  return new InterlockError('POLICY_BLOCKED', `${message} (${judgement.policies.join(', ') || 'no policy permits it'})`);
}

/** Agents that can wait need not guess when. */
function whenDecided({ id }: Ticket): string {
  return `GET http://interlock.internal/v1/tickets/${id}?waitSeconds=30 through the proxy answers when it is decided.`;
}

export function approversOf(ticket: Ticket): string {
  const groups = new Set(ticket.waits.flatMap((wait) => wait.approvers));
  return groups.size === 0 ? 'an approver' : [...groups].sort().join(' and ');
}
