// A replay that was kept, as the API tells it, with what an agent could have named.

import type { Report, ReportFlip, ReportGroup } from '../../console/model/report-shapes.ts';
import { at, HOSTILE } from './console-tickets.ts';

const flip = (entry: number, change: Partial<ReportFlip> = {}): ReportFlip => ({
  entry,
  time: at(-entry * 60),
  agent: 'support-bot',
  action: 'payment.refund',
  resource: `Account::${HOSTILE}`,
  from: 'ALLOW',
  to: 'WAIT',
  reason: 'A refund of 400.00 USD is more than support may give alone.',
  cause: 'candidate',
  doubts: [],
  ...change,
});

const group = (key: string, flips: number, examples: readonly ReportFlip[]): ReportGroup => ({
  key,
  flips,
  moves: { 'ALLOW → WAIT': flips - 1, 'ALLOW → BLOCK': 1 },
  examples,
});

const elsewhere = flip(42, { to: 'BLOCK', cause: 'elsewhere', doubts: ['counterparty is erased'] });

export const kept: Report = {
  id: 'r_20260101000000_0123abcd',
  at: at(-3_600),
  directory: './candidate',
  report: {
    candidate: '77aa41d07ab3e588'.padEnd(64, '0'),
    judged: 60_412,
    skipped: 88,
    flips: 1_530,
    flipsOfCandidate: 1_512,
    doubtful: 3,
    since: at(-7 * 86_400),
    until: at(-3_600),
    before: { ALLOW: 48_000, ALLOW_LOG: 6_000, CONSTRAIN: 912, WAIT: 2_500, BLOCK: 3_000 },
    after: { ALLOW: 46_500, ALLOW_LOG: 6_000, CONSTRAIN: 912, WAIT: 3_970, BLOCK: 3_030 },
    byPolicy: [group('refund-large', 1_500, [flip(41), elsewhere]), group('refund-unknown-amount', 30, [elsewhere])],
    byAgent: [
      group('support-bot', 1_400, [flip(41)]),
      group('a-very-long-agent-name-that-has-no-end-and-goes-on', 130, [elsewhere]),
    ],
    byAction: [group('payment.refund', 1_530, [flip(41)])],
    byDay: [group('2026-01-01', 900, [flip(41)]), group('2026-01-02', 630, [elsewhere])],
  },
};
