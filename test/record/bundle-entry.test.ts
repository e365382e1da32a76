// Which policies were in force when: loads and refusals are on record, an engine that broke is at least in the log.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import type { BundleEvent, LoadedEvent } from '../../src/decide/judge-engine.ts';
import type { BundleFinding } from '../../src/decide/bundle-finding.ts';
import { bundleRecorder, loadedBody } from '../../src/record/bundle-entry.ts';
import type { BundleLoad } from '../../src/record/bundle-body.ts';
import { AT_START } from '../../src/decide/load-cause.ts';
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

const LOADED: LoadedEvent = {
  kind: 'loaded',
  digest: 'd1',
  policies: 7,
  warnings: [FINDING],
  files: { directory: '/p', schema: '', entities: '[]', constraints: '', policies: new Map(), digest: 'd1' },
  cause: AT_START,
  source: { directory: '/p', git: null, owner: null },
};

function record(event: BundleEvent) {
  const ledger = memoryLedger();
  const said: string[] = [];
  const formatters = { level: (level: string) => ({ level }) };
  const write = (line: string): void => {
    const { level, msg }: { level: string; msg: string } = JSON.parse(line);
    said.push(`${level}: ${msg}`);
  };
  const loaded: LoadedEvent[] = [];
  bundleRecorder(ledger, pino({ formatters }, { write }), (one) => loaded.push(one))(event);
  return { entries: ledger.appended.map((one) => one.body), loaded, said };
}

test('a loaded bundle is handed on to who knows what it changed, and told in the log', () => {
  assert.deepEqual(record(LOADED), { entries: [], loaded: [LOADED], said: ['info: bundle loaded'] });
});

test('a loaded bundle is on record by its digest', () => {
  const load: BundleLoad = {
    cause: 'start',
    ...{ user: null, osUser: null, fileOwner: null, reason: '', directory: '/p', git: null, previous: null, changes: null },
  };
  assert.deepEqual(loadedBody(LOADED, load), {
    type: 'bundle',
    move: 'loaded',
    digest: 'd1',
    policies: 7,
    note: '1 warnings',
    load,
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
    loaded: [],
    said: ['error: the policy engine failed and was replaced'],
  });
});
