// The root certificates that upstreams may be rooted in: the system's, Node's own, and whatever the operator adds.

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import { InterlockError } from '../errors.ts';

const PEM_BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** PEM texts without repeats: the system's store (where company roots are) and those bundled with Node (where there is no store). */
export function publicRoots(): readonly string[] {
  return [...new Set([...getCACertificates('system'), ...getCACertificates('bundled')].map((pem) => pem.trim()))];
}

/** Every certificate in these PEM files. Throws CONFIG_INVALID that names the first file that can't be used. */
export function readRoots(caFiles: readonly string[]): readonly string[] {
  return caFiles.flatMap(readRootFile);
}

function readRootFile(file: string): readonly string[] {
  try {
    const blocks = readFileSync(file, 'latin1').match(PEM_BLOCK) ?? [];
    if (blocks.length === 0) throw new Error('it holds no PEM certificate');
    for (const block of blocks) new X509Certificate(block);
    return blocks;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new InterlockError('CONFIG_INVALID', `upstream.caFiles: cannot use ${file}: ${problem}`, { cause: error });
  }
}
