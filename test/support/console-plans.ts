// Plans as the API tells them: one under way, one that waits, one rejected, and more than fit a page.

import type { PlanStep, PlanSummary, PlanView } from '../../console/model/plan-shapes.ts';
import { at, HOSTILE } from './console-tickets.ts';

const host = { host: 'api.stripe.com', method: 'POST', path: '/v1/refunds', inspected: true };

export function planStep(step: number, change: Partial<PlanStep> = {}): PlanStep {
  return {
    step,
    title: '',
    text: '',
    group: step,
    optional: false,
    times: 1,
    exact: false,
    next: false,
    verdict: 'ALLOW',
    policies: ['payment-read'],
    reason: 'Reading is free.',
    waits: [],
    patterns: [
      {
        action: 'payment.read',
        resource: { type: 'Account', id: 'stripe' },
        facts: { ...host, method: 'GET', path: '/v1/charges/ch_1' },
        bounds: {},
      },
    ],
    uses: [],
    ...change,
  };
}

const refund = {
  verdict: 'WAIT',
  policies: ['refund-large'],
  reason: 'A refund of more than support may give alone: finance must approve it.',
  waits: [{ policy: 'refund-large', reason: 'large', approvers: ['finance'], quorum: 1 }],
  patterns: [
    {
      action: 'payment.refund',
      resource: { type: 'Account', id: 'stripe' },
      facts: { ...host, currency: 'USD', minorPerMajor: 100, amountKnown: true, counterparty: 'ch_1' },
      bounds: { amountMinor: { atMost: 50_000 } },
    },
  ],
} as const;

const mail = {
  policies: ['mail-own-domains'],
  reason: 'Mail to own domains is free.',
  patterns: [
    {
      action: 'email.send',
      resource: { type: 'Mailbox', id: 'support@example.com' },
      facts: { ...host, host: 'api.resend.com', path: '/emails', sender: 'support@example.com', recipientsKnown: true },
      bounds: { recipients: { within: ['ana@example.com', 'li@example.com'] }, subject: { any: true } },
    },
  ],
} as const;

function plan(change: Partial<PlanView>): PlanView {
  return {
    id: 'p_aaaaaaaaaaaaaaaaaaaaaaaaaa',
    agent: 'support-bot',
    user: 'ada',
    session: 's_81f',
    title: 'Refund order 17 and tell the customer',
    state: 'accepted',
    lifetimeSeconds: 3_600,
    createdAt: at(-400),
    expiresAt: at(2_900),
    ticket: 't_refund',
    endedBy: null,
    note: '',
    mayRevoke: true,
    steps: [
      planStep(1, {
        title: 'look up the charge',
        exact: true,
        uses: [{ exchange: 'x_5f2c9a', at: at(-90), fate: 'confirmed' }],
      }),
      planStep(2, { title: 'give the money back', next: true, ...refund }),
      planStep(3, { title: 'tell the customer', group: 3, ...mail }),
      planStep(4, { title: 'note it in the wiki', group: 3, optional: true, times: 3 }),
    ],
    approvals: [{ user: 'fiona', at: at(-300), channel: 'console', policies: ['refund-large'] }],
    moves: [
      { sequence: 1_100, move: 'proposed', step: null, exchange: null, by: null, channel: 'proxy', at: at(-400), note: '' },
      { sequence: 1_120, move: 'approved', step: null, exchange: null, by: 'fiona', channel: 'console', at: at(-300), note: '' },
      { sequence: 1_121, move: 'accepted', step: null, exchange: null, by: null, channel: 'console', at: at(-300), note: '' },
      { sequence: 1_180, move: 'consumed', step: 1, exchange: 'x_5f2c9a', by: null, channel: 'proxy', at: at(-90), note: '' },
    ],
    ...change,
  };
}

export function plans(): PlanView[] {
  const named = [
    plan({}),
    plan({
      id: 'p_bbbbbbbbbbbbbbbbbbbbbbbbbb',
      title: HOSTILE,
      agent: 'ops-helper',
      state: 'waiting',
      createdAt: at(-500),
      steps: [planStep(1, refund)],
      approvals: [],
      mayRevoke: false,
    }),
    plan({
      id: 'p_cccccccccccccccccccccccccc',
      title: 'Empty the archive',
      state: 'rejected',
      createdAt: at(-600),
      ticket: null,
      mayRevoke: false,
      steps: [
        planStep(1),
        planStep(2, { verdict: 'BLOCK', policies: ['archive-kept'], reason: 'The archive is kept for ten years.' }),
      ],
      approvals: [],
    }),
    plan({
      id: 'p_dddddddddddddddddddddddddd',
      title: 'Pay the invoice',
      state: 'expired',
      createdAt: at(-7_000),
      mayRevoke: false,
      steps: [
        planStep(1, { ...refund, uses: [{ exchange: 'x_2', at: at(-6_000), fate: 'unknown' }] }),
        planStep(2, { uses: [{ exchange: 'x_3', at: at(-6_000), fate: 'refused' }] }),
        planStep(3),
      ],
    }),
  ];
  const older = Array.from({ length: 60 }, (_, i) =>
    plan({
      id: `p_${String.fromCharCode(97 + (i % 26), 97 + Math.floor(i / 26)).padEnd(26, 'z')}`,
      title: `Nightly report ${i + 1}`,
      agent: 'reporter',
      state: 'completed',
      createdAt: at(-86_400 - i * 60),
      mayRevoke: false,
    }),
  );
  return [...named, ...older];
}

export function summaryOf(plan: PlanView): PlanSummary {
  const { steps, approvals: _approvals, moves: _moves, ...rest } = plan;
  return {
    ...rest,
    steps: steps.length,
    taken: steps.filter((step) => step.uses.length > 0).length,
    next: steps.filter((step) => step.next).map((step) => step.step),
    unknown: steps.some((step) => step.uses.some((use) => use.fate === 'unknown')),
  };
}
