// Proof files hold still: fixed vectors, good and broken, read by ours and by the scripts of docs/verify.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkProof } from '../../src/proof/check-proof.ts';
import { readProof } from '../../src/proof/read-proof.ts';
import { proofVectors } from './make-proof-v1.ts';
import { secondReading } from './second-reading.ts';

interface Vector {
  readonly name: string;
  readonly publicKey: string | null;
  readonly text: string;
  readonly holds: boolean;
}

const FILE = join(import.meta.dirname, 'proof-v1.json');
const written = readFileSync(FILE, 'utf8');
const { files }: { files: readonly Vector[] } = JSON.parse(written);

function ours({ text, publicKey }: Vector): boolean {
  try {
    return checkProof(readProof(Buffer.from(text)), { pinned: publicKey }).ok;
  } catch {
    return false;
  }
}

test('the generator makes the very file', () => {
  assert.equal(proofVectors(), written);
});

test('ours and the second verifier say of every file what the vector says', () => {
  const said: { files: readonly boolean[] } = secondReading(FILE);
  const differing = files.filter((one, i) => ours(one) !== one.holds || said.files[i] !== one.holds);
  assert.deepEqual(
    differing.map((one) => [one.name, ours(one), said.files[files.indexOf(one)]]),
    [],
  );
  assert.equal(said.files.length, files.length);
});
