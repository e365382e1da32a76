// One segment alone: its files and a public key say whether it holds.

import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLedger } from '../../src/record/chain.ts';
import { segmentPath } from '../../src/record/segment-files.ts';
import { rewriteValues } from '../../src/record/segment-writer.ts';
import { verifySegment } from '../../src/record/verify-segment.ts';
import { pauses } from '../../src/record/pace.ts';
import { outcomeOf, verdictOf } from './sample-bodies.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('it holds away from its ledger, and nothing of it can be changed', async (t) => {
  const dataDir = temporaryFolder(t);
  const ledger = await openLedger({ dataDir, version: '0.0.0', sealing: { keepLive: 10, segmentEntries: 256 } });
  for (let i = 0; i < 300; i += 1) {
    void ledger.append(verdictOf(`x-${i}`), 'written');
    ledger.note(outcomeOf(`x-${i}`, String(i)));
  }
  await ledger.flush();
  await ledger.archive.seal();
  const keys = [ledger.publicKey];
  await ledger.close();
  const away = join(dataDir, 'away');
  mkdirSync(away);
  for (const first of [0, 256])
    for (const part of ['entries', 'values', 'manifest'] as const)
      copyFileSync(segmentPath(dataDir, first, part), join(away, `${String(first).padStart(16, '0')}.${part}`));
  const file = (part: string): string => join(away, `0000000000000256.${part}`);
  for (const part of ['entries', 'values', 'manifest']) {
    const report = await verifySegment(file(part), keys);
    assert.deepEqual([report.ok, report.problem, report.first, report.last, report.erased], [true, null, 256, 511, 0]);
  }
  const problem = async (given = keys): Promise<string> => (await verifySegment(file('entries'), given)).problem ?? '';
  assert.match(await problem([Buffer.alloc(32, 1).toString('base64')]), /no signature of this ledger/);

  const manifest = readFileSync(file('manifest'), 'utf8');
  writeFileSync(file('manifest'), manifest.replace('first 256', 'first 512'));
  assert.match(await problem(), /signature does not hold/);
  writeFileSync(file('manifest'), manifest);

  const entries = readFileSync(file('entries'));
  copyFileSync(join(away, '0000000000000000.entries'), file('entries'));
  assert.match(await problem(), /not the one that was sealed/);
  rmSync(file('entries'));
  assert.match(await problem(), /only the manifest is left/);
  writeFileSync(file('entries'), entries);

  const values = readFileSync(file('values'));
  await rewriteValues(
    file('values'),
    (_, lines) => lines.map((line) => line.replace('@customer.example', '@customer.exampl3')),
    pauses(),
  );
  assert.match(await problem(), /is not the value that was committed to/);
  rmSync(file('values'));
  const erased = await verifySegment(file('entries'), keys);
  assert.ok(erased.ok && erased.erased > 200, 'values that are gone are counted');
  writeFileSync(file('values'), values);
  assert.equal(await problem(), '');
  await assert.rejects(verifySegment(join(dataDir, 'ledger-key.pem'), keys), { code: 'USAGE' });
});
