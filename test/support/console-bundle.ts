// The bundle's other pages as the API tells them: a history with its differences, findings, and what cases and traffic show.

import type { BundleDiff, BundleMove, Coverage, Findings, HistoryPage, KeptBundle } from '../../console/model/bundle-shapes.ts';
import { at, HOSTILE } from './console-tickets.ts';

export const DIGESTS = {
  now: '9f2c41d07ab3e58844aa10c1f0de7712'.padEnd(64, '0'),
  before: '11aa0c5fd38e7722'.padEnd(64, '1'),
  first: '77bb0c5fd38e7722'.padEnd(64, '2'),
} as const;

const none = { count: 0, ids: [] };

function move(sequence: number, change: Partial<BundleMove>): BundleMove {
  return {
    sequence,
    at: at(-7_200),
    move: 'loaded',
    digest: DIGESTS.now,
    policies: 94,
    note: '94 policies, 0 warnings',
    kept: true,
    load: {
      cause: 'promote',
      user: 'olga',
      osUser: 'ada',
      fileOwner: 'ada',
      reason: 'refunds above 500 wait',
      directory: '/etc/interlock/policies',
      git: { commit: 'a1b2c3d4e5f6'.padEnd(40, '0'), branch: 'main', dirty: false },
      previous: DIGESTS.before,
      changes: {
        added: { count: 1, ids: ['refund-large'] },
        changed: { count: 2, ids: ['a', 'b'] },
        removed: none,
        files: ['entities.json'],
      },
    },
    ...change,
  };
}

export function historyPage(before: number | null): HistoryPage {
  const inForce = DIGESTS.now;
  if (before === null) {
    const rejected = move(1_100, {
      at: at(-9_000),
      move: 'rejected',
      digest: null,
      kept: false,
      load: null,
      note: 'payment.cedar:22:3: error: unknown annotation @veridct',
    });
    return { inForce, moves: [move(1_200, {}), rejected], next: 1_100 };
  }
  const load = move(0, {}).load;
  const changed = load === null ? null : { ...load, cause: 'file-change' as const, user: null, osUser: null, reason: '' };
  return {
    inForce,
    moves: [
      move(900, {
        at: at(-90_000),
        digest: DIGESTS.before,
        note: '',
        load:
          changed === null ? null : { ...changed, git: { commit: null, branch: 'main', dirty: true }, previous: DIGESTS.first },
        kept: false,
      }),
      move(3, { at: at(-400_000), digest: DIGESTS.first, load: null, kept: false }),
    ],
    next: null,
  };
}

export function keptBundle(): KeptBundle {
  const cedar = (id: string, why: string): string => `// ${why}
@id("${id}")
@reason("A refund of {amount} is more than support may give alone: finance must approve it.")
permit (principal in Team::"support", action == Action::"payment.refund", resource)
when { context.amountMinor > 500 };
`;
  return {
    digest: DIGESTS.now,
    inForce: true,
    policies: [
      { id: 'refund-large', file: 'payment.cedar', line: 2 },
      { id: 'refund-rest', file: 'payment.cedar', line: 8 },
    ],
    files: [
      { name: 'schema.cedarschema', text: Array.from({ length: 4_500 }, (_, i) => `entity E${i + 1};`).join('\n') },
      { name: 'entities.json', text: '[{ "uid": { "type": "Team", "id": "support" } }]\n' },
      // What a comment could hide in the text that people review.
      { name: 'payment.cedar', text: `${cedar('refund-large', HOSTILE)}\n${cedar('refund-rest', 'the rest')}` },
    ],
    cases: [
      { name: 'cases/payment.yaml', text: '# cases\n- case: a refund of 600 waits\n  verdict: "WAIT"\n' },
      { name: 'cases/none.yaml', text: '' },
    ],
  };
}

export function diff(): BundleDiff {
  return {
    from: DIGESTS.before,
    to: DIGESTS.now,
    policies: [
      {
        id: 'refund-large',
        change: 'changed',
        file: 'payment.cedar',
        diff: `@@ -1,9 +1,10 @@
 @id("refund-large")
-@reason("Large refunds wait.")
+@reason("A refund of {amount} is more than support may give alone: finance must approve it.")
+@verdict("wait")
 @approvers("finance")
 permit (
   principal in Team::"support",
@@ -14,2 +15,2 @@
-  context.amountMinor > 1000 * context.minorPerMajor
+  context.amountMinor > 500 * context.minorPerMajor
 };
`,
      },
      {
        id: 'mail-press',
        change: 'removed',
        file: 'mail.cedar',
        diff: '@@ -1,2 +0,0 @@\n-@id("mail-press")\n-permit (principal, action, resource);\n',
      },
    ],
    omitted: 0,
    files: [{ name: 'entities.json', change: 'changed', diff: `@@ -3,1 +3,1 @@\n-  "old"\n+  "${HOSTILE}"\n` }],
    rearranged: ['dns.cedar'],
    cases: [{ name: 'cases/payment.yaml', change: 'added', diff: '@@ -0,0 +1,1 @@\n+- case: a refund of 600 waits\n' }],
  };
}

export function findings(): Findings {
  return {
    digest: DIGESTS.now,
    state: 'ready',
    problem: null,
    cases: 177,
    failed: 1,
    omitted: 0,
    findings: [
      {
        file: 'cases/payment.yaml',
        line: 12,
        column: 3,
        severity: 'error',
        rule: 'case',
        message: 'a refund of 600 waits: the verdict is ALLOW, expected WAIT',
        fix: '',
        policy: null,
      },
      {
        file: 'payment.cedar',
        line: 30,
        column: 1,
        severity: 'warning',
        rule: 'dead-policy',
        message: 'refund-large asks for a scope that no action can meet. This is told by comparing texts and is not a proof.',
        fix: 'take it out, or widen its scope',
        policy: 'refund-large',
      },
    ],
  };
}

export function coverage(): Coverage {
  return {
    digest: DIGESTS.now,
    state: 'ready',
    problem: null,
    cases: 177,
    coverage: {
      policies: 2,
      decided: 1,
      percent: 50,
      files: [
        { file: 'mail.cedar', policies: 1, decided: 1, percent: 100, undecided: [] },
        { file: 'payment.cedar', policies: 1, decided: 0, percent: 0, undecided: [{ id: 'refund-large', line: 21 }] },
      ],
    },
    live: [{ id: 'refund-large', count: 1_204 }],
  };
}
