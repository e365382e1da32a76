// Replays that are kept: for their owner alone, a bounded number, and read back only as what was written.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { FlipGroup } from '../../src/decide/replay-groups.ts';
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

test('every list and text of a report is bounded and plain, wherever it stands', async () => {
  using place = workplace();
  const store = openReportStore(place.path);
  const long = `\u202e${'x'.repeat(10_000)}`;
  const [group] = replayReport({}).byAgent;
  const [flip] = group?.examples ?? [];
  assert.ok(group !== undefined && flip !== undefined);
  const many = Array.from({ length: 300 }, () => long);
  const texts = { agent: long, action: long, resource: long, reason: long };
  const example = { ...flip, ...texts, policiesBefore: many, policiesAfter: many, doubts: many };
  const groups: FlipGroup[] = Array.from({ length: 300 }, () => ({ ...group, key: long, examples: [] }));
  groups[0] = { ...group, key: long, examples: [example] };
  const { directory, report } = await store.read(
    store.keep(replayReport({ byPolicy: groups, byAgent: groups, byAction: groups, byDay: groups }), long),
  );
  assert.ok(directory.length <= 300 && !directory.includes('\u202e'));
  for (const list of [report.byPolicy, report.byAgent, report.byAction, report.byDay]) {
    assert.equal(list.length, 100);
    const [kept] = list[0]?.examples ?? [];
    assert.ok(kept !== undefined);
    for (const text of [list[0]?.key ?? long, kept.agent, kept.action, kept.resource, kept.reason])
      assert.equal(text.length, 300);
    for (const told of [kept.policiesBefore, kept.policiesAfter, kept.doubts]) {
      assert.equal(told.length, 100);
      assert.equal(told[0]?.length, 300);
    }
  }
  assert.ok(!JSON.stringify(report).includes('\u202e'));
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
  // A report still, and larger than any that was written here.
  writeFileSync(file(huge), readFileSync(file(huge), 'utf8').padEnd(17 * 1024 * 1024));
  await throwsWithCode('STORE_CORRUPT', () => store.read(huge));
  assert.deepEqual(
    (await store.list()).map(({ id }) => id),
    [good],
  );
  writeFileSync(join(place.path, 'secret.json'), '{}');
  for (const id of ['../secret', 'r_1', '']) await throwsWithCode('REPORT_UNKNOWN', () => store.read(id));
});
