// A repair that is killed at any of its steps is done again, and loses nothing on the way.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLedger } from '../../src/record/chain.ts';
import { INDEX_FOLDER } from '../../src/record/entry-index.ts';
import { repairLedger } from '../../src/record/repair.ts';
import type { RepairStep } from '../../src/record/repair.ts';
import { verifyFolder } from '../../src/record/verify-store.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { verdictOf } from './sample-bodies.ts';
import { temporaryFolder } from './temporary-folder.ts';

const STEPS = [
  'salvaged',
  'filled',
  'built',
  'unindexed',
  'moved',
  'resealed',
  'placed',
] as const satisfies readonly RepairStep[];

test('killed at each step', async (t) => {
  const sample = join(temporaryFolder(t), 'data');
  const ledger = await openLedger({ dataDir: sample, version: '0.0.0' });
  for (let i = 0; i < 20; i += 1) await ledger.append(verdictOf(`x${i}`), 'synced');
  await ledger.close();
  mkdirSync(join(sample, INDEX_FOLDER));
  const [log = ''] = readdirSync(join(sample, 'ledger')).filter((name) => name.endsWith('.log'));
  const bytes = readFileSync(join(sample, 'ledger', log));
  bytes[bytes.indexOf('x7@customer')] = 0x79;
  writeFileSync(join(sample, 'ledger', log), bytes);

  await Promise.all(
    STEPS.map(async (step) => {
      const dataDir = join(temporaryFolder(t), 'data');
      cpSync(sample, dataDir, { recursive: true });
      const program = [join(import.meta.dirname, 'repairing.ts'), dataDir, step];
      const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...program], { stdio: 'ignore' });
      assert.deepEqual((await once(child, 'exit'))[1], 'SIGKILL', step);
      if (step !== 'placed') {
        // INVARIANT: whoever starts in between goes on from a whole ledger or not at all.
        await throwsWithCode('STORE_CORRUPT', () => openLedger({ dataDir, version: '0.0.0' }));
        const looked = step === 'moved' || step === 'resealed' ? await repairLedger(dataDir, { dryRun: true }) : null;
        assert.equal(looked?.kept ?? null, null, step);
        const report = await repairLedger(dataDir, { dryRun: false });
        assert.deepEqual([report.lost, report.entries], [[{ from: 8, to: 8 }], 22], step);
        assert.ok(existsSync(join(dataDir, report.kept ?? '-')), step);
      }
      const { firstBad, entries, notes } = await verifyFolder(dataDir, {});
      assert.deepEqual([firstBad, entries], [null, 23], step);
      assert.ok(
        notes.some((note) => note.includes('lost by damage: [{"from":8,"to":8}]')),
        step,
      );
      const left = readdirSync(dataDir).filter((name) => /^ledger-(salvage|repair)/.test(name));
      assert.deepEqual([left, existsSync(join(dataDir, INDEX_FOLDER))], [[], false], step);
    }),
  );
});
