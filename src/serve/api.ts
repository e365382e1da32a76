// The API on the console's listener, put together: who calls, tickets for approvers, and the views for operators.

import type { FastifyInstance } from 'fastify';
import type { Directory } from '../identify/directory.ts';
import type { OpenTicketBook } from '../approve/ticket-book.ts';
import type { Readers } from '../decide/reading.ts';
import { PROBLEM } from './api-schema.ts';
import { createCallers } from './caller.ts';
import type { FailureThrottle } from './failure-throttle.ts';
import { addOpenApiRoute, describeRoutes } from './openapi.ts';
import { sessionCookie } from './session-cookie.ts';
import { addSessionRoutes } from './session-routes.ts';
import { createSessions } from './sessions.ts';
import { createTicketPoll } from './ticket-poll.ts';
import { addTicketRoutes, type TicketRouteDeps } from './ticket-routes.ts';

export interface ApiOptions extends Pick<TicketRouteDeps, 'bodies' | 'moves'> {
  readonly directory: Pick<Directory, 'authenticateUser' | 'user'>;
  readonly tickets: TicketRouteDeps['tickets'] & Pick<OpenTicketBook, 'watch'>;
  readonly judge: Readers;
  readonly throttle: FailureThrottle;
  readonly sessionMinutes: number;
}

export interface Api {
  /** Answers what waits. */
  close(): void;
}

/** `secure`: the console speaks TLS. */
export async function addApi(app: FastifyInstance, options: ApiOptions, secure: boolean): Promise<Api> {
  const { directory, tickets, throttle, judge } = options;
  const sessions = createSessions({ directory, minutes: options.sessionMinutes });
  const access = { directory, throttle, sessions, cookie: sessionCookie(secure) };
  const callers = createCallers(access);
  const poll = createTicketPoll({ tickets });
  await describeRoutes(app, access.cookie);
  app.addSchema(PROBLEM);
  addSessionRoutes(app, { ...access, callers, mayRead: judge.mayRead, oidc: null });
  addTicketRoutes(app, { callers, tickets, poll, bodies: options.bodies, moves: options.moves });
  addOpenApiRoute(app);
  return { close: () => poll.close() };
}
