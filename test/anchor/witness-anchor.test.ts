// What goes to a witness, and what its answers count for: unknown, broken and endless ones, and conflicts.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Answered } from '../../src/anchor/anchor.ts';
import { witnessAnchor } from '../../src/anchor/witness-anchor.ts';
import { parseVerifierKey } from '../../src/record/signed-note.ts';

/** A checkpoint of a public log that a public witness signed, and the lines below it. */
const { note, witness } = JSON.parse(readFileSync(join(import.meta.dirname, '../vectors/published.json'), 'utf8'))
  .cosignatures[0];
const SIZE = 1_432_088_532;
const LINES: string = note.slice(note.indexOf('\n\n') + 2);
const OTHERS = '— other.example/o AAAAAAAAAAAA\n';

async function asked(
  answers: ReadonlyArray<readonly [status: number, body: string]>,
  kept = 0,
  url = 'https://witness.example/w/',
) {
  const calls: Array<{ readonly url: string; readonly init: RequestInit | undefined }> = [];
  const proofs: number[] = [];
  const call: typeof fetch = async (target, init) => {
    const [status, body] = answers[calls.push({ url: String(target), init }) - 1] ?? assert.fail('one request too many');
    return new Response(body, { status });
  };
  const ledger = {
    root: async () => '',
    consistency: async (older: number) => {
      proofs.push(older);
      return [];
    },
  };
  const answered: Answered = await witnessAnchor({ url, key: parseVerifierKey(witness) }, call).keep(
    { note, size: SIZE, kept },
    ledger,
  );
  return { answered, calls, proofs };
}

test('a request is plain text below the prefix, bounded in time, and proves nothing where nothing was kept', async () => {
  for (const url of ['https://witness.example/w', 'https://witness.example/w/']) {
    const { answered, calls, proofs } = await asked([[200, LINES]], 0, url);
    assert.deepEqual([answered.result, calls.length, proofs], ['kept', 1, []]);
    const { url: target, init } = calls[0] ?? assert.fail();
    assert.equal(target, 'https://witness.example/w/add-checkpoint');
    assert.equal(new Headers(init?.headers).get('content-type'), 'text/plain; charset=utf-8');
    assert.ok(init?.signal instanceof AbortSignal);
  }
  assert.deepEqual((await asked([[200, LINES]], 7)).proofs, [7]);
});

test('of an answer only its own line counts, among broken ones and no further than a note is long', async () => {
  const { answered } = await asked([[200, `nothing of it is left\n${LINES}`]]);
  assert.deepEqual([answered.result, answered.cosignatures.split('\n').length], ['kept', 2]);
  const endless = await asked([[200, OTHERS.repeat(2_500) + LINES]]);
  assert.equal(endless.answered.result, 'failed');
});

test('a conflict over the very size that was told is asked no second time, and a size that is none is not taken', async () => {
  const same = await asked([[409, '7\n']], 7);
  assert.deepEqual([same.answered.result, same.answered.size, same.calls.length], ['conflict', 7, 1]);
  const none = await asked([[409, '9007199254740993\n']], 7);
  assert.deepEqual([none.answered.result, none.answered.size, none.calls.length], ['conflict', null, 1]);
  const lost = await asked(
    [
      [409, '9\n'],
      [200, LINES],
    ],
    7,
  );
  assert.deepEqual([lost.answered.result, lost.proofs], ['kept', [7, 9]]);
});
