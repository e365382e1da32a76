// What goes into a proof file, what is left out and told of, and what no file is made for.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InterlockError } from '../../src/errors.ts';
import { checkProof } from '../../src/proof/check-proof.ts';
import { makeConsistency, makeProof, type ProofRooms, type Wanted } from '../../src/proof/make-proof.ts';
import { checkpointWriter } from '../../src/record/checkpoint.ts';
import { decodeEntry } from '../../src/record/entry-codec.ts';
import { noteSigner } from '../../src/record/signed-note.ts';
import { loadSigner } from '../../src/record/signer.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import {
  APPROVED,
  bundleFiles,
  OPENED,
  OTHER_TICKET,
  OUTCOME,
  provenLedger,
  ticketMove,
  WAITED,
  wantedOf,
} from './proven-ledger.ts';

const ROOT = 'ab'.repeat(32);
const START = 0;

/** The rooms with some of them changed, and what a file of them has and tells. */
function making(rooms: ProofRooms) {
  const make = async (wanted: Partial<Wanted>, changes: Partial<ProofRooms> = {}) => {
    const { file, notes } = await makeProof(wantedOf(wanted), { ...rooms, ...changes });
    return { file, notes, related: file.related.map(({ text }) => decodeEntry(text)?.sequence) };
  };
  const prover = (changes: Partial<ProofRooms['prover']>): Pick<ProofRooms, 'prover'> => ({
    prover: { ...rooms.prover, ...changes },
  });
  return { make, prover };
}

test('entries that an index names: each once, in order, signed by the checkpoint, and only what belongs', async (t) => {
  const { ledger, rooms } = await provenLedger(t);
  const { make, prover } = making(rooms);
  const named = [OUTCOME, APPROVED, OPENED, OUTCOME, WAITED, OTHER_TICKET, ledger.size, ledger.size + 7];
  const found = await make({ beside: APPROVED }, { candidates: async () => named });
  assert.deepEqual([found.related, found.notes], [[OPENED, APPROVED, OUTCOME], []]);
  assert.deepEqual((await make({ related: false, bundle: false })).related, []);
  assert.equal((await make({ related: false, bundle: false })).file.bundle, null);
  const { evidence } = rooms.prover;
  const without = (sequence: number, code: 'NAME_UNKNOWN' | 'STORE_CORRUPT') =>
    prover({
      evidence: async (at, size) => (at === sequence ? Promise.reject(new InterlockError(code, 'gone')) : evidence(at, size)),
    });
  const candidates = async (): Promise<number[]> => [OPENED, APPROVED];
  const dropped = await make({}, { candidates, ...without(OPENED, 'NAME_UNKNOWN') });
  assert.deepEqual([dropped.related, dropped.notes.length], [[APPROVED], 1]);
  assert.match(dropped.notes[0] ?? '', /entry 2, which may belong to it, was dropped by retention/);
  // What can't be read is no entry that was dropped.
  await throwsWithCode('STORE_CORRUPT', () => make({}, { candidates, ...without(OPENED, 'STORE_CORRUPT') }));
  await throwsWithCode('STORE_CORRUPT', () => make({}, prover({ evidence: (_at, size) => evidence(START, size) })));
});

test('more than 64 entries that belong are told of and left out', async (t) => {
  const { ledger, rooms } = await provenLedger(t);
  for (let i = 0; i < 64; i += 1) ledger.note(ticketMove('opened'));
  await ledger.flush();
  const all = Array.from({ length: ledger.size }, (_, i) => i);
  const { related, notes } = await making(rooms).make({}, { candidates: async () => all });
  assert.deepEqual([related.length, notes.length], [64, 1]);
  assert.match(notes[0] ?? '', /the later ones are not in the file/);
});

test('the text of a bundle that is gone, or too large, is left out and told of; anything else ends it', async (t) => {
  const { rooms } = await provenLedger(t);
  const { make } = making(rooms);
  const read = (give: () => ReturnType<typeof bundleFiles>): Partial<ProofRooms> => ({
    bundles: { read: async () => ({ files: give(), cases: new Map() }) },
  });
  const large = { ...bundleFiles('b'), schema: 'x'.repeat(4 * 1024 * 1024) };
  const gone = new InterlockError('NAME_UNKNOWN', 'no such bundle is kept');
  for (const [rooms, why] of [
    [read(() => large), /more than 4194304 characters/],
    [read(() => assert.fail(gone)), /no such bundle is kept/],
  ] as const) {
    const { file, notes } = await make({}, rooms);
    assert.equal(file.bundle, null);
    assert.match(notes.join(), why);
  }
  await assert.rejects(
    make(
      {},
      read(() => assert.fail(new TypeError('a mistake'))),
    ),
    /a mistake/,
  );
  const start = await make({ sequence: START });
  assert.deepEqual([start.file.bundle, start.notes], [null, []]);
  await assert.rejects(make({ sequence: START, disclose: ['x'] }), ({ hint }: InterlockError) => /hides none/.test(hint ?? ''));
});

test('no file goes on from a checkpoint that is not of this ledger, of before the tree, or ahead of it', async (t) => {
  const { dataDir, ledger, rooms } = await provenLedger(t);
  const { make } = making(rooms);
  const signer = loadSigner(dataDir) ?? assert.fail();
  const { size } = ledger;
  const signed = checkpointWriter(signer);
  const [now, ahead] = [signed(size, await ledger.prover.root(size)), signed(size + 1, ROOT)];
  const origin = `interlock-ledger/${signer.keyId}`;
  const text = `${origin}\n${size}\n${Buffer.from(ROOT, 'hex').toString('base64')}\n`;
  const beforeTree = `${text}\n${noteSigner(origin, signer)(text)}`;
  const stranger = (await provenLedger(t)).ledger.checkpoint();
  for (const tried of [
    (note: string) => make({ since: note }),
    (note: string) => makeConsistency(note, null, rooms.prover),
    (note: string) => makeConsistency(now, note, rooms.prover),
  ]) {
    await assert.rejects(tried(ahead), /speaks of 7 entries, the ledger has 6: its end is missing/);
    await assert.rejects(tried(beforeTree), /is of before the tree/);
    await assert.rejects(tried(stranger), /is not one of this ledger/);
  }
  const older = signed(size - 1, await ledger.prover.root(size - 1));
  await throwsWithCode('STORE_CORRUPT', () => makeConsistency(now, older, rooms.prover));
});

test('between two checkpoints of before a change of keys the old key speaks, and a change that was lost ends it', async (t) => {
  const { ledger, rooms } = await provenLedger(t);
  const [pinned, older] = [ledger.publicKey, ledger.checkpoint()];
  await ledger.append(ticketMove('opened'), 'written');
  const newer = ledger.checkpoint();
  const change = ledger.size;
  await ledger.rotateKey({ reason: 'yearly', osUser: null });
  const file = await makeConsistency(older, newer, rooms.prover);
  assert.deepEqual([file.keys, file.publicKey, checkProof(file, { pinned }).problems], [[], pinned, []]);
  const { make, prover } = making(rooms);
  const keys = rooms.prover.keys();
  const shifted = keys.map((key) => ({ ...key, from: key.from === change ? change - 1 : key.from }));
  await assert.rejects(make({}, prover({ keys: () => shifted })), /the change of keys in entry 6 was lost by damage/);
});
