// Checkpoints reach a witness and a file outside the data folder; a ledger that was rolled back or rebuilt is found by both.

import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { fileAnchor, noteIn } from '../../src/anchor/file-anchor.ts';
import { startKeeper } from '../../src/anchor/keeper.ts';
import type { AnchorKeeper, AnchorRound } from '../../src/anchor/keeper.ts';
import { witnessAnchor } from '../../src/anchor/witness-anchor.ts';
import { keptNotes } from '../../src/cli/kept-notes.ts';
import { openLedger } from '../../src/record/chain.ts';
import type { OpenLedger } from '../../src/record/chain.ts';
import { cosignedAt } from '../../src/record/cosignature.ts';
import { parseNote, parseVerifierKey } from '../../src/record/signed-note.ts';
import { verdictOf } from '../record/sample-bodies.ts';
import { temporaryFolder } from '../record/temporary-folder.ts';
import { startWitness } from '../support/witness.ts';
import type { Witness } from '../support/witness.ts';

interface Place {
  readonly dataDir: string;
  readonly file: string;
  ledger: OpenLedger;
  readonly witness: Witness;
  keeper: AnchorKeeper;
}

function keeperOf(
  ledger: OpenLedger,
  file: string,
  witness: Witness,
  everyMs = 3_600_000,
  rounds: AnchorRound[] = [],
): AnchorKeeper {
  const key = parseVerifierKey(witness.verifierKey);
  return startKeeper({
    ledger,
    anchors: [fileAnchor(file), witnessAnchor({ url: witness.url, key }, fetch)],
    everyMs,
    onRound: (round) => rounds.push(round),
    onProblem: (error) => assert.fail(String(error)),
  });
}

async function place(t: TestContext): Promise<Place> {
  const folder = temporaryFolder(t);
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  const file = join(folder, 'kept.notes');
  const ledger = await openLedger({ dataDir, version: 'test' });
  const { origin, publicKey } = ledger.keys;
  const witness = await startWitness({ origin, publicKey });
  t.after(() => witness.close());
  await add(ledger, 300);
  return { dataDir, file, ledger, witness, keeper: keeperOf(ledger, file, witness) };
}

async function add(ledger: OpenLedger, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, i) => ledger.append(verdictOf(`x${i}`), 'written')));
}

const results = ({ anchors }: AnchorRound): string[] => anchors.map(({ result }) => result);

test('rounds reach both, with a consistency proof from the second on, and the cosignature is kept', async (t) => {
  const { ledger, witness, keeper, file } = await place(t);
  const first = await keeper.round();
  assert.deepEqual([results(first), first.size], [['kept', 'kept'], 302]);
  await add(ledger, 500);
  const second = await keeper.round();
  assert.deepEqual(results(second), ['kept', 'kept']);
  assert.match(witness.requests[0] ?? '', /^old 0\n\ninterlock-tree\//);
  assert.match(witness.requests[1] ?? '', /^old 302\n(?:[A-Za-z0-9+/]{43}=\n)+\ninterlock-tree\//);
  assert.equal(witness.seen.size, second.size);
  const cosigned = (await ledger.get(`checkpoint:${String(second.size).padStart(16, '0')}`)) ?? '';
  const key = parseVerifierKey(witness.verifierKey);
  assert.equal(cosignedAt(parseNote(cosigned), key), 1_700_000_000);
  assert.equal(cosignedAt(parseNote(cosigned.replace('\n802\n', '\n803\n').replace(`\n${second.size}\n`, '\n9\n')), key), null);
  assert.equal(readFileSync(file, 'utf8').trimEnd().split('\n').map(noteIn).filter(Boolean).length, 2);
  const bodies = await ledger.tail(1);
  assert.ok(bodies[0]?.body.type === 'anchor' && bodies[0].body.move === 'answered' && bodies[0].body.size === second.size);
  const report = await ledger.verify({ kept: keptNotes(file, '/') });
  assert.deepEqual([report.ok, report.firstBad], [true, null]);
  await keeper.close();
  await ledger.close();
});

test('a ledger put back from an older copy is found by the witness, by the file, and by verify', async (t) => {
  const { dataDir, file, ledger, witness, keeper } = await place(t);
  await ledger.close();
  const older = `${dataDir}-older`;
  cpSync(dataDir, older, { recursive: true });
  const now = await openLedger({ dataDir, version: 'test' });
  await keeper.close();
  await add(now, 50);
  await keeperOf(now, file, witness).round();
  await now.close();
  const back = await openLedger({ dataDir: older, version: 'test' });
  const round = await keeperOf(back, file, witness).round();
  assert.deepEqual(results(round), ['conflict', 'conflict']);
  assert.ok(
    round.anchors.every(({ note }) => /cut or rolled back/.test(note)),
    JSON.stringify(round),
  );
  assert.match(
    (await back.verify({ kept: keptNotes(file, '/') })).firstBad?.problem ?? '',
    /is missing: the checkpoint in line 1/,
  );
  // Grown past what was kept, it is another course.
  await add(back, 100);
  const later = await keeperOf(back, file, witness).round();
  assert.deepEqual(results(later), ['conflict', 'conflict']);
  assert.ok(
    later.anchors.every(({ note }) => /rebuilt/.test(note)),
    JSON.stringify(later),
  );
  assert.match((await back.verify({ kept: keptNotes(file, '/') })).firstBad?.problem ?? '', /another course/);
  await back.close();
});

test('a witness that lost an answer of ours, is down, does not know the log or lies is told apart', async (t) => {
  const { ledger, witness, keeper, file } = await place(t);
  await keeper.round();
  await add(ledger, 10);
  const { size } = ledger;
  // It cosigned, and its answer was lost: our memory is behind its own.
  witness.answer = { status: 500, body: '' };
  assert.deepEqual(results(await keeper.round()), ['kept', 'failed']);
  witness.answer = null;
  witness.seen = { size, root: await ledger.prover.root(size) };
  assert.deepEqual(results(await keeper.round()), ['kept', 'kept']);
  const says = async (status: number, body = ''): Promise<string> => {
    witness.answer = { status, body };
    const { anchors } = await keeper.round();
    return `${anchors[1]?.result}: ${anchors[1]?.note}`;
  };
  assert.match(await says(404), /failed: it does not know interlock-tree/);
  assert.match(await says(403), /failed: it does not trust the key/);
  assert.match(await says(422), /conflict: .*rebuilt/);
  assert.match(await says(409, 'x'), /conflict/);
  assert.match(await says(409, '99999999\n'), /conflict: it cosigned 99999999 entries/);
  assert.match(await says(200), /failed: it answered without a cosignature/);
  assert.match(
    await says(200, '— witness.example/w1 AAAAAAAAAAAAAAAA\n— other.example/w AAAAAAAAAAAAAAAA\n'),
    /without a cosignature/,
  );
  await witness.close();
  const { anchors } = await keeper.round();
  assert.equal(anchors[1]?.result, 'failed');
  assert.ok(readFileSync(file, 'utf8').length > 0);
  await keeper.close();
  await ledger.close();
});

test('a file with a cut line goes on, one of another ledger is a conflict, a link is not followed', async (t) => {
  const { ledger, witness, keeper, file, dataDir } = await place(t);
  await keeper.round();
  appendFileSync(file, '{"time":"2026-01-01T00:00:00.000Z","note":"interl');
  await add(ledger, 3);
  assert.deepEqual(results(await keeper.round()), ['kept', 'kept']);
  assert.equal(keptNotes(file, '/').length, 2);
  const linked = `${file}-link`;
  symlinkSync(file, linked);
  assert.deepEqual(results(await keeperOf(ledger, linked, witness).round()), ['failed', 'kept']);
  await ledger.close();
  const other = await openLedger({ dataDir: `${dataDir}-other`, version: 'test' });
  const round = await keeperOf(other, file, witness).round();
  assert.match(round.anchors[0]?.note ?? '', /is of interlock-tree/);
  assert.match(round.anchors[1]?.note ?? '', /does not know/);
  await other.close();
});

test('a file whose lines were taken away or written over is a conflict once, and goes on', async (t) => {
  const { ledger, keeper, file } = await place(t);
  for (const spoilt of ['', 'x\n'.repeat(100_000)]) {
    await add(ledger, 1);
    assert.deepEqual(results(await keeper.round()), ['kept', 'kept']);
    writeFileSync(file, spoilt);
    await add(ledger, 1);
    const round = await keeper.round();
    assert.match(`${round.anchors[0]?.result}: ${round.anchors[0]?.note}`, /conflict: .*taken away or written over/);
  }
  await add(ledger, 1);
  assert.deepEqual(results(await keeper.round()), ['kept', 'kept']);
  await keeper.close();
  await ledger.close();
});

test('rounds come by themselves when there are new entries, and not when there are none', async (t) => {
  const { ledger, witness, file, keeper } = await place(t);
  await keeper.close();
  const rounds: AnchorRound[] = [];
  const timed = keeperOf(ledger, file, witness, 30, rounds);
  while (rounds.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(rounds.length, 1);
  await add(ledger, 1);
  while (rounds.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  await timed.close();
  await ledger.close();
});

test('after a change of keys the witness that knows the old one still follows the change, then needs the new one', async (t) => {
  const { ledger, keeper, witness } = await place(t);
  await keeper.round();
  await ledger.rotateKey({ reason: 'test', osUser: null });
  const { anchors } = await keeper.round();
  assert.deepEqual([anchors[0]?.result, anchors[1]?.result], ['kept', 'failed']);
  assert.match(anchors[1]?.note ?? '', /does not trust the key/);
  assert.equal(witness.seen.size, 302);
  await keeper.close();
  await ledger.close();
});

test('a change of keys in the middle of a round: what went out is held by both, and who pinned either key follows', async (t) => {
  const { ledger, keeper, witness, file } = await place(t);
  await keeper.close();
  const old = ledger.publicKey;
  const key = parseVerifierKey(witness.verifierKey);
  const asWitness = witnessAnchor({ url: witness.url, key }, fetch);
  const changing = startKeeper({
    ledger,
    anchors: [
      fileAnchor(file),
      {
        name: asWitness.name,
        async keep(submitted, tree) {
          // The checkpoint is signed, and has not gone out yet.
          if (ledger.publicKey === old) await ledger.rotateKey({ reason: 'in a round', osUser: null });
          return asWitness.keep(submitted, tree);
        },
      },
    ],
    everyMs: 3_600_000,
    onRound: () => undefined,
    onProblem: (error) => assert.fail(String(error)),
  });
  const first = await changing.round();
  assert.notEqual(ledger.publicKey, old);
  assert.deepEqual([results(first), witness.seen.size], [['kept', 'kept'], first.size]);
  const cosigned = (await ledger.get(`checkpoint:${String(first.size).padStart(16, '0')}`)) ?? '';
  assert.notEqual(cosignedAt(parseNote(cosigned), key), null);
  const second = await changing.round();
  assert.match(`${results(second).join()}: ${second.anchors[1]?.note}`, /^kept,failed: .*does not trust the key/);
  await changing.close();
  for (const publicKey of [old, ledger.publicKey]) {
    const report = await ledger.verify({ kept: keptNotes(file, '/'), publicKey });
    assert.deepEqual([report.ok, report.firstBad], [true, null]);
  }
  await ledger.close();
});

test('checkpoints are found in notes, lines and folders, and nowhere else', async (t) => {
  const { ledger, keeper, file, dataDir } = await place(t);
  await keeper.round();
  const folder = `${dataDir}-kept`;
  mkdirSync(folder);
  writeFileSync(join(folder, 'one.note'), ledger.checkpoint());
  cpSync(file, join(folder, 'two.notes'));
  assert.equal(keptNotes(folder, '/').length, 2);
  assert.equal((await ledger.verify({ kept: keptNotes(folder, '/') })).ok, true);
  assert.throws(() => keptNotes(join(folder, 'none'), '/'), /cannot read/);
  mkdirSync(`${folder}-empty`);
  assert.throws(() => keptNotes(`${folder}-empty`, '/'), /no checkpoint in/);
  await keeper.close();
  await ledger.close();
});

test('a checkpoint that counts more than is on disk does not go out', async (t) => {
  const { ledger, witness, file, keeper } = await place(t);
  await keeper.close();
  let unsynced = 3;
  const behind = Object.create(ledger, { synced: { get: () => ((unsynced -= 1) >= 0 ? 0 : ledger.synced) } });
  const round = await keeperOf(behind, file, witness).round();
  assert.deepEqual(results(round), ['kept', 'kept']);
  // 301 entries, and one for each of the four tries.
  assert.equal(round.size, 305);
  unsynced = 1_000;
  await assert.rejects(() => keeperOf(behind, file, witness).round(), /no checkpoint was on disk/);
  assert.equal(witness.seen.size, 305);
  await ledger.close();
});
