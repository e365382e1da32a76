// Sign-in with an OpenID provider: Authorization Code with PKCE, state and nonce, each try good once and in one browser only.

import { randomBytes } from 'node:crypto';
import * as openid from 'openid-client';
import type { OidcConfig } from '../config/config.ts';
import { InterlockError } from '../errors.ts';
import { hashToken } from '../identify/token.ts';

/** Who somebody is to the provider. */
export interface OidcIdentity {
  readonly subject: string;
  /** Only one that the provider says it verified. */
  readonly email: string | null;
}

export interface Oidc {
  /** Where to send the browser, and the secret that its cookie must hold when it comes back. Throws CONNECT_FAILED. */
  start(redirectUri: string): Promise<{ readonly url: string; readonly secret: string }>;
  /**
   * Who came back. `url` is the callback as the browser called it. Throws APPROVER_REFUSED for whatever does not fit together: another
   * browser, a state used before, a code replayed, another issuer or nonce, a signature that does not hold.
   */
  finish(url: URL, secret: string | null): Promise<OidcIdentity>;
}

export interface OidcOptions {
  readonly config: Pick<OidcConfig, 'issuer' | 'clientId'>;
  /** Null for a public client. */
  readonly clientSecret: string | null;
  /** What operators set for upstreams (roots, the address guard, a parent proxy) holds for it too. */
  readonly fetch: typeof fetch;
  readonly nowMs?: () => number;
}

interface Try {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  readonly redirectUri: string;
  readonly endsMs: number;
}

const TRY_MS = 10 * 60_000;
const MAX_TRIES = 500;
const SCOPE = 'openid email';

export function createOidc({ config, clientSecret, fetch, nowMs = Date.now }: OidcOptions): Oidc {
  /** By the hash of the browser's secret, oldest first. */
  const tries = new Map<string, Try>();
  let discovered: Promise<openid.Configuration> | null = null;
  const provider = (): Promise<openid.Configuration> => {
    discovered ??= discover(config, clientSecret, fetch);
    // A provider that was down is asked again.
    discovered.catch(() => (discovered = null));
    return discovered;
  };
  return {
    async start(redirectUri) {
      const known = await provider();
      const secret = randomBytes(32).toString('base64url');
      const one: Try = {
        verifier: openid.randomPKCECodeVerifier(),
        state: openid.randomState(),
        nonce: openid.randomNonce(),
        redirectUri,
        endsMs: nowMs() + TRY_MS,
      };
      tries.set(hashToken(secret), one);
      for (const [oldest] of tries) {
        if (tries.size <= MAX_TRIES) break;
        tries.delete(oldest);
      }
      const url = openid.buildAuthorizationUrl(known, {
        redirect_uri: redirectUri,
        scope: SCOPE,
        code_challenge: await openid.calculatePKCECodeChallenge(one.verifier),
        code_challenge_method: 'S256',
        state: one.state,
        nonce: one.nonce,
      });
      return { url: url.href, secret };
    },
    async finish(url, secret) {
      const key = secret === null ? '' : hashToken(secret);
      const one = tries.get(key);
      // INVARIANT: a try is used up by its first answer, whatever that is (replay).
      tries.delete(key);
      if (one === undefined || nowMs() >= one.endsMs) throw refused('this sign-in was not begun in this browser, or it is over');
      const callback = new URL(one.redirectUri);
      callback.search = url.search;
      return identityOf(await redeem(await provider(), callback, one));
    },
  };
}

async function discover(
  config: OidcOptions['config'],
  secret: string | null,
  fetch: OidcOptions['fetch'],
): Promise<openid.Configuration> {
  const issuer = new URL(config.issuer);
  const auth = secret === null ? openid.None() : openid.ClientSecretBasic(secret);
  try {
    return await openid.discovery(issuer, config.clientId, {}, auth, {
      [openid.customFetch]: (url, options) =>
        fetch(url, {
          method: options.method,
          headers: options.headers,
          ...(options.body === undefined || options.body === null ? {} : { body: String(options.body) }),
          ...(options.signal === undefined ? {} : { signal: options.signal }),
        }),
      timeout: 10,
      // The configuration lets plain http through on loopback only.
      execute: issuer.protocol === 'http:' ? [openid.allowInsecureRequests] : [],
    });
  } catch (cause) {
    throw new InterlockError('CONNECT_FAILED', 'the OpenID provider did not answer with its metadata', { cause });
  }
}

async function redeem(provider: openid.Configuration, callback: URL, one: Try): Promise<openid.IDToken> {
  try {
    const tokens = await openid.authorizationCodeGrant(provider, callback, {
      pkceCodeVerifier: one.verifier,
      expectedState: one.state,
      expectedNonce: one.nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims !== undefined) return claims;
  } catch (cause) {
    throw refused("the OpenID provider's answer does not hold", cause);
  }
  throw refused('the OpenID provider did not say who this is');
}

function identityOf(claims: openid.IDToken): OidcIdentity {
  const { sub, email, email_verified: verified } = claims;
  return { subject: sub, email: typeof email === 'string' && verified === true ? email : null };
}

function refused(why: string, cause?: unknown): InterlockError {
  return new InterlockError('APPROVER_REFUSED', why, { cause });
}
