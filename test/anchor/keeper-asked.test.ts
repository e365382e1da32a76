// A round that somebody asks for while another is under way.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Anchor } from '../../src/anchor/anchor.ts';
import { startKeeper } from '../../src/anchor/keeper.ts';
import { openLedger } from '../../src/record/chain.ts';
import { temporaryFolder } from '../record/temporary-folder.ts';
import { waitFor } from '../support/wait-for.ts';

test('who asks while a round is under way gets the answer of one that began later, and all of them the same', async (t) => {
  const ledger = await openLedger({ dataDir: temporaryFolder(t), version: 'test' });
  t.after(() => ledger.close());
  const gate = Promise.withResolvers<void>();
  let asked = 0;
  const anchor: Anchor = {
    name: 'held',
    async keep() {
      const mended = (asked += 1) > 1;
      await gate.promise;
      return { result: mended ? 'kept' : 'failed', size: null, note: '', cosignatures: '' };
    },
  };
  const onProblem = (error: unknown): void => assert.fail(String(error));
  const keeper = startKeeper({ ledger, anchors: [anchor], everyMs: 1, onRound: () => undefined, onProblem });
  const first = keeper.round();
  await waitFor(() => asked === 1 || undefined);
  // By now somebody has put right what was wrong with it.
  const later = [keeper.round(), keeper.round()];
  gate.resolve();
  const rounds = await Promise.all([first, ...later]);
  const results = rounds.map(({ anchors }) => anchors[0]?.result);
  assert.deepEqual(results, ['failed', 'kept', 'kept']);
  assert.equal(rounds[1], rounds[2], 'the same round');
  await keeper.close();
  const moves: string[] = [];
  for await (const { body } of ledger.entries(0, 1000)) if (body.type === 'anchor') moves.push(body.move);
  assert.ok(moves.length >= 4);
  assert.deepEqual(
    [...new Set(moves.map((move, i) => `${i % 2} ${move}`))],
    ['0 submitted', '1 answered'],
    'one after the other',
  );
});
