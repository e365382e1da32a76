// What a leaf must repeat of the CA that signs it: the subject's exact bytes and the key identifier (RFC 5280 §4.1.2.4, §4.2.1.1).

import type { X509Certificate } from 'node:crypto';
import { InterlockError } from '../errors.ts';
import { oid, readElements, type DerElement } from './der.ts';

interface IssuerIdentity {
  /** The Name as it stands in the CA certificate: verifiers compare it octet for octet. */
  readonly name: Buffer;
  readonly keyIdentifier: Buffer;
}

const SUBJECT_KEY_IDENTIFIER = oid('2.5.29.14');
const EXTENSIONS_TAG = 0xa3;

/** Throws CA_INVALID when the certificate has no subject key identifier, which RFC 5280 §4.2.1.2 demands of every CA. */
export function readIssuerIdentity(cert: X509Certificate): IssuerIdentity {
  const [certificate] = readElements(cert.raw);
  const [tbs] = readElements(content(certificate));
  // version [0], serialNumber, signature, issuer, validity, subject, …: the CA is v3, so the version is there.
  const fields = readElements(content(tbs));
  const subject = fields[5];
  const keyIdentifier = findKeyIdentifier(fields.find((field) => field.tag === EXTENSIONS_TAG));
  if (subject === undefined || keyIdentifier === null) {
    throw new InterlockError(
      'CA_INVALID',
      'the CA certificate has no subject key identifier, which leaves must name: expected an X.509 v3 CA as RFC 5280 describes it',
    );
  }
  return { name: subject.whole, keyIdentifier };
}

function findKeyIdentifier(extensions: DerElement | undefined): Buffer | null {
  const [list] = readElements(content(extensions));
  for (const extension of readElements(content(list))) {
    const parts = readElements(extension.content);
    const value = parts.at(-1);
    if (parts[0]?.whole.equals(SUBJECT_KEY_IDENTIFIER) === true && value !== undefined) {
      const [identifier] = readElements(value.content);
      return identifier?.content ?? null;
    }
  }
  return null;
}

function content(element: DerElement | undefined): Buffer {
  return element?.content ?? Buffer.alloc(0);
}
