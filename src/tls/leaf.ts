// Leaf certificates for the names that agents ask for: a DER template around what changes, signed by the CA (RFC 5280 §4.1).

import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { canonicalHost } from '../connection/authority.ts';
import { InterlockError } from '../errors.ts';
import { randomSerial } from './authority-certificate.ts';
import type { Authority } from './certificate-authority.ts';
import {
  bitString,
  explicit,
  implicit,
  integer,
  octetString,
  oid,
  readElements,
  sequence,
  set,
  time,
  utf8String,
  yes,
} from './der.ts';
import { ipOctets } from './ip-octets.ts';
import { readIssuerIdentity } from './issuer-identity.ts';

export interface Leaf {
  readonly host: string;
  /** PEM, the leaf alone: clients have the CA. */
  readonly cert: string;
  readonly certDer: Buffer;
  /** PKCS #8 of the process's leaf key: what a TLS server takes as `key`. */
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
}

export interface LeafIssuer {
  /** Signs a new leaf. `host` must be canonical (see connection/authority.ts): else AUTHORITY_INVALID. CA_INVALID when the CA ended. */
  issue(host: string): Leaf;
}

const HOUR_MS = 3_600_000;
/** A client whose clock runs behind still accepts a leaf made this moment. */
const BACKDATE_MS = HOUR_MS;
/** Days, not years: the shared leaf key lives in this process only, and what it could be used for dies soon after it. */
const LIFE_MS = 5 * 24 * HOUR_MS;
/** ub-common-name (RFC 5280 appendix A.1). Longer hosts stand in the SAN alone. */
const MAX_COMMON_NAME = 64;

const VERSION_3 = explicit(0, integer(Buffer.of(2)));
const COMMON_NAME = oid('2.5.4.3');
const SUBJECT_ALT_NAME = oid('2.5.29.17');
const ECDSA_WITH_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
const SHA256_WITH_RSA = sequence(oid('1.2.840.113549.1.1.11'), Buffer.of(5, 0));

/** One P-256 key for all leaves of this process, which is never the CA's (E9). `clock` gives milliseconds since 1970. */
export function createLeafIssuer(authority: Authority, clock: () => number = Date.now): LeafIssuer {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const publicKeyInfo = publicKey.export({ type: 'spki', format: 'der' });
  const issuer = readIssuerIdentity(authority.cert);
  const algorithm = authority.key.asymmetricKeyType === 'rsa' ? SHA256_WITH_RSA : ECDSA_WITH_SHA256;
  const fixed = fixedExtensions(publicKeyInfo, issuer.keyIdentifier);
  return {
    issue(host) {
      const names = hostNames(host);
      const { notBefore, notAfter } = validity(authority, clock());
      const tbs = sequence(
        VERSION_3,
        integer(randomSerial()),
        algorithm,
        issuer.name,
        sequence(time(new Date(notBefore)), time(new Date(notAfter))),
        names.subject,
        publicKeyInfo,
        explicit(3, sequence(fixed, names.extension)),
      );
      const certDer = sequence(tbs, algorithm, bitString(sign('sha256', tbs, authority.key)));
      return { host, cert: toPem(certDer), certDer, key, notBefore, notAfter };
    },
  };
}

/** INVARIANT: never beyond the CA's own time, on either side. */
function validity(authority: Authority, now: number): { notBefore: number; notAfter: number } {
  const notBefore = Math.max(now - BACKDATE_MS, authority.cert.validFromDate.getTime());
  const notAfter = Math.min(now + LIFE_MS, authority.expiresAt.getTime());
  if (notAfter <= now)
    throw new InterlockError(
      'CA_INVALID',
      `the CA in ${authority.caFile} expired on ${authority.expiresAt.toISOString()}: have a new one made and let agents trust it`,
    );
  return { notBefore, notAfter };
}

/**
 * Subject and SAN of one host. INVARIANT: only a canonical host gets this far, and it enters as the octets of one element
 * whose length is written before it: no name can end its element and begin another (E6).
 */
function hostNames(host: string): { subject: Buffer; extension: Buffer } {
  if (canonicalHost(host) !== host)
    throw new InterlockError('AUTHORITY_INVALID', 'a certificate is only made for a canonical host name or IP address');
  const address = ipOctets(host);
  // GeneralName: dNSName [2] IA5String, iPAddress [7] OCTET STRING (RFC 5280 §4.2.1.6).
  const name = address === null ? implicit(2, Buffer.from(host, 'latin1')) : implicit(7, address);
  const value = octetString(sequence(name));
  if (host.length > MAX_COMMON_NAME) return { subject: sequence(), extension: sequence(SUBJECT_ALT_NAME, yes(), value) };
  return { subject: sequence(set(sequence(COMMON_NAME, utf8String(host)))), extension: sequence(SUBJECT_ALT_NAME, value) };
}

/** The extensions that are the same in every leaf: not a CA, signs handshakes, is a server, whose key, signed by whom. */
function fixedExtensions(publicKeyInfo: Buffer, issuerKeyIdentifier: Buffer): Buffer {
  return Buffer.concat([
    sequence(oid('2.5.29.19'), yes(), octetString(sequence())),
    // digitalSignature is bit 0: 1 bit used of the octet.
    sequence(oid('2.5.29.15'), yes(), octetString(bitString(Buffer.of(0x80), 7))),
    sequence(oid('2.5.29.37'), octetString(sequence(oid('1.3.6.1.5.5.7.3.1')))),
    sequence(oid('2.5.29.14'), octetString(octetString(keyIdentifier(publicKeyInfo)))),
    sequence(oid('2.5.29.35'), octetString(sequence(implicit(0, issuerKeyIdentifier)))),
  ]);
}

/** SHA-1 of the public key's bits (RFC 5280 §4.2.1.2 method 1): a label to find the key by, nothing rests on its strength. */
function keyIdentifier(publicKeyInfo: Buffer): Buffer {
  const [info] = readElements(publicKeyInfo);
  const bits = info === undefined ? undefined : readElements(info.content)[1];
  return createHash('sha1')
    .update(bits?.content.subarray(1) ?? publicKeyInfo)
    .digest();
}

function toPem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
