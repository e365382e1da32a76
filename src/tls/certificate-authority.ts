// The local CA: made on first run, read back and checked on every later one.

import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { resolve } from 'node:path';
import { InterlockError } from '../errors.ts';
import { makeAuthority } from './authority-certificate.ts';
import { authorityPaths, ensureFolder, readPair, replaceFile, writePair, type AuthorityPaths } from './authority-files.ts';
import { publicRoots } from './trusted-roots.ts';

export interface Authority {
  readonly certPem: string;
  readonly cert: X509Certificate;
  readonly key: KeyObject;
  /** Absolute path of ca.pem. */
  readonly caFile: string;
  /** Absolute path of our CA plus the public roots, for tools whose CA variable replaces their own list. */
  readonly caBundleFile: string;
  readonly expiresAt: Date;
  /** True when this call made it: agents do not trust it yet. */
  readonly created: boolean;
}

const DAY_MS = 86_400_000;

/**
 * The CA in `certsDir`, made when there is none. Throws KEY_EXPOSED when others may read the key, and CA_INVALID, naming the
 * file, when the pair is incomplete, does not fit together, is no CA or is out of its time.
 */
export async function loadOrCreateAuthority(certsDir: string, clock: () => number = Date.now): Promise<Authority> {
  const folder = resolve(certsDir);
  const paths = authorityPaths(folder);
  try {
    await ensureFolder(folder);
    const created = (await readPair(paths)) === null && (await writePair(paths, await makeAuthority(clock())));
    // What is on disk is what counts: when two processes start at once, both must end with the same pair.
    const pair = await readPair(paths);
    if (pair === null)
      throw new InterlockError('CA_INVALID', `${paths.certFile} and ${paths.keyFile} were removed while starting: start again`);
    const authority = checkPair(paths, pair.certPem, pair.keyPem, clock());
    await replaceFile(paths.bundleFile, bundle(authority.cert));
    return { ...authority, caFile: paths.certFile, caBundleFile: paths.bundleFile, created };
  } catch (error) {
    if (error instanceof InterlockError) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    throw new InterlockError('CA_INVALID', `cannot keep the CA in ${folder}: ${problem}`, { cause: error });
  }
}

/** Whole days until `expiresAt`, negative when it is past. Warn below 30 (E10). */
export function daysLeft(expiresAt: Date, now: number = Date.now()): number {
  return Math.floor((expiresAt.getTime() - now) / DAY_MS);
}

type CheckedPair = Pick<Authority, 'certPem' | 'cert' | 'key' | 'expiresAt'>;

function checkPair(paths: AuthorityPaths, certPem: string, keyPem: string, now: number): CheckedPair {
  const cert = parse(paths.certFile, 'a PEM certificate', () => new X509Certificate(certPem));
  const key = parse(paths.keyFile, 'a PEM private key without a passphrase', () => createPrivateKey(keyPem));
  const refuse = (problem: string): InterlockError => new InterlockError('CA_INVALID', problem);
  if (!cert.ca) throw refuse(`${paths.certFile} is not a CA certificate: expected basic constraints with CA:TRUE`);
  if (key.asymmetricKeyType !== 'ec' && key.asymmetricKeyType !== 'rsa')
    throw refuse(`${paths.keyFile} must be an EC or RSA key`);
  if (!cert.checkPrivateKey(key)) throw refuse(`${paths.keyFile} is not the key of ${paths.certFile}`);
  const expiresAt = cert.validToDate;
  if (expiresAt.getTime() <= now) {
    throw refuse(
      `${paths.certFile} expired on ${expiresAt.toISOString()}: remove it and ${paths.keyFile} to have a new CA made (agents must then trust the new one)`,
    );
  }
  if (cert.validFromDate.getTime() > now)
    throw refuse(`${paths.certFile} is not valid before ${cert.validFromDate.toISOString()}: check this machine's clock`);
  return { certPem: cert.toString(), cert, key, expiresAt };
}

function parse<T>(file: string, expected: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    // The parser's words stay in the cause: they say nothing useful, and this is the key's file.
    throw new InterlockError('CA_INVALID', `${file} does not hold ${expected}`, { cause: error });
  }
}

function bundle(cert: X509Certificate): string {
  return [cert.toString(), ...publicRoots()].map((pem) => `${pem.trim()}\n`).join('');
}
