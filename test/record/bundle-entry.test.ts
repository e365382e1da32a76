// Which policies were in force when: loads and refusals are on record, an engine that broke is at least in the log.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import type { BundleEvent } from '../../src/decide/judge-engine.ts';
import type { BundleFinding } from '../../src/decide/bundle-finding.ts';
import { bundleRecorder } from '../../src/record/bundle-entry.ts';
import { memoryLedger } from '../support/memory-ledger.ts';

const FINDING: BundleFinding = {
  severity: 'warning',
  rule: 'policy',
  file: 'a.cedar',
  line: 1,
  column: 1,
  message: 'unused',
  fix: '',
};

function record(event: BundleEvent) {
  const ledger = memoryLedger();
  const said: string[] = [];
  const formatters = { level: (level: string) => ({ level }) };
  const write = (line: string): void => {
    const { level, msg }: { level: string; msg: string } = JSON.parse(line);
    said.push(`${level}: ${msg}`);
  };
  bundleRecorder(ledger, pino({ formatters }, { write }))(event);
  return { entries: ledger.appended.map((one) => one.body), said };
}

test('a loaded bundle is on record by its digest', () => {
  assert.deepEqual(record({ kind: 'loaded', digest: 'd1', policies: 7, warnings: [FINDING] }), {
    entries: [{ type: 'bundle', move: 'loaded', digest: 'd1', policies: 7, note: '1 warnings' }],
    said: ['info: bundle loaded'],
  });
});

test('a rejected one is on record with the reason, bounded, and without a digest that was never in force', () => {
  const { entries, said } = record({ kind: 'rejected', message: 'x'.repeat(5_000), findings: [FINDING] });
  assert.deepEqual(entries, [{ type: 'bundle', move: 'rejected', digest: null, policies: 0, note: 'x'.repeat(1_000) }]);
  assert.match(said.join(), /^error: bundle rejected: x+$/);
});

test('an engine that was replaced is no bundle, and an error in the log', () => {
  assert.deepEqual(record({ kind: 'engine-replaced', cause: 'panic' }), {
    entries: [],
    said: ['error: the policy engine failed and was replaced'],
  });
});
