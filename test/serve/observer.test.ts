// What metrics and the log are told: each exchange once, and nothing that an agent wrote.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import type { Decision } from '../../src/enforce/decision.ts';
import { type ErrorCode, InterlockError } from '../../src/errors.ts';
import type { Sent } from '../../src/forward/relay.ts';
import type { Progress, Recorded } from '../../src/pipeline.ts';
import { createMetrics } from '../../src/serve/metrics.ts';
import { createObserver } from '../../src/serve/observer.ts';
import { decisionOf, handMade, judgementOf, PRINCIPAL, proposalOf } from '../support/exchange.ts';

const SECRET = 's3cret';
const exchange = handMade('POST', `/${SECRET}?key=${SECRET}`, SECRET, { headers: ['Authorization', SECRET] });
const SENT: Sent = {
  result: 'sent',
  status: 200,
  requestBytes: 0,
  responseBytes: 0,
  requestDigest: null,
  responseDigest: null,
  error: null,
};

function watched() {
  const lines: string[] = [];
  const left: number[] = [];
  const metrics = createMetrics();
  const log = pino({ level: 'debug', base: null }, { write: (line: string) => void lines.push(line) });
  const said = (): unknown[] => lines.map((line) => JSON.parse(line));
  return {
    observer: createObserver({ metrics, log, statistics: { leaving: (ms) => void left.push(ms) } }),
    metrics,
    lines,
    said,
    left,
  };
}

function recordedOf(decision: Decision, mustWait = false): Recorded {
  return { decision, entry: '12', ticket: null, mustWait, plan: null, scoped: false };
}

function progressOf(parts: Partial<Progress> = {}): Progress {
  return { principal: PRINCIPAL, proposal: null, recorded: null, finished: false, ...parts };
}

test('every verdict is counted, and told by a line unless it is a plain ALLOW', async () => {
  const { observer, metrics, lines } = watched();
  const proposal = proposalOf(exchange);
  observer.decided(exchange, PRINCIPAL, decisionOf('ALLOW', proposal), 1);
  assert.deepEqual(lines, []);
  observer.decided(exchange, PRINCIPAL, decisionOf('BLOCK', proposal), 1);
  assert.match(
    lines.join(),
    /"exchange":"x1","agent":"bot","session":"s1","action":"http\.write","host":"github\.com","verdict":"BLOCK","policies":\["p1"\]/,
  );
  const text = await metrics.render();
  assert.match(text, /interlock_requests_total\{verdict="ALLOW",action="http\.write"\} 1/);
  assert.match(text, /interlock_requests_total\{verdict="BLOCK",action="http\.write"\} 1/);
  assert.match(text, /interlock_decision_seconds_sum 0\.002/);
});

test('of several actions the one that made the verdict is named', async () => {
  const { observer, metrics } = watched();
  const action = proposalOf(exchange).actions[0];
  assert.ok(action !== undefined);
  const proposal = proposalOf(exchange, { actions: [action, { ...action, name: 'email.send' }] });
  const judged = judgementOf('BLOCK', proposal);
  const actions = judged.actions.map((one, i) => ({ ...one, verdict: i === 0 ? ('ALLOW' as const) : ('BLOCK' as const) }));
  observer.decided(exchange, PRINCIPAL, decisionOf('BLOCK', proposal, { judgement: { ...judged, actions } }), 1);
  assert.match(await metrics.render(), /verdict="BLOCK",action="email\.send"\} 1/);
});

test("people's time is not the proxy's latency", async () => {
  const { observer, metrics } = watched();
  const decision = decisionOf('WAIT', proposalOf(exchange));
  observer.leaving(exchange, recordedOf(decision, true));
  assert.match(await metrics.render(), /interlock_added_latency_seconds_count 0/);
  observer.leaving(exchange, recordedOf(decision, false));
  assert.match(await metrics.render(), /interlock_added_latency_seconds_count 1/);
});

test('an upstream that failed is told with the entry, one that answered is not', () => {
  const { observer, lines } = watched();
  const recorded = recordedOf(decisionOf('ALLOW', proposalOf(exchange)));
  observer.finished(exchange, recorded, SENT);
  assert.deepEqual(lines, []);
  observer.finished(exchange, recorded, { ...SENT, error: new InterlockError('UPSTREAM_CLOSED', 'gone') });
  assert.match(lines.join(), /"entry":"12","code":"UPSTREAM_CLOSED"/);
});

test('a refusal is counted by its code, but for a BLOCK that was told when it was decided', async () => {
  const { observer, metrics, lines } = watched();
  const recorded = recordedOf(decisionOf('BLOCK', proposalOf(exchange)));
  observer.refused(exchange, progressOf({ recorded }), new InterlockError('POLICY_BLOCKED', 'no'));
  assert.deepEqual(lines, []);
  const codes: ErrorCode[] = ['IDENTITY_REQUIRED', 'RECORD_FAILED', 'TICKET_PENDING'];
  for (const code of codes) observer.refused(exchange, progressOf({ principal: null }), new InterlockError(code, 'no'));
  assert.equal(lines.length, 3);
  const text = await metrics.render();
  for (const code of codes) assert.ok(text.includes(`interlock_refusals_total{code="${code}"} 1`), code);
  assert.doesNotMatch(text, /POLICY_BLOCKED/);
});

test('no path, query, field, body or message of an agent reaches the log', () => {
  const { observer, said } = watched();
  const decision = decisionOf('WAIT', proposalOf(exchange), { reason: SECRET });
  observer.decided(exchange, PRINCIPAL, decision, 1);
  observer.refused(exchange, progressOf({ recorded: recordedOf(decision) }), new InterlockError('CLASSIFY_FAILED', SECRET));
  assert.equal(said().length, 2);
  assert.doesNotMatch(JSON.stringify(said()), new RegExp(SECRET));
});
