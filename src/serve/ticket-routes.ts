// /v1/tickets for people: what waits for them, and their decision. Every route needs a user's token in the Authorization header.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Ticket } from '../approve/ticket.ts';
import { InterlockError } from '../errors.ts';
import type { Directory, UserRecord } from '../identify/directory.ts';
import type { OpenTicketBook } from '../approve/ticket-book.ts';
import type { FailureThrottle } from './failure-throttle.ts';
import { type Problem, problemOf, sendProblem } from './problem.ts';

export interface TicketRouteDeps {
  readonly directory: Pick<Directory, 'authenticateUser'>;
  readonly tickets: Pick<OpenTicketBook, 'get' | 'list' | 'approve' | 'deny' | 'mayDecide'>;
  readonly throttle: FailureThrottle;
}

interface Caller {
  readonly user: UserRecord;
  readonly token: string;
}

interface IdParams {
  readonly id: string;
}

/** RFC 6750 §2.1. There is no other place for a token: a URL ends up in logs and histories (threat D14). */
const BEARER = /^bearer +([A-Za-z0-9_-]{1,128})$/i;
const FILTERS: ReadonlySet<string> = new Set(['state', 'agent']);

export function addTicketRoutes(app: FastifyInstance, deps: TicketRouteDeps): void {
  app.get('/v1/tickets', async (request, reply) => {
    const caller = callerOf(request, deps);
    if (!('user' in caller)) return refuse(reply, caller);
    return deps.tickets.list(filterOf(request.query)).filter((ticket) => maySee(caller.user, ticket, deps));
  });
  app.get<{ Params: IdParams }>('/v1/tickets/:id', async (request, reply) => {
    const caller = callerOf(request, deps);
    if (!('user' in caller)) return refuse(reply, caller);
    return visibleTicket(request.params.id, caller.user, deps);
  });
  for (const decision of ['approve', 'deny'] as const) {
    // POST only: no link, image or prefetch decides anything (threat D2).
    app.post<{ Params: IdParams }>(`/v1/tickets/:id/${decision}`, async (request, reply) => {
      const caller = callerOf(request, deps);
      if (!('user' in caller)) return refuse(reply, caller);
      if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
        return refuse(reply, problemOf(415, 'USAGE', 'send Content-Type: application/json'));
      return decide(decision, request.params.id, caller, deps);
    });
  }
}

/** A refused try is the book's to record, also when the answer is that there is no such ticket. */
async function decide(decision: 'approve' | 'deny', id: string, caller: Caller, deps: TicketRouteDeps): Promise<Ticket> {
  try {
    return await deps.tickets[decision](id, { token: caller.token }, 'api');
  } catch (error) {
    if (!(error instanceof InterlockError)) throw error;
    if (error.code === 'APPROVER_REFUSED') visibleTicket(id, caller.user, deps);
    throw error.code === 'TICKET_UNKNOWN' ? noTicket() : error;
  }
}

/** Who may decide it, and who asked, who may look and not decide. */
function maySee(user: UserRecord, ticket: Ticket, deps: TicketRouteDeps): boolean {
  return ticket.user === user.name || deps.tickets.mayDecide(user, ticket);
}

/** INVARIANT: a ticket that one may not see and one that there is not are the same answer (threat D2). */
function visibleTicket(id: string, user: UserRecord, deps: TicketRouteDeps): Ticket {
  const ticket = deps.tickets.get(id);
  if (ticket === undefined || !maySee(user, ticket, deps)) throw noTicket();
  return ticket;
}

function noTicket(): InterlockError {
  return new InterlockError('TICKET_UNKNOWN', 'there is no such ticket');
}

function callerOf(request: FastifyRequest, deps: TicketRouteDeps): Caller | Problem {
  const values = request.raw.headersDistinct['authorization'] ?? [];
  const token = values.length === 1 ? BEARER.exec(values[0] ?? '')?.[1] : undefined;
  const user = token === undefined ? null : deps.directory.authenticateUser(token);
  if (token !== undefined && user !== null) return { user, token };
  if (deps.throttle.failed(request.ip))
    return problemOf(429, 'APPROVER_REFUSED', 'too many tokens from this address were not valid: wait a minute');
  return problemOf(
    401,
    'APPROVER_REFUSED',
    "send an approver's token: Authorization: Bearer TOKEN (`interlock users add NAME` prints one)",
  );
}

function refuse(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="interlock"');
  if (problem.status === 429) reply.header('retry-after', '60');
  return sendProblem(reply, problem);
}

function filterOf(query: unknown): { readonly state?: string; readonly agent?: string } {
  const filter: { state?: string; agent?: string } = {};
  for (const [name, value] of Object.entries(query ?? {})) {
    if (!FILTERS.has(name) || typeof value !== 'string' || value.length > 64)
      throw new InterlockError('USAGE', 'the filters are state and agent, each once');
    if (name === 'state') filter.state = value;
    else filter.agent = value;
  }
  return filter;
}
