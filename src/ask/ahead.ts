// Approval asked for ahead: the ticket that a raw request would wait for, found or opened, and nothing spent.

import type { Ticket } from '../approve/ticket.ts';
import type { Enforcement } from '../config/config.ts';
import { coveringCall, openFor, type ParkDeps } from '../enforce/park.ts';
import { type Parkable, parkRequest } from '../enforce/park-request.ts';
import { type ErrorCode, InterlockError, toInterlockError } from '../errors.ts';
import { writtenExchange } from '../http/written-exchange.ts';
import type { Principal } from '../identify/principal.ts';
import { type Finding, stopped } from './finding.ts';
import type { Asked } from './question.ts';

export interface Ahead {
  readonly finding: Finding;
  readonly ticket: Ticket | null;
  /** A standing grant covers it now, or the approval of the call that announced it: the request passes without a ticket of its own. */
  readonly standing: boolean;
  /** Why no ticket was opened though one was asked for. */
  readonly problem: { readonly code: ErrorCode; readonly message: string } | null;
}

export interface AheadDeps extends Omit<ParkDeps, 'originate' | 'shelf'> {
  readonly enforcement: Enforcement;
}

/** Nobody is asked for a question: what a look-up or a landing would tell is not known, and then no ticket is opened either. */
const ALONE: Pick<ParkDeps, 'originate'> = {
  originate: () => Promise.reject(new InterlockError('CONSTRAINT_FAILED', 'nobody is asked for a question')),
};

/**
 * INVARIANT: a ticket is opened only for the very bytes that would be sent, by the binding that the wire will compute of them; typed
 * questions, MCP calls and tool calls leave no grant (threat D13). `question` stands for the exchange.
 */
export async function askAhead(
  finding: Finding,
  { question, park }: Asked,
  principal: Principal,
  id: string,
  deps: AheadDeps,
): Promise<Ahead> {
  const { verdict, decision, written } = finding;
  const nothing: Ahead = { finding, ticket: null, standing: false, problem: null };
  if (verdict !== 'WAIT') return nothing;
  if (question.kind !== 'request' || decision === null || written === null)
    return park ? refused(nothing, 'only a raw request (context.request) can wait for approval ahead of itself') : nothing;
  const exchange = writtenExchange(written, principal, id);
  try {
    const parkable = await parkRequest(exchange, principal, decision, deps);
    const call = coveringCall(exchange, principal, decision, deps);
    const known = knownTicket(nothing, parkable, call, deps);
    if (known !== null || !park) return known ?? nothing;
    const reason = objection(finding, principal, deps.enforcement);
    if (reason !== null) return refused(nothing, reason);
    return { ...nothing, ticket: await openFor(exchange, principal, decision, parkable, { ...deps, ...ALONE }) };
  } catch (thrown) {
    const { code, message } = toInterlockError(thrown);
    if (code === 'TICKET_LIMIT') return { ...nothing, problem: { code, message } };
    if (code === 'RECORD_FAILED') throw thrown;
    // As on the wire: what can't be bound can't wait.
    return { ...nothing, finding: stopped(finding, thrown) };
  }
}

function knownTicket(nothing: Ahead, { request }: Parkable, call: string | null, { tickets }: AheadDeps): Ahead | null {
  const ticket = tickets.openOf(request.binding);
  if (ticket !== undefined) return { ...nothing, ticket };
  const standing = tickets.mayStand(request) || (call !== null && tickets.mayUseCall(call, request));
  return standing ? { ...nothing, standing } : null;
}

function objection({ unknown }: Finding, { provedBy }: Principal, enforcement: Enforcement): string | null {
  // As on the wire: nothing waits there, so an approval would be for nothing and its grant would outlive these days.
  if (enforcement === 'monitor')
    return 'nothing is enforced here (enforcement: monitor), so the request would not wait and no ticket is opened';
  // Callers without a token are all one agent: none of them could see what became of it.
  if (provedBy === 'anonymous') return 'a ticket needs an agent with a token of its own';
  return unknown === null
    ? null
    : 'what it would do is known only once the server is asked: send the request itself, it waits then';
}

function refused(nothing: Ahead, message: string): Ahead {
  return { ...nothing, problem: { code: 'QUESTION_FORBIDDEN', message } };
}
