// The configuration's places become anchors, and the log hears of a conflict louder than of a failure.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pino } from 'pino';
import { openAnchors } from '../../src/anchor/open-anchors.ts';
import { openLedger } from '../../src/record/chain.ts';
import { temporaryFolder } from '../record/temporary-folder.ts';
import { startWitness } from '../support/witness.ts';

test('files and witnesses are asked; what they say reaches the log', async (t) => {
  const folder = temporaryFolder(t);
  const ledger = await openLedger({ dataDir: join(folder, 'data'), version: 'test' });
  const { origin, publicKey } = ledger.keys;
  const witness = await startWitness({ origin, publicKey });
  t.after(() => witness.close());
  const lines: Array<{ level: number; anchor: string; msg: string }> = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const witnesses = [{ url: witness.url, key: witness.verifierKey }];
  const keeper = openAnchors(
    { everySeconds: 300, files: [join(folder, 'a'), join(folder, 'none/b')], witnesses },
    { ledger, call: fetch },
    log,
  );
  const { anchors } = await keeper.round();
  assert.deepEqual(
    anchors.map(({ name, result }) => [name, result]),
    [
      [`file ${join(folder, 'a')}`, 'kept'],
      [`file ${join(folder, 'none/b')}`, 'failed'],
      ['witness witness.example/w1', 'kept'],
    ],
  );
  assert.deepEqual(
    lines.map(({ level, anchor }) => [level, anchor]),
    [[40, `file ${join(folder, 'none/b')}`]],
  );
  witness.answer = { status: 422, body: '' };
  await keeper.round();
  assert.match(lines.find(({ level }) => level === 50)?.msg ?? '', /DOES NOT GO ON/);
  await keeper.close();
  await ledger.close();
});
