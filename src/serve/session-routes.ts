// /v1/session and /v1/sign-in: how a person comes in, sees who they are, and leaves.

import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Enforcement } from '../config/config.ts';
import type { UserRecord } from '../identify/directory.ts';
import { answers, FLAG, object, orNull, problem, READ_SECURITY, SECURITY, TEXT, TEXTS, TIME } from './api-schema.ts';
import { type CallerDeps, type Callers, failure, refuse } from './caller.ts';
import { problemOf } from './problem.ts';
import type { Session } from './sessions.ts';

export interface SessionRouteDeps extends CallerDeps {
  readonly callers: Callers;
  /** May this user see what operators see? */
  readonly mayRead: (user: UserRecord) => boolean;
  /** What the button for signing in elsewhere says, or null when there is none. */
  readonly enforcement: Enforcement;
  readonly oidc: { readonly name: string } | null;
}

const ENFORCEMENT = { enum: ['enforce', 'monitor'], description: '`monitor`: nothing is enforced.' };
const SESSION = object({
  enforcement: ENFORCEMENT,
  user: TEXT,
  groups: TEXTS,
  csrf: { ...TEXT, description: 'To be sent as X-Interlock-CSRF with everything but GET; empty for who came with a token.' },
  expiresAt: orNull(TIME),
  operator: { ...FLAG, description: 'May read what Action::"console.read" opens: the feed, statistics, agents and the bundle.' },
});
const TAGS = ['session'];

export function addSessionRoutes(app: FastifyInstance, deps: SessionRouteDeps): void {
  app.get(
    '/v1/sign-in',
    {
      schema: {
        tags: TAGS,
        summary: 'Ways to sign in',
        response: {
          200: object({ token: { const: true }, enforcement: ENFORCEMENT, oidc: orNull(object({ name: TEXT, url: TEXT })) }),
        },
      },
    },
    async () => ({
      token: true,
      enforcement: deps.enforcement,
      oidc: deps.oidc === null ? null : { name: deps.oidc.name, url: '/v1/oidc/start' },
    }),
  );
  addSignIn(app, deps);
  app.get(
    '/v1/session',
    {
      onRequest: deps.callers.known,
      schema: { tags: TAGS, summary: 'Who is signed in', security: READ_SECURITY, response: answers({ 200: SESSION }) },
    },
    (request) => {
      const { user, session } = deps.callers.of(request);
      return viewOf(user, session, deps);
    },
  );
  app.delete(
    '/v1/session',
    {
      onRequest: deps.callers.known,
      schema: {
        tags: TAGS,
        summary: 'Sign out',
        security: SECURITY,
        response: answers({ 204: { type: 'null', description: 'Signed out.' } }),
      },
    },
    async (request, reply) => {
      const id = deps.cookie.read(request.headers.cookie);
      if (id !== null && deps.callers.of(request).session !== null) deps.sessions.end(id);
      return reply.code(204).header('set-cookie', deps.cookie.clear()).send();
    },
  );
}

function addSignIn(app: FastifyInstance, deps: SessionRouteDeps): void {
  app.post<{ Body: { token: string } }>(
    '/v1/session',
    {
      schema: {
        tags: TAGS,
        summary: "Sign in with an approver's token",
        body: object({ token: { type: 'string', maxLength: 128 } }),
        response: { 200: SESSION, 400: problem(), 401: problem(), 429: problem() },
      },
    },
    async (request, reply) => {
      // INVARIANT: only a user's token opens a session, never an agent's (threat D1).
      const user = deps.directory.authenticateUser(request.body.token);
      if (user === null) return refuse(reply, tokenProblem(failure(request, deps)));
      return signIn(reply, user, deps.cookie.read(request.headers.cookie), deps);
    },
  );
}

function tokenProblem(failed: ReturnType<typeof failure>): ReturnType<typeof failure> {
  return failed.status === 401 ? problemOf(401, 'APPROVER_REFUSED', "this is not an active approver's token") : failed;
}

function signIn(reply: FastifyReply, user: UserRecord, before: string | null, deps: SessionRouteDeps): FastifyReply {
  const session = startSession(reply, user, before, deps);
  return reply.send(viewOf(user, session, deps));
}

/** A fresh id at every sign-in, and the one before ends: nothing that was planted or left behind is carried on (session fixation). */
export function startSession(
  reply: FastifyReply,
  user: UserRecord,
  before: string | null,
  deps: Pick<CallerDeps, 'sessions' | 'cookie'>,
): Session {
  if (before !== null) deps.sessions.end(before);
  const { id, session } = deps.sessions.open(user);
  reply.header('set-cookie', deps.cookie.set(id, Math.ceil((session.expiresAtMs - Date.now()) / 1000)));
  return session;
}

function viewOf(user: UserRecord, session: Session | null, deps: SessionRouteDeps): object {
  return {
    enforcement: deps.enforcement,
    user: user.name,
    groups: user.groups,
    csrf: session?.csrf ?? '',
    expiresAt: session === null ? null : new Date(session.expiresAtMs).toISOString(),
    operator: deps.mayRead(user),
  };
}
