// `interlock policy replay`: recorded traffic against a candidate, in words, as JSON, and as a page that runs nothing.

import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openReportStore } from '../../src/rollout/report-store.ts';
import type { Entry, EntryBody } from '../../src/record/entry.ts';
import { configFile } from '../config/config-file.ts';
import { verdictOf } from '../record/sample-bodies.ts';
import { fakeCli } from './fake-cli.ts';

const STARTER = fileURLToPath(new URL('../../policies', import.meta.url));
const DAY_MS = 86_400_000;
/** What an agent can name. */
const MARKUP = '<script>alert(1)</script>';

function refund(amountMinor: number, account: string): EntryBody {
  const facts = { host: 'api.stripe.com', method: 'POST', path: '/v1/refunds', inspected: true, amountKnown: true, amountMinor };
  return verdictOf('x', {
    agent: 'bot',
    policies: ['refund-small'],
    actions: [
      {
        action: 'payment.refund',
        resource: { type: 'Account', id: account },
        verdict: 'ALLOW',
        policies: ['refund-small'],
        facts: { ...facts, currency: 'USD', currencySource: 'request', counterparty: 'ch_1', minorPerMajor: 100 },
      },
    ],
  });
}

/** Entry 0 is of ten days ago, the others of an hour ago. */
function entriesOf(bodies: readonly EntryBody[]): Entry[] {
  return bodies.map((body, sequence) => ({
    version: 1,
    sequence,
    time: new Date(Date.now() - (sequence === 0 ? 10 * DAY_MS : 3_600_000)).toISOString(),
    previous: '',
    body,
  }));
}

function desk() {
  const file = configFile(`policiesDir: ${STARTER}`);
  const it = fakeCli({ cwd: file.folder });
  it.operator.agents.push({ name: 'bot', teams: ['support'], user: null, state: 'active', createdAt: '', generation: 1 });
  it.operator.entries = entriesOf([
    refund(40_000, 'old'),
    refund(40_000, MARKUP),
    refund(1_000, 'small'),
    { type: 'stop', version: '0', syncedSize: 3, note: '' },
    verdictOf('y', { code: 'AUTHORITY_MISMATCH', verdict: 'BLOCK' }),
  ]);
  const candidate = join(file.folder, 'candidate');
  cpSync(STARTER, candidate, { recursive: true });
  const payment = join(candidate, 'payment.cedar');
  writeFileSync(payment, readFileSync(payment, 'utf8').replaceAll('500 * context.minorPerMajor', '300 * context.minorPerMajor'));
  const run = (...args: string[]) => it.run('policy', 'replay', '--config', file.file, ...args);
  return { it, run, folder: file.folder, [Symbol.dispose]: () => file[Symbol.dispose]() };
}

test('a lower ceiling flips the refunds above it, and nothing else', async () => {
  using on = desk();
  assert.equal(await on.run('--with', 'candidate', '--json'), 0, on.it.err());
  const report = Object(on.it.json());
  assert.deepEqual([report.judged, report.skipped, report.flips, report.flipsOfCandidate], [3, 1, 2, 2]);
  assert.deepEqual([report.byPolicy[0].key, report.byPolicy[0].moves], ['refund-large', { 'ALLOW → WAIT': 2 }]);
});

test('--keep keeps the report where the console finds it, with nothing of theirs but plain text', async () => {
  using on = desk();
  assert.equal(await on.run('--with', 'candidate', '--keep', '--json'), 0, on.it.err());
  const { kept, flips } = Object(on.it.json());
  const store = openReportStore(join(on.folder, 'data'));
  const report = await store.read(kept);
  assert.deepEqual([report.directory, report.report.flips, report.report.judged], ['candidate', flips, 3]);
  assert.equal((await store.list()).length, 1);
});

test('--since leaves out what is older, --fail-on-flips ends with 1, and a page is written that holds no markup of theirs', async () => {
  using on = desk();
  assert.equal(await on.run('--with', 'candidate', '--since', '7d', '--html', 'r.html', '--fail-on-flips'), 1);
  assert.match(on.it.out(), /2 verdicts judged again/);
  assert.match(on.it.out(), /1 come out otherwise; 1 of them because of the candidate/);
  assert.match(on.it.out(), /payment\.refund {2}Account::<script>.* {2}ALLOW → WAIT {2}refund-large/);
  const page = readFileSync(join(on.folder, 'r.html'), 'utf8');
  assert.match(page, /default-src 'none'/);
  assert.match(page, /Account::&lt;script&gt;alert/);
  assert.doesNotMatch(page, /<script/);
  assert.match(page, /WAIT 1/);
});

test('the bundle in force flips nothing; a candidate that does not load is refused with its findings', async () => {
  using on = desk();
  assert.equal(await on.run('--with', STARTER, '--fail-on-flips'), 0, on.it.out());
  assert.match(on.it.out(), /Not one comes out otherwise/);
  using broken = desk();
  writeFileSync(join(broken.folder, 'candidate', 'broken.cedar'), 'permit (');
  assert.equal(await broken.run('--with', 'candidate'), 1);
  assert.match(broken.it.err(), /broken\.cedar:1:/);
  using wrong = desk();
  assert.equal(await wrong.run('--with', 'candidate', '--since', 'soon'), 2);
  assert.match(wrong.it.err(), /7d, 24h or 30m/);
});
