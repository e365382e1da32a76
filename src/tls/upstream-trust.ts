// TLS toward upstreams: whom to trust, what must hold of their certificates, and our own certificate where one is asked for.

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP, type Socket } from 'node:net';
import { connect, createSecureContext, DEFAULT_CIPHERS, type SecureContext, type TLSSocket } from 'node:tls';
import type { ListenerTls } from '../config/config.ts';
import { InterlockError } from '../errors.ts';
import { certificateError, handshakeError } from './handshake-failure.ts';
import { publicRoots, readRoots } from './trusted-roots.ts';
import { checkIdentity } from './upstream-identity.ts';

export interface SecureOptions {
  /** The canonical name, or IP literal, that the certificate must be for; names are sent as SNI, literals never (RFC 6066 §3). */
  readonly servername: string;
  /** Offered in order; empty offers none. */
  readonly alpn: readonly string[];
  readonly timeoutMs: number;
  /** `host` or `host:port` as in `upstream.clientCerts`; `servername` is looked up when this one is not there. */
  readonly clientCertHost?: string;
}

export interface UpstreamTrust {
  /**
   * Takes over `socket`, also its end: on failure it is destroyed. Resolves once the certificate was verified. Throws
   * UPSTREAM_CERTIFICATE, UPSTREAM_PROTOCOL, UPSTREAM_CLOSED or UPSTREAM_TIMEOUT.
   */
  secure(socket: Socket, options: SecureOptions): Promise<TLSSocket>;
}

interface UpstreamTrustOptions {
  readonly caFiles: readonly string[];
  readonly clientCerts: Readonly<Record<string, ListenerTls>>;
}

/**
 * TLS 1.2 and up. Security level 2 refuses RSA and DH below 2048 bits, EC below 224, MD5 and SHA-1 signatures (E2); without
 * it Node takes RSA-1024. Anonymous and NULL ciphers are named out, whatever the default list of a later Node holds.
 */
const CIPHERS = `${DEFAULT_CIPHERS}:!aNULL:!eNULL:@SECLEVEL=2`;

/**
 * Reads every root and client certificate now, so that a bad file is met at start: CONFIG_INVALID, naming it.
 * Revocation is not checked: no list is fetched (E4). Sessions are never resumed: a resumed one shows no certificate, and each
 * connection's is to be checked (E3); connections are kept, so handshakes are few.
 */
export function createUpstreamTrust(options: UpstreamTrustOptions): UpstreamTrust {
  const ca = [...publicRoots(), ...readRoots(options.caFiles)];
  const plain = createSecureContext({ ca, minVersion: 'TLSv1.2', ciphers: CIPHERS });
  const withCertificate = new Map<string, SecureContext>();
  for (const [host, pair] of Object.entries(options.clientCerts)) withCertificate.set(host, clientContext(host, pair, ca));
  return {
    secure(socket, secureOptions) {
      const { clientCertHost = '', servername } = secureOptions;
      const context = withCertificate.get(clientCertHost) ?? withCertificate.get(servername) ?? plain;
      return handshake(socket, context, secureOptions);
    },
  };
}

function handshake(socket: Socket, secureContext: SecureContext, options: SecureOptions): Promise<TLSSocket> {
  const { servername, alpn, timeoutMs } = options;
  return new Promise((resolve, reject) => {
    const secured = connect({
      socket,
      secureContext,
      servername: isIP(servername) === 0 ? servername : '',
      // No ALPN extension at all when there is nothing to offer: an empty one is malformed (RFC 7301 §3.1).
      ...(alpn.length > 0 && { ALPNProtocols: [...alpn] }),
      // The name is taken from here and not from the arguments, which follow Node's own idea of the host.
      checkServerIdentity: (_host, cert) => checkIdentity(servername, new X509Certificate(cert.raw)) ?? undefined,
    });
    let settled = false;
    const fail = (error: unknown): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      secured.destroy();
      socket.destroy();
      reject(handshakeError(servername, error));
    };
    const closed = (): void => fail(broken('UPSTREAM_CLOSED', servername, 'it closed the connection during the handshake'));
    const timer = setTimeout(
      () => fail(broken('UPSTREAM_TIMEOUT', servername, `the handshake took longer than ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
    // These two stay: an error between this promise and the caller's own listener must not end the process.
    socket.on('error', fail);
    secured.on('error', fail);
    secured.once('close', closed);
    secured.once('secureConnect', () => {
      // INVARIANT: what is handed out was verified, even if an option above should ever stop meaning so.
      if (!secured.authorized) return fail(certificateError(servername, 'it was not verified'));
      settled = true;
      clearTimeout(timer);
      secured.off('close', closed);
      resolve(secured);
    });
  });
}

function broken(code: 'UPSTREAM_CLOSED' | 'UPSTREAM_TIMEOUT', servername: string, problem: string): InterlockError {
  return new InterlockError(code, `no TLS connection to ${servername}: ${problem}`);
}

function clientContext(host: string, pair: ListenerTls, ca: readonly string[]): SecureContext {
  try {
    const cert = readFileSync(pair.cert);
    const key = readFileSync(pair.key);
    return createSecureContext({ ca: [...ca], cert, key, minVersion: 'TLSv1.2', ciphers: CIPHERS });
  } catch (error) {
    // OpenSSL's words are kept out of the message: the file is a private key.
    const problem = error instanceof Error && 'path' in error ? error.message : 'they are not a PEM certificate and its PEM key';
    throw new InterlockError(
      'CONFIG_INVALID',
      `upstream.clientCerts: cannot use ${pair.cert} and ${pair.key} for ${host}: ${problem}`,
      { cause: error },
    );
  }
}
