// Makes the CA certificate and its key: once in the life of an installation, so clarity counts here and not speed.

import { randomBytes, webcrypto } from 'node:crypto';
import { provideReflectMetadata } from './reflect-metadata.ts';

export interface NewAuthority {
  readonly certPem: string;
  /** PKCS #8. */
  readonly keyPem: string;
}

const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const HOUR_MS = 3_600_000;
/**
 * Five years. Replacing the CA means visiting every agent host, so it must outlast a deployment's quiet years; but what a
 * stolen key can be used for ends with it, and no revocation list is there to end it sooner.
 */
const LIFE_MS = 5 * 365 * 24 * HOUR_MS;

/**
 * A self-signed P-256 CA that may issue leaves and nothing else (pathlen 0, RFC 5280 §4.2.1.9). Its name holds random hex:
 * two CAs of one name and different keys confuse certificate stores. `now` is in milliseconds.
 */
export async function makeAuthority(now: number): Promise<NewAuthority> {
  provideReflectMetadata();
  // Imported here because only a first run pays for it.
  const x509 = await import('@peculiar/x509');
  const keys = await webcrypto.subtle.generateKey(P256, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: randomSerial().toString('hex'),
    name: [{ O: ['Interlock'] }, { CN: [`Interlock local CA ${randomBytes(4).toString('hex')}`] }],
    notBefore: new Date(now - HOUR_MS),
    notAfter: new Date(now + LIFE_MS),
    keys,
    signingAlgorithm: P256,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    certPem: `${certificate.toString('pem')}\n`,
    keyPem: `${x509.PemConverter.encode(key, 'PRIVATE KEY')}\n`,
  };
}

/** 16 random octets, positive and of full length: 126 bits that nobody can foresee (CA/Browser Forum asks for 64). */
export function randomSerial(): Buffer {
  const serial = randomBytes(16);
  serial.writeUInt8((serial.readUInt8(0) & 0x7f) | 0x40, 0);
  return serial;
}
