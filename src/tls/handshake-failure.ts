// Why a TLS handshake with an upstream failed, in words that an agent's operator can act on.

import { InterlockError, type ErrorCode } from '../errors.ts';

/** Verification results by Node's name for them (OpenSSL's X509_V_ERR_…), said plainly. */
const CERTIFICATE_WORDS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it, or a certificate above it, has expired',
  CERT_NOT_YET_VALID: 'it, or a certificate above it, is not valid yet (or the clock of this machine is wrong)',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'it comes from an untrusted issuer: the root it leads to is not among the trusted ones',
  UNABLE_TO_GET_ISSUER_CERT: 'it comes from an untrusted issuer: an issuer in its chain is unknown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'it comes from an untrusted issuer: the issuer is unknown',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'it comes from an untrusted issuer, or the upstream does not send the intermediate certificate',
  CERT_SIGNATURE_FAILURE: 'a signature in its chain is wrong',
  CERT_CHAIN_TOO_LONG: 'its chain is too long',
  PATH_LENGTH_EXCEEDED: 'its chain is longer than one of its issuers may have (path length)',
  INVALID_CA: 'it was issued by a certificate that is not a CA',
  INVALID_PURPOSE: 'it, or a certificate above it, may not be used for TLS servers (extended key usage)',
  CERT_REVOKED: 'it was revoked',
  CERT_UNTRUSTED: 'its root is not trusted for TLS servers',
  CERT_REJECTED: 'its root rejects this use',
};

/** OpenSSL reasons for which Node has no name of its own, or which come from the handshake instead of the chain. */
const CERTIFICATE_PATTERNS: ReadonlyArray<readonly [RegExp, string]> = [
  [/key too (small|weak)/i, 'a key in its chain is too weak (RSA below 2048 bits, or EC below 224)'],
  [/md too weak|digest.*too weak|signature.*too weak/i, 'a signature in its chain uses a hash that is too weak (MD5 or SHA-1)'],
  [
    /permitted subtree|excluded subtree|name constraint|unsupported.*constraint/i,
    'its name lies outside what one of its issuers may certify (name constraints)',
  ],
  [/key usage|certificate purpose|invalid purpose/i, 'it, or a certificate above it, may not be used for this (key usage)'],
  [/CA cert|not a CA/i, 'it was issued by a certificate that is not a CA'],
  [/EC_?\s?lib|unsupported.*public key|unsupported_certificate/i, 'it has a key of a kind that is not supported'],
];

const PROTOCOL_PATTERNS: ReadonlyArray<readonly [RegExp, string]> = [
  [
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|RECORD_LAYER|UNEXPECTED_MESSAGE|BAD_RECORD/i,
    'it does not speak TLS on this port',
  ],
  [/UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|VERSION_TOO_LOW/i, 'it offers only TLS versions older than 1.2'],
  [/NO_APPLICATION_PROTOCOL/i, 'it speaks none of the application protocols offered (ALPN)'],
  [
    /CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED/i,
    'it refused our client certificate, or wants one: see upstream.clientCerts',
  ],
  [/UNRECOGNIZED_NAME/i, 'it does not serve this name'],
  [/DH_KEY_TOO_SMALL|BAD_ECPOINT/i, 'it offers a key exchange that is too weak'],
  [
    /HANDSHAKE_FAILURE|NO_SHARED_CIPHER|WRONG_CIPHER|NO_CIPHERS|INSUFFICIENT_SECURITY|UNKNOWN_CIPHER/i,
    'it and Interlock share no cipher that is strong enough, or it wants a client certificate',
  ],
];

export function certificateError(servername: string, problem: string, cause?: unknown): InterlockError {
  return new InterlockError('UPSTREAM_CERTIFICATE', `the certificate of ${servername} was refused: ${problem}`, { cause });
}

/** What tls.connect failed with, as UPSTREAM_CERTIFICATE, UPSTREAM_PROTOCOL or UPSTREAM_CLOSED. Ours pass unchanged. */
export function handshakeError(servername: string, thrown: unknown): InterlockError {
  if (thrown instanceof InterlockError) return thrown;
  const { code, message } = describe(thrown);
  const words = CERTIFICATE_WORDS[code] ?? find(CERTIFICATE_PATTERNS, `${code} ${message}`);
  // An alert is the upstream's complaint about us, whatever certificate it speaks of.
  if (words !== undefined && !/alert/i.test(code + message)) return certificateError(servername, words, thrown);
  const failed = (kind: ErrorCode, problem: string): InterlockError =>
    new InterlockError(kind, `no TLS connection to ${servername}: ${problem}`, { cause: thrown });
  if (code === 'ECONNRESET' || code === 'EPIPE')
    return failed('UPSTREAM_CLOSED', 'it closed the connection during the handshake');
  if (!code.startsWith('ERR_SSL_') && code !== 'EPROTO')
    return certificateError(servername, `verification failed (${plain(code)})`, thrown);
  return failed('UPSTREAM_PROTOCOL', find(PROTOCOL_PATTERNS, `${code} ${message}`) ?? `the handshake failed (${plain(code)})`);
}

function find(patterns: ReadonlyArray<readonly [RegExp, string]>, text: string): string | undefined {
  return patterns.find(([pattern]) => pattern.test(text))?.[1];
}

function describe(thrown: unknown): { code: string; message: string } {
  if (!(thrown instanceof Error)) return { code: 'UNKNOWN', message: '' };
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : 'UNKNOWN';
  return { code, message: thrown.message };
}

/** Codes are constants of OpenSSL and Node; this keeps them so. */
function plain(code: string): string {
  return code.replace(/[^A-Z0-9_]/g, '').slice(0, 60);
}
