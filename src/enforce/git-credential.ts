// The credential of a git push as GitHub's API takes it, so that a pull request is opened by whoever pushed.

import type { HeaderList } from '../http/headers.ts';

/**
 * The `Authorization` for the API, or null when the push had none that can be used.
 * Git sends Basic: the token is the password, except that with an empty password or `x-oauth-basic` it is the user name.
 */
export function apiAuthorization(headers: HeaderList): string | null {
  const [value, second] = headers.all('authorization');
  if (value === undefined || second !== undefined) return null;
  const [, scheme = '', credential = ''] = /^([A-Za-z]+) +(\S+)$/.exec(value.trim()) ?? [];
  if (/^(bearer|token)$/i.test(scheme)) return `Bearer ${credential}`;
  if (!/^basic$/i.test(scheme)) return null;
  const pair = Buffer.from(credential, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon < 0) return null;
  const password = pair.slice(colon + 1);
  const token = password === '' || password === 'x-oauth-basic' ? pair.slice(0, colon) : password;
  return /^[!-~]+$/.test(token) ? `Bearer ${token}` : null;
}
