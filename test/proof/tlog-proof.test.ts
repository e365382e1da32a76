// The C2SP form of a proof is written and read as the specification has it, and nothing else is.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkProof } from '../../src/proof/check-proof.ts';
import { isTlogProof, readTlogProof, writeTlogProof } from '../../src/proof/tlog-proof.ts';
import { provenLedger, WAITED } from './proven-ledger.ts';

test('a proof in the C2SP form holds, and what is changed in it does not', async (t) => {
  const { prove, ledger } = await provenLedger(t, 10);
  const file = await prove();
  const text = writeTlogProof(file.entry, WAITED, file.checkpoint);
  const [first, extra, index, ...rest] = text.split('\n');
  assert.deepEqual([first, index, rest[file.entry.path.length]], ['c2sp.org/tlog-proof@v1', 'index 1', '']);
  assert.ok(extra?.startsWith('extra ') && isTlogProof(text) && text.endsWith(file.checkpoint));
  const pinned = ledger.publicKey;
  const report = checkProof(readTlogProof(text, pinned), { pinned });
  assert.deepEqual([report.ok, report.entry?.sequence], [true, WAITED]);
  const swapped = text.replace(`${rest[0]}\n${rest[1]}`, `${rest[1]}\n${rest[0]}`);
  assert.equal(checkProof(readTlogProof(swapped, pinned), { pinned }).ok, false);
  for (const bad of [
    text.replace('index 1', 'index 01'),
    text.replace('index 1', 'index 2'),
    text.replace('@v1', '@v2'),
    text.replace('extra ', 'extra  '),
    text.replace(`${rest[0]}`, 'AAAA'),
    text.replace('\n\n', '\n'),
    text.replace('extra ', 'more '),
    text.replace('extra ', 'other '),
    text.slice(0, text.indexOf('\n\n') + 1),
  ])
    assert.throws(() => readTlogProof(bad, pinned), /no C2SP proof/, bad.slice(0, 60));
  const longer = text.replace('index 1\n', `index 1\n${`${rest[0]}\n`.repeat(65)}`);
  assert.throws(() => readTlogProof(longer, pinned), /no C2SP proof/);
  assert.throws(() => readTlogProof(text + 'x'.repeat(8 * 1024 * 1024), pinned), /too long/);
});
