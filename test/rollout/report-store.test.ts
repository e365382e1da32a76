// Replays that are kept: for their owner alone, a bounded number, and read back only as what was written.

import assert from 'node:assert/strict';
import { readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openReportStore } from '../../src/rollout/report-store.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { replayReport } from './replay-report.ts';
import { workplace } from './whole-bundle.ts';

test('the newest are listed first, the oldest go, and only their owner may read them', async () => {
  using place = workplace();
  let now = Date.UTC(2026, 0, 1);
  const store = openReportStore(place.path, { maxKept: 2, nowMs: () => (now += 1_000) });
  assert.deepEqual(await store.list(), []);
  const ids = [1, 2, 3].map((flips) => store.keep(replayReport({ flips }), 'next'));
  assert.deepEqual(
    (await store.list()).map(({ id, report }) => [id, report.flips]),
    [
      [ids[2], 3],
      [ids[1], 2],
    ],
  );
  await throwsWithCode('REPORT_UNKNOWN', () => store.read(ids[0] ?? ''));
  const folder = join(place.path, 'reports');
  assert.deepEqual(
    readdirSync(folder).map((name) => (statSync(join(folder, name)).mode & 0o777).toString(8)),
    ['600', '600'],
  );
});

test('texts of agents are kept plain and short, and many groups are cut', async () => {
  using place = workplace();
  const store = openReportStore(place.path);
  const [group] = replayReport({}).byAgent;
  assert.ok(group !== undefined);
  const byAgent = Array.from({ length: 300 }, (_, i) => ({ ...group, key: `${i}\u202e${'x'.repeat(10_000)}` }));
  const { report } = await store.read(store.keep(replayReport({ byAgent }), '/next\u0000'));
  assert.equal(report.byAgent.length, 100);
  const text = JSON.stringify(report);
  assert.ok(text.length < 100_000 && !text.includes('\u202e'));
});

test('an id is no path; what was changed is refused, and does not keep the others from being listed', async () => {
  using place = workplace();
  const store = openReportStore(place.path);
  const [good, bad, huge] = [1, 2, 3].map(() => store.keep(replayReport({}), 'next'));
  assert.ok(good !== undefined && bad !== undefined && huge !== undefined);
  const file = (id: string) => join(place.path, 'reports', `${id}.json`);
  for (const wrong of ['{', '[]', '{"version":1}', JSON.stringify({ ...(await store.read(good)) })]) {
    writeFileSync(file(bad), wrong);
    await throwsWithCode('STORE_CORRUPT', () => store.read(bad));
  }
  truncateSync(file(huge), 20 * 1024 * 1024);
  await throwsWithCode('STORE_CORRUPT', () => store.read(huge));
  assert.deepEqual(
    (await store.list()).map(({ id }) => id),
    [good],
  );
  writeFileSync(join(place.path, 'secret.json'), '{}');
  for (const id of ['../secret', 'r_1', '']) await throwsWithCode('REPORT_UNKNOWN', () => store.read(id));
});
