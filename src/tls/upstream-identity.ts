// Is this certificate for that name? Subject alternative names only (RFC 9525 §6.3): the common name proves nothing.

import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { InterlockError } from '../errors.ts';
import { certificateError } from './handshake-failure.ts';

const MAX_NAMES_SHOWN = 8;
const MAX_NAMES_LENGTH = 400;

/** Null when `cert` is for `servername` (a canonical host name or IP literal), else UPSTREAM_CERTIFICATE with what it is for. */
export function checkIdentity(servername: string, cert: X509Certificate): InterlockError | null {
  const names = cert.subjectAltName;
  if (names === undefined) {
    return certificateError(servername, 'it has no subject alternative name, and a common name alone proves nothing (RFC 9525)');
  }
  // INVARIANT: 'never' keeps OpenSSL from looking at the common name when the SAN holds no DNS name.
  const matches =
    isIP(servername) === 0 ? cert.checkHost(servername, { subject: 'never', partialWildcards: false }) : cert.checkIP(servername);
  return matches === undefined ? certificateError(servername, `it is for another name: ${shownNames(names)}`) : null;
}

/** The upstream's own text, cut down to what names are made of before it gets into a message. */
function shownNames(subjectAltName: string): string {
  const names = subjectAltName
    .split(', ')
    .map((name) => name.replace(/^(?:DNS|IP Address):/, '').replace(/[^A-Za-z0-9.:*_-]/g, '?'));
  const more = names.length > MAX_NAMES_SHOWN ? ` and ${names.length - MAX_NAMES_SHOWN} more` : '';
  return names.slice(0, MAX_NAMES_SHOWN).join(', ').slice(0, MAX_NAMES_LENGTH) + more;
}
