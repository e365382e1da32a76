// Certificates of every kind that a hostile or careless upstream may show, made by an independent X.509 library.

import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import { provideReflectMetadata } from '../../src/tls/reflect-metadata.ts';

provideReflectMetadata();
const x509 = await import('@peculiar/x509');

type Certificate = InstanceType<typeof x509.X509Certificate>;
type Extension = InstanceType<typeof x509.Extension>;

export interface Issued {
  readonly certificate: Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly certPem: string;
  readonly keyPem: string;
  readonly rsa: boolean;
}

export interface Request {
  readonly name: string;
  /** Null signs itself. */
  readonly issuer: Issued | null;
  readonly ca?: boolean;
  readonly pathLength?: number;
  /** Subject alternative names; empty leaves the extension out. */
  readonly names?: readonly string[];
  readonly notBefore?: number;
  readonly notAfter?: number;
  readonly rsaBits?: number;
  /** Extended key usages. */
  readonly usages?: readonly string[];
  readonly extra?: readonly Extension[];
}

const HOUR_MS = 3_600_000;

export async function make(request: Request): Promise<Issued> {
  const { name, issuer, rsaBits } = request;
  const rsa = rsaBits !== undefined;
  const keys = await webcrypto.subtle.generateKey(algorithm(rsaBits), true, ['sign', 'verify']);
  const signer = issuer ?? { keys, rsa };
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: webcrypto.randomUUID().replaceAll('-', '').replace(/^./, '4'),
    subject: [{ CN: [name] }],
    issuer: issuer?.certificate.subject ?? [{ CN: [name] }],
    notBefore: new Date(request.notBefore ?? Date.now() - HOUR_MS),
    notAfter: new Date(request.notAfter ?? Date.now() + 24 * HOUR_MS),
    publicKey: keys.publicKey,
    signingKey: signer.keys.privateKey,
    signingAlgorithm: algorithm(signer.rsa ? 2048 : undefined),
    extensions: await extensions(request, keys, signer.keys),
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    certificate,
    keys,
    rsa,
    certPem: `${certificate.toString('pem')}\n`,
    keyPem: x509.PemConverter.encode(key, 'PRIVATE KEY'),
  };
}

/** NameConstraints that permit only names below `domain`, critical. */
export function permittedDomain(domain: string): Extension {
  const base = Buffer.from(domain, 'latin1');
  const general = Buffer.concat([Buffer.of(0x82, base.length), base]);
  const subtree = Buffer.concat([Buffer.of(0x30, general.length), general]);
  const permitted = Buffer.concat([Buffer.of(0xa0, subtree.length), subtree]);
  return new x509.Extension('2.5.29.30', true, Buffer.concat([Buffer.of(0x30, permitted.length), permitted]));
}

async function extensions(
  request: Request,
  keys: webcrypto.CryptoKeyPair,
  signer: webcrypto.CryptoKeyPair,
): Promise<Extension[]> {
  const { ca = false, names = [], usages = ca ? [] : [x509.ExtendedKeyUsage.serverAuth] } = request;
  const flags = ca
    ? x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign
    : x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment;
  return [
    new x509.BasicConstraintsExtension(ca, request.pathLength, true),
    new x509.KeyUsagesExtension(flags, true),
    await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    await x509.AuthorityKeyIdentifierExtension.create(signer.publicKey),
    ...(usages.length > 0 ? [new x509.ExtendedKeyUsageExtension([...usages])] : []),
    ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names.map(generalName))] : []),
    ...(request.extra ?? []),
  ];
}

function generalName(value: string): { type: 'dns' | 'ip' | 'email'; value: string } {
  if (value.includes('@')) return { type: 'email', value };
  return { type: isIP(value) === 0 ? 'dns' : 'ip', value };
}

function algorithm(rsaBits: number | undefined): webcrypto.RsaHashedKeyGenParams & webcrypto.EcKeyGenParams {
  const shared = {
    hash: 'SHA-256',
    namedCurve: 'P-256',
    modulusLength: rsaBits ?? 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  return { ...shared, name: rsaBits === undefined ? 'ECDSA' : 'RSASSA-PKCS1-v1_5' };
}

/** OIDs of extended key usages. */
export const USAGE = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
} as const;
