// A replay's report for the tests of what keeps and shows one.

import type { ReplayReport } from '../../src/decide/replay.ts';

export function replayReport(change: Partial<ReplayReport>): ReplayReport {
  const counts = { ALLOW: 1, ALLOW_LOG: 0, CONSTRAIN: 0, WAIT: 1, BLOCK: 0 };
  const flip = {
    entry: 7,
    time: '2026-01-01T00:00:00.000Z',
    agent: 'bot',
    action: 'payment.refund',
    resource: 'Account::<script>x',
    from: 'ALLOW',
    to: 'WAIT',
    policiesBefore: ['refund-small'],
    policiesAfter: ['refund-large'],
    reason: 'large',
    cause: 'candidate',
    doubts: [],
  } as const;
  const group = { key: 'bot', flips: 1, moves: { 'ALLOW → WAIT': 1 }, examples: [flip] };
  return {
    candidate: 'c'.repeat(64),
    inForce: null,
    judged: 2,
    skipped: 0,
    flips: 1,
    flipsOfCandidate: 1,
    otherPolicies: 0,
    doubtful: 0,
    before: counts,
    after: counts,
    byPolicy: [group],
    byAgent: [group],
    byAction: [group],
    byDay: [group],
    since: null,
    until: null,
    ...change,
  };
}
