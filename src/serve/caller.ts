// Who calls a route of the console: a user by token, or by the cookie of a session that began here.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Channel, Decider } from '../approve/ticket.ts';
import type { Directory, UserRecord } from '../identify/directory.ts';
import { hashToken, sameHash } from '../identify/token.ts';
import type { FailureThrottle } from './failure-throttle.ts';
import { type Problem, problemOf, sendProblem } from './problem.ts';
import type { SessionCookie } from './session-cookie.ts';
import type { Session, Sessions } from './sessions.ts';

export interface Caller {
  readonly user: UserRecord;
  /** How the ticket book is to know them. */
  readonly by: Decider;
  readonly channel: Extract<Channel, 'api' | 'console'>;
  /** Null for who came with a token. */
  readonly session: Session | null;
  /** Is the token or session good still? Asked again by what goes on after the request. */
  stands(): boolean;
}

export interface CallerDeps {
  readonly directory: Pick<Directory, 'authenticateUser'>;
  readonly throttle: FailureThrottle;
  readonly sessions: Sessions;
  readonly cookie: SessionCookie;
}

export interface Callers {
  /** A route's onRequest hook: nobody comes past it unknown. */
  known(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined>;
  /** Who came past the hook. */
  of(request: FastifyRequest): Caller;
}

/** RFC 6750 §2.1. There is no other place for a token: a URL ends up in logs and histories (threat D14). */
const BEARER = /^bearer +([A-Za-z0-9_-]{1,128})$/i;
export const CSRF_HEADER = 'x-interlock-csrf';

export function createCallers(deps: CallerDeps): Callers {
  const known = new WeakMap<FastifyRequest, Caller>();
  return {
    async known(request, reply) {
      const caller = callerOf(request, deps);
      if ('status' in caller) return refuse(reply, caller);
      known.set(request, caller);
      return undefined;
    },
    of(request) {
      const caller = known.get(request);
      // INVARIANT: a route that forgot the hook answers 500 and serves nobody.
      if (caller === undefined) throw new Error('a route without its guard');
      return caller;
    },
  };
}

function callerOf(request: FastifyRequest, deps: CallerDeps): Caller | Problem {
  const values = request.raw.headersDistinct['authorization'] ?? [];
  // A token says who calls all by itself: no browser adds one, so no page can make use of it.
  return values.length > 0 ? byToken(values, request, deps) : bySession(request, deps);
}

function byToken(values: readonly string[], request: FastifyRequest, deps: CallerDeps): Caller | Problem {
  const token = values.length === 1 ? BEARER.exec(values[0] ?? '')?.[1] : undefined;
  const user = token === undefined ? null : deps.directory.authenticateUser(token);
  if (token !== undefined && user !== null)
    return {
      user,
      by: { token },
      channel: 'api',
      session: null,
      stands: () => deps.directory.authenticateUser(token) !== null,
    };

  return failure(request, deps);
}

function bySession(request: FastifyRequest, deps: CallerDeps): Caller | Problem {
  const id = deps.cookie.read(request.headers.cookie);
  const session = id === null ? null : deps.sessions.find(id);
  if (session === null) return unknownCaller();
  // INVARIANT: a browser sends the cookie by itself, and the header only where our own page put it (threat D3).
  if (request.method !== 'GET' && !carriesCsrf(request, session))
    return problemOf(403, 'APPROVER_REFUSED', 'the header X-Interlock-CSRF is missing or not that of this session');
  const stands = (): boolean => id !== null && deps.sessions.stands(id);
  return { user: session.user, by: { user: session.user.name }, channel: 'console', session, stands };
}

function carriesCsrf(request: FastifyRequest, session: Session): boolean {
  const given = request.headers[CSRF_HEADER];
  return typeof given === 'string' && sameHash(hashToken(given), hashToken(session.csrf));
}

/** A token that is none of a user's, counted: a loop of guesses costs one cheap answer each. */
export function failure(request: FastifyRequest, deps: Pick<CallerDeps, 'throttle'>): Problem {
  if (deps.throttle.failed(request.ip))
    return problemOf(429, 'APPROVER_REFUSED', 'too many tokens from this address were not valid: wait a minute');
  return unknownCaller();
}

/** The same words whatever was wrong. */
function unknownCaller(): Problem {
  return problemOf(
    401,
    'APPROVER_REFUSED',
    "send an approver's token: Authorization: Bearer TOKEN (`interlock users add NAME` prints one), or sign in",
  );
}

export function refuse(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="interlock"');
  if (problem.status === 429) reply.header('retry-after', '60');
  return sendProblem(reply, problem);
}
