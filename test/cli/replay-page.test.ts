// The report's page: whatever agents and directories are called, it holds no markup of theirs, and it stays of a size that opens.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barChart } from '../../src/cli/replay-charts.ts';
import { replayPage } from '../../src/cli/replay-page.ts';
import { replayReport } from '../rollout/replay-report.ts';

const HOSTILE = '"><img src=x onerror=alert(1)>\u202e';

// INVARIANT: no text of theirs is markup, wherever it stands, and the page loads and runs nothing (threat D4).
test('markup and turned text are shown, in every place where a name can stand', () => {
  const [group] = replayReport({}).byAgent;
  const [flip] = group?.examples ?? [];
  assert.ok(group !== undefined && flip !== undefined);
  const texts = { agent: HOSTILE, action: HOSTILE, resource: HOSTILE, reason: HOSTILE, doubts: [HOSTILE], time: HOSTILE };
  const hostile = { key: HOSTILE, flips: 1, moves: { [HOSTILE]: 1 }, examples: [{ ...flip, ...texts }] };
  const groups = { byPolicy: [hostile], byAgent: [hostile], byAction: [hostile], byDay: [hostile, hostile] };
  const page = replayPage(replayReport({ ...groups, candidate: HOSTILE, since: HOSTILE, until: HOSTILE, flips: 1 }), HOSTILE);
  assert.ok(!page.includes('<img') && !page.includes('\u202e'));
  assert.ok(!/<(?:script|iframe|object|link|base|form)\b/i.test(page));
  assert.match(page, /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">/);
  assert.ok(page.split('&lt;img src=x').length > 20);
});

test('a chart has the ten longest bars, and is as high as they need', () => {
  const chart = barChart(Array.from({ length: 12 }, (_, i) => ({ label: `agent-${i}`, value: 12 - i })));
  assert.equal(chart.match(/<rect class="bar"/g)?.length, 10);
  assert.match(chart, /viewBox="0 0 720 260"/);
  assert.doesNotMatch(chart, /agent-10|agent-11/);
});

test('of many groups the first are shown, and the others counted', () => {
  const [group] = replayReport({}).byAgent;
  assert.ok(group !== undefined);
  const byAgent = Array.from({ length: 1_000 }, (_, i) => ({ ...group, key: `agent-${i}-${'x'.repeat(10_000)}` }));
  const page = replayPage(replayReport({ byAgent }), 'next');
  assert.match(page, /and 975 more/);
  assert.ok(page.length < 100_000);
});
