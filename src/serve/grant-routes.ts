// /v1/grants: approvals that may still let something out, and their end.

import type { FastifyInstance } from 'fastify';
import type { Grant } from '../approve/grant.ts';
import type { OpenTicketBook } from '../approve/ticket-book.ts';
import type { Readers } from '../decide/reading.ts';
import { InterlockError } from '../errors.ts';
import type { UserRecord } from '../identify/directory.ts';
import { answers, COUNT, list, object, orNull, READ_SECURITY, SECURITY, TEXT, TEXTS, TIME } from './api-schema.ts';
import type { Callers } from './caller.ts';
import { seenBy } from './ticket-seen.ts';
import { TICKET_PARAMS } from './ticket-schema.ts';

export interface GrantRouteDeps {
  readonly callers: Callers;
  readonly judge: Readers;
  readonly tickets: Pick<OpenTicketBook, 'get' | 'list' | 'mayDecide' | 'grants' | 'revokeGrant'>;
}

const GRANT = object({
  id: TEXT,
  ticket: TEXT,
  kind: { enum: ['once', 'scoped'] },
  agent: TEXT,
  session: orNull(TEXT),
  action: orNull(TEXT),
  resource: orNull(TEXT),
  policies: TEXTS,
  by: TEXTS,
  createdAt: TIME,
  expiresAt: TIME,
  usesLeft: orNull(COUNT),
});
const TAGS = ['grants'];

export function addGrantRoutes(app: FastifyInstance, deps: GrantRouteDeps): void {
  app.get(
    '/v1/grants',
    {
      onRequest: deps.callers.known,
      schema: {
        tags: TAGS,
        summary: 'Approvals not yet used up',
        security: READ_SECURITY,
        response: answers({ 200: list(GRANT) }),
      },
    },
    async (request, _reply) => deps.tickets.grants().filter((grant) => maySee(deps.callers.of(request).user, grant, deps)),
  );
  app.delete<{ Params: { readonly id: string } }>(
    '/v1/grants/:id',
    {
      onRequest: deps.callers.known,
      schema: {
        tags: TAGS,
        summary: 'Revoke a grant',
        security: SECURITY,
        params: TICKET_PARAMS,
        response: answers({ 204: { type: 'null', description: 'Nothing more goes by it.' } }, 404),
      },
    },
    async (request, reply) => {
      const caller = deps.callers.of(request);
      const grant = deps.tickets.grants().find(({ id }) => id === request.params.id);
      // The same answer for one that there is not and one that is none of theirs (threat D2).
      if (grant === undefined || !maySee(caller.user, grant, deps))
        throw new InterlockError('TICKET_UNKNOWN', 'there is no such grant');
      await deps.tickets.revokeGrant(grant.id, caller.by, caller.channel);
      return reply.code(204).send();
    },
  );
}

/** Who sees its ticket, and operators. */
function maySee(user: UserRecord, grant: Grant, { judge, tickets }: GrantRouteDeps): boolean {
  const ticket = tickets.get(grant.ticket);
  return judge.mayRead(user) || (ticket !== undefined && seenBy(user, ticket, tickets) !== null);
}
