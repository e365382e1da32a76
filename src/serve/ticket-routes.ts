// /v1/tickets for people: what waits for them, the whole of one ticket, and their decision.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { HeldBodies } from '../approve/held-body.ts';
import type { OpenTicketBook } from '../approve/ticket-book.ts';
import { InterlockError } from '../errors.ts';
import { answers, list, NAME, part, READ_SECURITY, ref, SECURITY } from './api-schema.ts';
import type { Caller, Callers } from './caller.ts';
import { problemOf, sendProblem } from './problem.ts';
import { shownBody } from './shown-body.ts';
import { byTimeLeft, noTicket, seenBy, type SeenTicket, visibleTicket } from './ticket-seen.ts';
import type { TicketMove } from './ticket-moves.ts';
import { MAX_WAIT_SECONDS, type TicketPoll } from './ticket-poll.ts';
import { APPROVE_BODY, DENY_BODY, TICKET, TICKET_PARAMS, TICKET_STATE, TICKET_VIEW } from './ticket-schema.ts';

export interface TicketRouteDeps {
  readonly callers: Callers;
  readonly tickets: Pick<OpenTicketBook, 'get' | 'list' | 'approve' | 'deny' | 'mayDecide'>;
  readonly poll: TicketPoll;
  /** Bodies kept beside their tickets, or null where none are. */
  readonly bodies: Pick<HeldBodies, 'readBody'> | null;
  /** What happened to a ticket so far, oldest first. */
  readonly moves: (ticket: string) => Promise<readonly TicketMove[]>;
}

interface OneTicket {
  readonly Params: { readonly id: string };
}

const TAGS = ['tickets'];

export function addTicketRoutes(app: FastifyInstance, deps: TicketRouteDeps): void {
  app.addSchema(TICKET);
  app.addSchema(TICKET_VIEW);
  addReads(app, deps);
  addDecisions(app, deps);
}

function addReads(app: FastifyInstance, deps: TicketRouteDeps): void {
  app.get<{ Querystring: { readonly state?: string; readonly agent?: string } }>(
    '/v1/tickets',
    {
      onRequest: deps.callers.known,
      schema: {
        tags: TAGS,
        summary: 'Tickets that the caller may decide or asked for, by the time left',
        security: READ_SECURITY,
        querystring: part({ state: TICKET_STATE, agent: NAME }),
        response: answers({ 200: list(ref('Ticket')) }),
      },
    },
    (request) => {
      const { user } = deps.callers.of(request);
      const seen = deps.tickets.list(request.query).flatMap((ticket) => seenBy(user, ticket, deps.tickets) ?? []);
      return seen.toSorted(byTimeLeft);
    },
  );
  app.get<OneTicket & { Querystring: { readonly waitSeconds?: number } }>(
    '/v1/tickets/:id',
    {
      onRequest: deps.callers.known,
      schema: {
        tags: TAGS,
        summary: 'One ticket, with its held body and its moves',
        description: 'With `waitSeconds` the answer comes at the next move of a ticket that waits, or when they are over.',
        security: READ_SECURITY,
        params: TICKET_PARAMS,
        querystring: part({ waitSeconds: { type: 'integer', minimum: 0, maximum: MAX_WAIT_SECONDS } }),
        response: answers({ 200: ref('TicketView') }, 404),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { user } = deps.callers.of(request);
      visibleTicket(id, user, deps.tickets);
      await deps.poll.next(id, user.name, request.query.waitSeconds ?? 0, hangUpOf(reply));
      // Asked again: who waited may have lost the right to look meanwhile.
      return viewOf(visibleTicket(id, user, deps.tickets), deps);
    },
  );
}

function addDecisions(app: FastifyInstance, deps: TicketRouteDeps): void {
  // POST only: no link, image or prefetch decides anything (threat D2).
  app.post<OneTicket & { Body: { readonly edit?: string; readonly scope?: boolean } | null }>(
    '/v1/tickets/:id/approve',
    decision('Approve: the request is sent, or may be sent once', APPROVE_BODY, deps),
    (request) => {
      const caller = deps.callers.of(request);
      const { id } = request.params;
      const choice = request.body ?? {};
      return decided(id, caller, deps, () => deps.tickets.approve(id, caller.by, caller.channel, choice));
    },
  );
  app.post<OneTicket & { Body: { readonly reason?: string } | null }>(
    '/v1/tickets/:id/deny',
    decision('Deny: the request is refused', DENY_BODY, deps),
    (request) => {
      const caller = deps.callers.of(request);
      const { id } = request.params;
      return decided(id, caller, deps, () => deps.tickets.deny(id, caller.by, caller.channel, request.body?.reason ?? ''));
    },
  );
}

function decision(summary: string, body: object, deps: TicketRouteDeps) {
  return {
    onRequest: [deps.callers.known, jsonOnly],
    schema: {
      tags: TAGS,
      summary,
      security: SECURITY,
      params: TICKET_PARAMS,
      body,
      response: answers({ 200: ref('Ticket') }, 404, 409, 413, 415),
    },
  };
}

async function jsonOnly(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  if (/^application\/json\b/i.test(request.headers['content-type'] ?? '')) return undefined;
  return sendProblem(reply, problemOf(415, 'USAGE', 'send Content-Type: application/json'));
}

/** A refused try is the book's to record, also when the answer is that there is no such ticket. */
async function decided(id: string, { user }: Caller, deps: TicketRouteDeps, decide: () => Promise<unknown>): Promise<SeenTicket> {
  try {
    await decide();
  } catch (error) {
    if (!(error instanceof InterlockError)) throw error;
    if (error.code === 'APPROVER_REFUSED') visibleTicket(id, user, deps.tickets);
    throw error.code === 'TICKET_UNKNOWN' ? noTicket() : error;
  }
  return visibleTicket(id, user, deps.tickets);
}

async function viewOf(ticket: SeenTicket, deps: TicketRouteDeps): Promise<object> {
  const [body, moves] = await Promise.all([
    // Content is for who decides: who asked knows it, and others have no business with it.
    ticket.mayDecide ? deps.bodies?.readBody(ticket.id) : null,
    deps.moves(ticket.id),
  ]);
  return { ...ticket, body: body === null || body === undefined ? null : shownBody(body), moves };
}

/** Aborts when the client is gone. */
function hangUpOf(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}
