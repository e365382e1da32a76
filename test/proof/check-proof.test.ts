// A proof file holds with the key alone, and anything changed in it is named.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkProof } from '../../src/proof/check-proof.ts';
import type { ProofFile } from '../../src/proof/proof-file.ts';
import { proofJson, writeProof } from '../../src/proof/proof-file.ts';
import { proofLines } from '../../src/proof/proof-words.ts';
import { makeConsistency } from '../../src/proof/make-proof.ts';
import { readProof } from '../../src/proof/read-proof.ts';
import { checkpointWriter } from '../../src/record/checkpoint.ts';
import { noteSigner } from '../../src/record/signed-note.ts';
import { loadSigner } from '../../src/record/signer.ts';
import { APPROVED, DIGEST, OPENED, OTHER_TICKET, OUTCOME, provenLedger, WAITED } from './proven-ledger.ts';

const PLACE = 'actions/0/facts/recipients';

test('a proof holds with the pinned key, and reads aloud', async (t) => {
  const { ledger, prove } = await provenLedger(t, 20);
  const file = await prove();
  const read = readProof(Buffer.from(writeProof(proofJson(file))));
  assert.deepEqual(JSON.parse(JSON.stringify(read)), JSON.parse(JSON.stringify(file)));
  const report = checkProof(read, { pinned: ledger.publicKey });
  assert.deepEqual([report.ok, report.problems, report.pinned], [true, [], true]);
  assert.deepEqual(
    report.related.map(({ sequence }) => sequence),
    [OPENED, APPROVED, OUTCOME],
  );
  const lines = proofLines(report);
  const size = ledger.size;
  assert.equal(
    lines[0],
    `Entry 1 is in the ledger ${report.ledger}: it is number 2 of the ${size} entries that the checkpoint signs.`,
  );
  assert.equal(
    lines[1],
    `On 2026-11-28 at 10:02:11 UTC agent support-bot's payment.refund on Account (hidden) at api.stripe.com was decided WAIT by policy refund-ceiling of bundle ${DIGEST.slice(0, 16)} (entry 1).`,
  );
  assert.ok(lines.includes('Ticket t_1 was approved by una (slack) on 2026-11-28 at 10:02:11 UTC (entry 3).'), lines.join('\n'));
  assert.ok(
    lines.includes('It was sent and answered with status 200, on 2026-11-28 at 10:02:11 UTC (entry 4).'),
    lines.join('\n'),
  );
  assert.ok(
    lines.some((line) => line.includes('refund-ceiling is in payment.cedar, line 2')),
    lines.join('\n'),
  );
  assert.ok(lines.includes(`Signed by the key that you gave: ${ledger.publicKey}.`));
  assert.ok(!writeProof(proofJson(file)).includes('zoë'));
});

test('without a pinned key it says that the key is the file’s own word', async (t) => {
  const { prove } = await provenLedger(t);
  const report = checkProof(await prove(), { pinned: null });
  assert.deepEqual([report.ok, report.pinned], [true, false]);
  assert.ok(proofLines(report).some((line) => line.startsWith('NOT PINNED: ')));
});

test('another key than the pinned one is refused, also where the file names the pinned one', async (t) => {
  const { prove } = await provenLedger(t);
  const other = (await provenLedger(t)).ledger.publicKey;
  const file = await prove();
  for (const forged of [file, { ...file, publicKey: other }]) {
    assert.equal(checkProof(forged, { pinned: other }).ok, false);
  }
  assert.match(checkProof(file, { pinned: other }).problems.join('\n'), /is not the one that you gave/);
});

test('disclosed values are shown when they open their commitment, and none else are in the file', async (t) => {
  const { ledger, prove } = await provenLedger(t);
  const file = await prove({ disclose: [PLACE] });
  const text = writeProof(proofJson(file));
  assert.ok(text.includes('zoë@customer.example'));
  assert.equal(text.match(/"salt"/g)?.length, 1);
  const report = checkProof(file, { pinned: ledger.publicKey });
  assert.deepEqual(report.entry?.disclosed, [{ place: PLACE, value: ['zoë@customer.example'] }]);
  assert.ok(proofLines(report).some((line) => line.includes('Disclosed of entry 1') && line.includes('zoë@customer.example')));
  await assert.rejects(prove({ disclose: ['actions/0/facts/none'] }), /keeps no hidden value/);
  await assert.rejects(prove({ disclose: ['constructor'] }), /keeps no hidden value/);
});

test('a file goes on from a checkpoint that its reader kept', async (t) => {
  const { ledger, prove } = await provenLedger(t);
  const old = ledger.checkpoint();
  await ledger.append({ type: 'gap', refused: 1, since: '2026-01-01T00:00:00.000Z', note: '' }, 'written');
  const kept = [{ source: 'my checkpoint', note: old }];
  const pinned = ledger.publicKey;
  const report = checkProof(await prove({ since: old }), { pinned, kept });
  assert.deepEqual([report.ok, report.since], [true, OTHER_TICKET + 1]);
  const file = await prove({ since: old });
  const since = { checkpoint: old, path: file.since?.path.toReversed() ?? [] };
  assert.match(checkProof({ ...file, since }, { pinned }).problems.join(), /does not go on from the checkpoint over 6/);
  const without = checkProof(await prove(), { pinned, kept });
  assert.match(without.problems.join(), /does not go on from my checkpoint/);
  const consistency = await makeConsistency(old, null, ledger.prover);
  assert.equal(checkProof(consistency, { pinned, kept }).ok, true);
  assert.match(proofLines(checkProof(consistency, { pinned, kept })).join('\n'), /goes on from the older one over 6/);
});

test('after a change of keys any of them may be pinned, and the changes are proven themselves', async (t) => {
  const { ledger, prove } = await provenLedger(t);
  const [first, old] = [ledger.publicKey, ledger.checkpoint()];
  const before = await prove();
  await ledger.rotateKey({ reason: 'yearly', osUser: null });
  await ledger.append({ type: 'gap', refused: 1, since: '2026-01-01T00:00:00.000Z', note: '' }, 'written');
  const file = await prove({ since: old });
  assert.notEqual(first, ledger.publicKey);
  for (const pinned of [first, ledger.publicKey]) assert.deepEqual(checkProof(file, { pinned }).problems, []);
  assert.equal(checkProof({ ...file, keys: [] }, { pinned: ledger.publicKey }).ok, false);
  assert.match(checkProof({ ...file, publicKey: first }, { pinned: first }).problems.join(), /do not lead to the key/);
  assert.match(checkProof({ ...file, keys: [file.entry] }, { pinned: first }).problems.join(), /it is no change of keys/);
  // The limit in docs/ledger-limits.md: what the old key signs without the change holds for who knows nothing newer.
  const kept = [{ source: 'my checkpoint', note: ledger.checkpoint() }];
  const [alone, newer, against] = [{ pinned: first }, { pinned: ledger.publicKey }, { pinned: first, kept }];
  assert.deepEqual(
    [alone, newer, against].map((how) => checkProof(before, how).ok),
    [true, false, false],
  );
  const [change] = file.keys;
  const changed = (from: string | RegExp, to: string): string => {
    const text = change?.text.replace(from, to) ?? '';
    return checkProof({ ...file, keys: [{ ...(change ?? file.entry), text }] }, { pinned: first }).problems.join();
  };
  assert.equal(file.keys.length, 1);
  assert.match(changed('yearly', 'weekly'), /is not number/);
  assert.match(changed(/"previousSignature":"../, '"previousSignature":"//'), /old key did not sign/);
});

test('a checkpoint that the reader kept is the same or not: of another root, of another size, of before the tree', async (t) => {
  const { dataDir, ledger, prove } = await provenLedger(t);
  const file = await prove();
  const pinned = ledger.publicKey;
  const { size, root } = checkProof(file, { pinned }).checkpoint ?? assert.fail();
  const signer = loadSigner(dataDir) ?? assert.fail();
  const signed = checkpointWriter(signer);
  // Signed by the ledger's own key: whoever has it may have told two readers two things.
  for (const note of [signed(size, 'ab'.repeat(32)), signed(size - 1, root)]) {
    const { problems } = checkProof(file, { pinned, kept: [{ source: 'mine', note }] });
    assert.match(problems.join(), /does not go on from mine/);
  }
  const origin = `interlock-ledger/${signer.keyId}`;
  const text = `${origin}\n${size}\n${Buffer.from(root, 'hex').toString('base64')}\n`;
  const old = checkProof({ ...file, checkpoint: `${text}\n${noteSigner(origin, signer)(text)}` }, { pinned });
  assert.match(old.problems.join(), /the checkpoint is of before the tree/);
  assert.equal(old.checkpoint, null);
});

type Change = (file: ProofFile, another: ProofFile) => ProofFile;
const entry = (file: ProofFile, change: Partial<ProofFile['entry']>): ProofFile => ({
  ...file,
  entry: { ...file.entry, ...change },
});

const BROKEN: ReadonlyArray<readonly [string, Change, RegExp]> = [
  ['the text', (f) => entry(f, { text: f.entry.text.replace('support-bot', 'another-bot') }), /entry 1 is not number 2/],
  [
    'another spelling',
    (f) => entry(f, { text: f.entry.text.replace('{"body":{', '{"body":{"a":1,') }),
    /entry 1 is not number 2|not in the form/,
  ],
  ['a repeated key', (f) => entry(f, { text: f.entry.text.replace('"agent":', '"agent":"x","agent":') }), /not in the form/],
  [
    'half a character',
    (f) => entry(f, { text: f.entry.text.replace('"agent":"support-bot"', '"agent":"\\ud800"') }),
    /not in the form/,
  ],
  ['the number', (f) => entry(f, { text: f.entry.text.replace('"sequence":1,', '"sequence":2,') }), /entry 2 is not number 3/],
  ['the path', (f) => entry(f, { path: f.entry.path.toReversed() }), /entry 1 is not number 2/],
  ['a longer path', (f) => entry(f, { path: [...f.entry.path, 'a'.repeat(64)] }), /entry 1 is not number 2/],
  [
    'a salt',
    (f) => entry(f, { values: { [PLACE]: { salt: 'a'.repeat(32), value: ['eve@x.example'] } } }),
    /not the value that was committed/,
  ],
  ['a place', (f) => entry(f, { values: { agent: { salt: 'a'.repeat(32), value: 'x' } } }), /agent is not committed to/],
  [
    'a bundle file',
    (f) => ({ ...f, bundle: { digest: DIGEST, files: new Map([['payment.cedar', '']]) } }),
    /files are not those of/,
  ],
  [
    'the bundle',
    (f, o) => ({ ...f, bundle: { digest: 'a'.repeat(64), files: o.bundle?.files ?? new Map() } }),
    /was not decided by bundle/,
  ],
  ['a related entry twice', (f) => ({ ...f, related: [...f.related, ...f.related] }), /in the file twice/],
  ['the entry as one related to itself', (f) => ({ ...f, related: [f.entry] }), /entry 1 is in the file twice/],
  ["another ticket's approval", (f, o) => ({ ...f, related: [o.entry] }), /entry 5 does not belong to entry 1/],
  [
    'the checkpoint',
    (f) => ({ ...f, checkpoint: f.checkpoint.replace('\n6\n', '\n7\n') }),
    /the checkpoint: .*signature does not hold/,
  ],
];

for (const [name, change, expected] of BROKEN) {
  test(`found: ${name} was changed`, async (t) => {
    const { ledger, prove } = await provenLedger(t);
    const [file, another] = [await prove(), await prove({ sequence: OTHER_TICKET })];
    const report = checkProof(change(file, { ...another, bundle: file.bundle }), { pinned: ledger.publicKey });
    assert.equal(report.ok, false);
    assert.match(report.problems.join('\n'), expected);
    assert.deepEqual(report.entry?.disclosed ?? [], [], 'what opens no commitment is not shown');
    const [first, ...lines] = proofLines(report);
    assert.equal(first, 'This proof does NOT hold:');
    assert.equal(lines.length, report.problems.length);
  });
}

test('an outcome’s proof has its verdict, a ticket’s has the verdict that it is about', async (t) => {
  const { prove, ledger } = await provenLedger(t);
  const sequences = async (sequence: number): Promise<unknown> =>
    checkProof(await prove({ sequence }), { pinned: ledger.publicKey }).related.map((one) => one.sequence);
  assert.deepEqual(await sequences(OUTCOME), [WAITED]);
  assert.deepEqual(await sequences(APPROVED), [WAITED, OPENED]);
  assert.deepEqual(await sequences(0), []);
});
