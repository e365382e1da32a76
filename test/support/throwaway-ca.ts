// A CA that lives as long as one test, and the leaves that its origins show: good ones, and each kind of bad one.

import { webcrypto } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as X509 from '@peculiar/x509';
import { provideReflectMetadata } from '../../src/tls/reflect-metadata.ts';

// The library asks for `Reflect.getMetadata` while it is being imported.
provideReflectMetadata();
const x509 = await import('@peculiar/x509');

export interface Leaf {
  readonly keyPem: string;
  /** The leaf alone, or the leaf with its CA. */
  readonly certPem: string;
}

export interface LeafOptions {
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Default: the first name. */
  readonly commonName?: string;
  /** False leaves the subject alternative names out: a certificate of before 2000. */
  readonly alternativeNames?: boolean;
  readonly selfSigned?: boolean;
  /** 1024 is what OpenSSL's security level 2 refuses. */
  readonly rsaBits?: number;
  readonly clientAuthOnly?: boolean;
}

export interface ThrowawayCa extends AsyncDisposable {
  readonly certPem: string;
  /** The same in a file, for `--cacert`, `upstream.caFiles` and the like. */
  readonly certFile: string;
  issue(names: readonly string[], options?: LeafOptions): Promise<Leaf>;
}

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const HOUR_MS = 3_600_000;

/** A fresh P-256 root in a folder of its own, gone when disposed. */
export async function createThrowawayCa(name = 'Interlock test origins'): Promise<ThrowawayCa> {
  const keys = await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify']);
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: [{ CN: [name] }],
    notBefore: new Date(Date.now() - HOUR_MS),
    notAfter: new Date(Date.now() + 48 * HOUR_MS),
    keys,
    signingAlgorithm: EC,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const folder = await mkdtemp(join(tmpdir(), 'interlock-ca-'));
  const certFile = join(folder, 'ca.pem');
  const certPem = `${root.toString('pem')}\n`;
  await writeFile(certFile, certPem);
  return {
    certPem,
    certFile,
    issue: (names, options = {}) => issueLeaf(root, keys, names, options),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function issueLeaf(
  root: X509.X509Certificate,
  rootKeys: webcrypto.CryptoKeyPair,
  names: readonly string[],
  options: LeafOptions,
): Promise<Leaf> {
  const keys = await leafKeys(options.rsaBits);
  const subject = [{ CN: [options.commonName ?? names[0] ?? 'nobody'] }];
  const selfSigned = options.selfSigned === true;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject,
    issuer: selfSigned ? subject : root.subject,
    notBefore: options.notBefore ?? new Date(Date.now() - HOUR_MS),
    notAfter: options.notAfter ?? new Date(Date.now() + 24 * HOUR_MS),
    publicKey: keys.publicKey,
    signingKey: selfSigned ? keys.privateKey : rootKeys.privateKey,
    signingAlgorithm: selfSigned && options.rsaBits !== undefined ? rsa(options.rsaBits) : EC,
    extensions: await leafExtensions(keys, rootKeys, names, options),
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    keyPem: x509.PemConverter.encode(key, 'PRIVATE KEY'),
    certPem: `${certificate.toString('pem')}\n${selfSigned ? '' : `${root.toString('pem')}\n`}`,
  };
}

async function leafExtensions(
  keys: webcrypto.CryptoKeyPair,
  rootKeys: webcrypto.CryptoKeyPair,
  names: readonly string[],
  options: LeafOptions,
): Promise<X509.Extension[]> {
  const usage = options.clientAuthOnly === true ? x509.ExtendedKeyUsage.clientAuth : x509.ExtendedKeyUsage.serverAuth;
  const extensions: X509.Extension[] = [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
    new x509.ExtendedKeyUsageExtension([usage]),
    await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    await x509.AuthorityKeyIdentifierExtension.create(options.selfSigned === true ? keys.publicKey : rootKeys.publicKey),
  ];
  if (options.alternativeNames !== false) {
    extensions.push(
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
      ),
    );
  }
  return extensions;
}

function leafKeys(rsaBits: number | undefined): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(rsaBits === undefined ? EC : rsa(rsaBits), true, ['sign', 'verify']);
}

function rsa(bits: number): { name: string; hash: string; modulusLength: number; publicExponent: Uint8Array } {
  return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: bits, publicExponent: new Uint8Array([1, 0, 1]) };
}

function serial(): string {
  const bytes = Buffer.from(webcrypto.getRandomValues(new Uint8Array(16)));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}
