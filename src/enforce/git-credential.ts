// The credential of a git push, so that a pull request is opened by whoever pushed. Each vendor's API takes it in its own dress.

import type { HeaderList } from '../http/headers.ts';

export type GitCredential =
  | { readonly kind: 'bearer'; readonly token: string }
  /** `field` is the whole `Authorization` as it came. */
  | { readonly kind: 'basic'; readonly user: string; readonly password: string; readonly field: string };

/** Null when the push had no credential, more than one, or none that can be taken apart. */
export function gitCredential(headers: HeaderList): GitCredential | null {
  const [value, second] = headers.all('authorization');
  if (value === undefined || second !== undefined) return null;
  const [field = '', scheme = '', credential = ''] = /^([A-Za-z]+) +(\S+)$/.exec(value.trim()) ?? [];
  if (/^(bearer|token)$/i.test(scheme)) return { kind: 'bearer', token: credential };
  if (!/^basic$/i.test(scheme)) return null;
  const pair = Buffer.from(credential, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 0 ? null : { kind: 'basic', user: pair.slice(0, colon), password: pair.slice(colon + 1), field };
}

/** The token: what came as Bearer, or the password, except that with an empty password or `x-oauth-basic` it is the user name. */
export function apiToken(credential: GitCredential | null): string | null {
  if (credential === null) return null;
  if (credential.kind === 'bearer') return credential.token;
  const { user, password } = credential;
  const token = password === '' || password === 'x-oauth-basic' ? user : password;
  return /^[!-~]+$/.test(token) ? token : null;
}

/** The `Authorization` of an API that takes tokens as Bearer, or null when the push had none that can be used. */
export function bearerToken(credential: GitCredential | null): string | null {
  const token = apiToken(credential);
  return token === null ? null : `Bearer ${token}`;
}
