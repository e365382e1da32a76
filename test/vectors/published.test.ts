// What C2SP's specifications, other programs' tests and public logs print: read, verified and made by ours as they say, and by docs/verify.

import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Answered } from '../../src/anchor/anchor.ts';
import { witnessAnchor } from '../../src/anchor/witness-anchor.ts';
import { writeTlogProof } from '../../src/proof/tlog-proof.ts';
import { cosignedAt } from '../../src/record/cosignature.ts';
import { EMPTY_ROOT } from '../../src/record/merkle.ts';
import { holdsConsistency } from '../../src/record/merkle-proof.ts';
import { noteSigner, parseNote, parseVerifierKey, signedBy, verifierKey } from '../../src/record/signed-note.ts';
import { signerFor } from '../../src/record/signer.ts';
import { secondReading } from './second-reading.ts';

interface Vectors {
  readonly notes: ReadonlyArray<Named & { readonly note: string; readonly key: string; readonly says: string }>;
  readonly cosignatures: ReadonlyArray<
    Named & { readonly note: string; readonly witness: string; readonly cosignedAt: number | null }
  >;
  readonly verifierKeys: ReadonlyArray<{ readonly text: string; readonly holds: boolean }>;
  readonly signed: ReadonlyArray<{ readonly seed: string; readonly key: string; readonly text: string; readonly line: string }>;
  readonly requests: readonly Request[];
  readonly answers: ReadonlyArray<{ readonly status: number; readonly body: string }>;
  readonly proofs: ReadonlyArray<{
    readonly extra: string;
    readonly index: number;
    readonly path: readonly string[];
    readonly checkpoint: string;
    readonly text: string;
  }>;
}
interface Named {
  readonly name: string;
}
interface Request {
  readonly old: number;
  readonly size: number;
  readonly path: readonly string[];
  readonly olderRoot: string | null;
  readonly root: string;
  readonly note: string;
  readonly body: string;
  /** Null: it is of no tree. */
  readonly holds: boolean | null;
}

const FILE = join(import.meta.dirname, 'published.json');
const vectors: Vectors = JSON.parse(readFileSync(FILE, 'utf8'));
const WITNESS = vectors.cosignatures[0]?.witness ?? '';

/** Null where it throws. */
function tried<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

const saysOf = ({ note, key }: Vectors['notes'][number]): string =>
  tried(() => signedBy(parseNote(note), parseVerifierKey(key))) ?? 'no note';

test('of every note and cosignature ours and the second verifier say what is known of it', () => {
  const expected = {
    notes: vectors.notes.map(({ name, says }) => [name, says]),
    cosignatures: vectors.cosignatures.map((one) => [one.name, one.cosignedAt]),
  };
  assert.deepEqual(
    {
      notes: vectors.notes.map((one) => [one.name, saysOf(one)]),
      cosignatures: vectors.cosignatures.map(({ name, note, witness }) => [
        name,
        cosignedAt(parseNote(note), parseVerifierKey(witness)),
      ]),
    },
    expected,
  );
  const witnesses = vectors.verifierKeys.filter(({ text }) => tried(() => parseVerifierKey(text))?.type === 0x04);
  assert.deepEqual(secondReading(FILE), { ...expected, witnesses: witnesses.map(({ text }) => text) });
});

test('verifier keys are read and written as they are printed, and no part of one is another', () => {
  for (const { text, holds } of vectors.verifierKeys) {
    const key = tried(() => parseVerifierKey(text));
    assert.equal(key === null ? null : verifierKey(key), holds ? text : null);
  }
  const whole = vectors.signed[0]?.key ?? '';
  for (let from = 0; from < whole.length; from += 1) {
    for (let to = from + 1; to <= whole.length; to += 1)
      if (to - from < whole.length)
        assert.equal(
          tried(() => parseVerifierKey(whole.slice(from, to))),
          null,
        );
    const next = String.fromCharCode(whole.charCodeAt(from) + 1);
    assert.equal(
      tried(() => parseVerifierKey(whole.slice(0, from) + next + whole.slice(from + 1))),
      null,
    );
  }
});

test('a printed key signs the printed text with the printed line', () => {
  for (const { seed, key, text, line } of vectors.signed) {
    const der = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex');
    const signer = signerFor(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
    assert.equal(noteSigner(parseVerifierKey(key).name, signer)(text), line);
  }
});

test('requests to a witness are made as they are printed, and their proofs hold where they are of a tree', async () => {
  for (const { body, old, size, path, olderRoot, root, note, holds } of vectors.requests) {
    const sent: unknown[] = [];
    await keep({ note, size, kept: old }, path, async (_url, init) => {
      sent.push(init?.body);
      return new Response('', { status: 500 });
    });
    assert.deepEqual(sent, [body]);
    if (holds !== null) {
      const older = { size: old, root: olderRoot ?? EMPTY_ROOT };
      assert.equal(holdsConsistency(older, { size, root }, path), holds, body);
    }
  }
});

test('of a printed answer no line counts that is not of the witness that was asked', async () => {
  const { note = '', size = 0 } = vectors.requests.at(-1) ?? {};
  for (const { status, body } of vectors.answers) {
    const answered = await keep({ note, size, kept: 0 }, [], async () => new Response(body, { status }));
    assert.deepEqual([answered.result, answered.cosignatures], ['failed', '']);
  }
});

test('the lines of a witness that are printed on a note are kept as its answer, and no others', async () => {
  const { note = '', cosignedAt: time } = vectors.cosignatures[0] ?? {};
  const lines = note.slice(note.indexOf('\n\n') + 2);
  const answered = await keep({ note, size: 1_432_088_532, kept: 0 }, [], async () => new Response(lines));
  const { name } = parseVerifierKey(WITNESS);
  const own = lines.split('\n').filter((line) => line.startsWith(`— ${name} `));
  assert.deepEqual([answered.result, answered.cosignatures], ['kept', `${own.join('\n')}\n`]);
  assert.ok(own.length === 1 && typeof time === 'number');
});

test('proofs are written as they are printed', () => {
  for (const { extra, index, path, checkpoint, text } of vectors.proofs)
    assert.equal(writeTlogProof({ text: extra, path, values: {} }, index, checkpoint), text);
});

function keep(
  submitted: { readonly note: string; readonly size: number; readonly kept: number },
  path: readonly string[],
  call: typeof fetch,
): Promise<Answered> {
  const anchor = witnessAnchor({ url: 'https://witness.example/', key: parseVerifierKey(WITNESS) }, call);
  return anchor.keep(submitted, { root: async () => EMPTY_ROOT, consistency: async () => path });
}
