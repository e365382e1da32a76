// What a busy gateway would answer besides its tickets: a day of verdicts, one exchange's story, the bundle, who there is.

import type { Shadow } from '../../console/model/shadow-shapes.ts';
import type * as Shapes from '../../console/model/shapes.ts';
import { at, tickets } from './console-tickets.ts';

const VERDICTS: readonly Shapes.Verdict[] = [
  'ALLOW',
  'ALLOW',
  'ALLOW_LOG',
  'ALLOW',
  'BLOCK',
  'ALLOW',
  'CONSTRAIN',
  'WAIT',
  'ALLOW',
];
const DONE: ReadonlyArray<readonly [action: string, host: string, path: string, reason: string]> = [
  ['http.read', 'docs.example.com', '/guide/install', 'Reading is free.'],
  ['llm.request', 'api.openai.com', '/v1/responses', 'Listed models may be asked.'],
  [
    'payment.refund',
    'api.stripe.com',
    '/v1/refunds',
    'A refund of 4,200.00 USD is more than support may give alone: finance must approve it.',
  ],
  ['email.send', 'api.resend.com', '/emails', 'Mail to other companies waits for a person.'],
  ['repo.push', 'github.com', '/acme/site.git/git-receive-pack', 'A push to the default branch waits for a maintainer.'],
  ['database.read', 'db.example.com', '/sql', 'Reading a listed database is free.'],
];

export function feedEntry(sequence: number, change: Partial<Shapes.FeedEntry> = {}): Shapes.FeedEntry {
  const [action, host, path, reason] = DONE[sequence % DONE.length] ?? ['http.read', '', '', ''];
  const verdict = VERDICTS[sequence % VERDICTS.length] ?? 'ALLOW';
  return {
    sequence,
    time: at((sequence - 1200) * 7),
    type: 'verdict',
    exchange: `x_${sequence}`,
    agent: ['support-bot', 'reporter', 'ops-helper'][sequence % 3] ?? null,
    user: null,
    session: null,
    verdict,
    actions: [action],
    resource: null,
    host,
    method: action.endsWith('read') ? 'GET' : 'POST',
    path,
    reason,
    policies: ['p'],
    ticket: null,
    enforced: true,
    durationMs: verdict === 'BLOCK' ? 2 : 40 + (sequence % 90),
    status: verdict === 'BLOCK' ? 403 : 200,
    result: verdict === 'BLOCK' ? 'refused' : 'sent',
    ...change,
  };
}

export function stats(): Shapes.Stats {
  const buckets = Array.from({ length: 48 }, (_, i) => {
    const busy = 60 + 55 * Math.sin((i - 14) / 7.6) + ((i * 37) % 23);
    const verdicts = {
      ALLOW: Math.round(busy * 4),
      ALLOW_LOG: Math.round(busy),
      CONSTRAIN: (i * 7) % 9,
      WAIT: (i * 5) % 11,
      BLOCK: (i * 11) % 19,
    };
    return {
      at: at((i - 48) * 1800),
      verdicts,
      p50Ms: i > 20 && i < 23 ? null : 1.1 + ((i * 13) % 7) / 10,
      p99Ms: i > 20 && i < 23 ? null : 6 + ((i * 29) % 31) / 4,
    };
  });
  return {
    buckets,
    actions: DONE.map(([action], i) => ({ action, count: 9_400 >> i, blocked: (i * 83) % 240 })),
    agents: ['support-bot', 'reporter', 'ops-helper'].map((agent, i) => ({
      agent,
      count: 7_000 >> i,
      blocked: 90 * i,
      waiting: i,
    })),
  };
}

const REFUND_TEXT = `@id("refund-large")
@reason("A refund of {amount} is more than support may give alone: finance must approve it.")
@verdict("wait")
@approvers("finance")
permit (
  principal in Team::"support",
  action == Action::"payment.refund",
  resource
)
when {
  context.amountKnown && context has amountMinor && context has minorPerMajor &&
  context.amountMinor > 500 * context.minorPerMajor
};`;

export function bundle(): Shapes.Bundle {
  return {
    digest: '9f2c41d07ab3e58844aa10c1f0de7712',
    loadedAt: at(-7200),
    lastError: null,
    policies: [
      {
        id: 'refund-large',
        effect: 'permit',
        verdict: 'WAIT',
        reason: 'A refund of {amount} is more than support may give alone: finance must approve it.',
        text: REFUND_TEXT,
        file: 'payment.cedar',
        line: 21,
        shadow: false,
      },
      {
        id: 'payment-unknown-write',
        effect: 'forbid',
        verdict: 'BLOCK',
        reason: 'Interlock does not know what this call does with money.',
        text: '// Nobody here knows it.\n@id("payment-unknown-write")\nforbid (principal, action == Action::"payment.unknown-write", resource);',
        file: 'payment.cedar',
        line: 66,
        shadow: true,
      },
    ],
  };
}

export function shadow(): Shadow {
  const flip = {
    side: 'policies',
    bundle: '9f2c41d07ab3e588',
    policies: ['payment-unknown-write'],
    action: 'payment.unknown-write',
  } as const;
  return {
    counts: { judged: 4_211, flips: 57, dropped: 3, failed: 0 },
    candidate: {
      policiesDir: '/etc/interlock/next',
      digest: '77aa41d07ab3e588',
      policies: 101,
      error: 'mail.cedar:3:1: error: no end',
    },
    since: at(-86_400),
    flips: [
      {
        ...flip,
        agent: 'support-bot',
        was: 'ALLOW',
        would: 'BLOCK',
        count: 41,
        latest: at(-60),
        exchanges: ['x_1190', 'x_1180', 'x_1170'],
      },
      {
        ...flip,
        side: 'candidate',
        bundle: '77aa41d07ab3e588',
        policies: ['refund-large', 'refund-very-large'],
        action: 'payment.refund',
        agent: 'a-very-long-agent-name-that-has-no-end-and-goes-on-and-on-for-ever',
        was: 'ALLOW',
        would: 'WAIT',
        count: 15,
        latest: at(-600),
        exchanges: ['x_1100'],
      },
      {
        ...flip,
        side: 'candidate',
        policies: [],
        agent: 'reporter',
        was: 'BLOCK',
        would: 'ALLOW_LOG',
        count: 1,
        latest: at(-700),
        exchanges: ['x_9'],
      },
    ],
  };
}

export function story(exchange: string): Shapes.Story {
  const refund = tickets()[0];
  const common = { exchange, previous: 'ab'.repeat(32) };
  const verified = { chain: true, signature: true };
  const entries: Shapes.LedgerEntry[] = [
    {
      sequence: 1190,
      time: at(-120),
      previous: common.previous,
      body: {
        type: 'verdict',
        exchange,
        cause: null,
        agent: 'support-bot',
        user: 'mia',
        session: 's_81f',
        verdict: 'WAIT',
        actions: refund?.actions ?? [],
        substitute: [],
        changed: [],
        bundle: '9f2c41d07ab3e58844aa10c1f0de7712',
        reason: refund?.reason ?? '',
        ticket: 't_refund',
      },
    },
    {
      sequence: 1191,
      time: at(-119),
      previous: common.previous,
      body: { type: 'ticket', exchange, ticket: 't_refund', move: 'opened', by: null, channel: 'proxy', note: '' },
    },
    {
      sequence: 1195,
      time: at(-40),
      previous: common.previous,
      body: { type: 'ticket', exchange, ticket: 't_refund', move: 'approved', by: 'omar', channel: 'slack', note: '1 of 2' },
    },
    {
      sequence: 1199,
      time: at(-10),
      previous: common.previous,
      body: {
        type: 'outcome',
        exchange,
        result: 'sent',
        status: 200,
        durationMs: 412,
        requestBytes: 58,
        responseBytes: 1_204,
        error: null,
      },
    },
  ];
  return {
    exchange,
    entries: entries.map((entry) => ({ entry, verified })),
    policies: bundle()
      .policies.slice(0, 1)
      .map((policy) => ({ ...policy, inForce: true })),
    verified,
  };
}

export function grants(): Shapes.Grant[] {
  return [
    {
      id: 'g_1',
      ticket: 't_old',
      kind: 'scoped',
      agent: 'support-bot',
      session: 's_81f',
      action: 'payment.refund',
      resource: 'Account stripe',
      policies: ['refund-large'],
      by: ['omar'],
      createdAt: at(-60),
      expiresAt: at(540),
      usesLeft: null,
    },
    {
      id: 'g_2',
      ticket: 't_old2',
      kind: 'once',
      agent: 'reporter',
      session: null,
      action: null,
      resource: null,
      policies: ['email-outside'],
      by: ['fay'],
      createdAt: at(-600),
      expiresAt: at(3000),
      usesLeft: 1,
    },
  ];
}

export const agents: readonly Shapes.AgentView[] = [
  { name: 'support-bot', teams: ['support'], user: 'mia', state: 'active', createdAt: at(-900_000) },
  { name: 'reporter', teams: [], user: null, state: 'active', createdAt: at(-400_000) },
  { name: 'old-helper', teams: ['engineering'], user: null, state: 'revoked', createdAt: at(-4_000_000) },
];

export const users: readonly Shapes.UserView[] = [
  { name: 'fay', groups: ['finance', 'operators'], state: 'active', createdAt: at(-900_000) },
  { name: 'omar', groups: ['finance'], state: 'active', createdAt: at(-800_000) },
];
