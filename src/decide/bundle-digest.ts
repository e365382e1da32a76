// The digest that names a bundle: SHA-256 over the names and contents of its files.

import { createHash } from 'node:crypto';
import { pacer, piecesOf } from './pace.ts';

/** Sorted by name and length-prefixed, so neither the file system's order nor moving text between files goes unnoticed. */
export function bundleDigest(texts: ReadonlyMap<string, string>): string {
  const steps = digestSteps(new Map([...texts].map(([name, text]) => [name, Buffer.from(text)])));
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same beside traffic: requests have their turn in between. */
export async function digestBetween(contents: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const steps = digestSteps(contents);
  const rest = pacer();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await rest();
  }
}

function* digestSteps(contents: ReadonlyMap<string, Uint8Array>): Generator<undefined, string> {
  const hash = createHash('sha256').update('interlock-bundle-v1\n');
  for (const name of [...contents.keys()].toSorted()) {
    const content = contents.get(name) ?? new Uint8Array();
    hash.update(`${Buffer.byteLength(name)} ${name} ${content.length}\n`);
    for (const piece of piecesOf(content)) {
      hash.update(piece);
      yield;
    }
  }
  return hash.digest('hex');
}
