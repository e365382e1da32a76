// /v1/oidc: to the OpenID provider and back. Who comes back is a user of the directory, or nobody; nobody is made.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { OidcConfig } from '../config/config.ts';
import type { Judge } from '../decide/judge.ts';
import { toInterlockError } from '../errors.ts';
import type { Directory, UserRecord } from '../identify/directory.ts';
import type { CallerDeps } from './caller.ts';
import type { Oidc, OidcIdentity } from './oidc.ts';
import { startSession } from './session-routes.ts';

export interface OidcRouteDeps extends Pick<CallerDeps, 'sessions' | 'cookie'> {
  readonly oidc: Oidc;
  readonly config: Pick<OidcConfig, 'redirectUri'>;
  readonly directory: Pick<Directory, 'user'>;
  readonly judge: Pick<Judge, 'userBy'>;
  readonly log: Pick<Logger, 'warn'>;
  /** The console speaks TLS. */
  readonly secure: boolean;
}

export const OIDC_CALLBACK = '/v1/oidc/callback';
const SECRET = /(?:^|;\s*)interlock_oidc=([A-Za-z0-9_-]{43})(?:;|$)/;
const TRY_SECONDS = 600;

export function addOidcRoutes(app: FastifyInstance, deps: OidcRouteDeps): void {
  const schema = (summary: string) => ({
    tags: ['session'],
    summary,
    response: { 302: { type: 'null', description: 'To the provider, to the page, or to the page with what went wrong.' } },
  });
  app.get('/v1/oidc/start', { schema: schema('Sign in with the OpenID provider') }, async (request, reply) => {
    try {
      const { url, secret } = await deps.oidc.start(deps.config.redirectUri ?? ownCallback(request, deps));
      return reply.header('set-cookie', tryCookie(secret, TRY_SECONDS, deps)).redirect(url);
    } catch (thrown) {
      return sendBack(reply, thrown, deps);
    }
  });
  app.get(OIDC_CALLBACK, { schema: schema('Where the OpenID provider sends the browser back to') }, async (request, reply) => {
    reply.header('set-cookie', tryCookie('', 0, deps));
    try {
      const secret = SECRET.exec(request.headers.cookie ?? '')?.[1] ?? null;
      const identity = await deps.oidc.finish(new URL(request.url, 'http://console.invalid'), secret);
      const user = userOf(identity, deps);
      if (user === null) return toSignIn(reply, 'You are not a user of this Interlock: ask its operator to add you.');
      startSession(reply, user, deps.cookie.read(request.headers.cookie), deps);
      return reply.redirect('/');
    } catch (thrown) {
      return sendBack(reply, thrown, deps);
    }
  });
}

/** INVARIANT: an active user whom the bundle's entities name by exactly this id. An address that the provider did not verify is none. */
function userOf({ subject, email }: OidcIdentity, { judge, directory }: OidcRouteDeps): UserRecord | null {
  const name = judge.userBy('oidc', subject) ?? (email === null ? null : judge.userBy('oidc', email));
  const user = name === null ? undefined : directory.user(name);
  return user?.state === 'active' ? user : null;
}

/** The Host header was checked already: it is one of the console's own names. */
function ownCallback(request: FastifyRequest, { secure }: OidcRouteDeps): string {
  return `${secure ? 'https' : 'http'}://${request.host}${OIDC_CALLBACK}`;
}

/** Lax: the way back from the provider is a navigation from another site, with which a Strict one would not come. */
function tryCookie(secret: string, seconds: number, { secure }: OidcRouteDeps): string {
  return `interlock_oidc=${secret}; Path=/v1/oidc; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}; Max-Age=${seconds}`;
}

function sendBack(reply: FastifyReply, thrown: unknown, { log }: OidcRouteDeps): FastifyReply {
  const error = toInterlockError(thrown);
  const cause = error.cause instanceof Error ? error.cause.message : null;
  log.warn({ code: error.code, error: error.message, cause }, 'sign-in with the OpenID provider');
  return toSignIn(reply, error.code === 'INTERNAL' ? 'Something went wrong: try again.' : `${error.message}: try again.`);
}

function toSignIn(reply: FastifyReply, words: string): FastifyReply {
  return reply.redirect(`/#/sign-in?error=${encodeURIComponent(words)}`);
}
