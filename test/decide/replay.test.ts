// Recorded verdicts asked again: what flips, why, under what it is counted, and that memory of it is bounded.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Action } from '../../src/classify/action.ts';
import type { ActionJudgement, Judgement, Verdict } from '../../src/decide/judgement.ts';
import { createReplay, type ReplayedEntry } from '../../src/decide/replay.ts';
import { combine } from '../../src/decide/ruling.ts';
import type { Principal } from '../../src/identify/principal.ts';

type Rule = (principal: Principal, action: Action) => readonly [Verdict, ...string[]];

function saying(bundle: string, rule: Rule) {
  return {
    bundle,
    judge: (principal: Principal, actions: readonly Action[]): Judgement =>
      combine(
        bundle,
        actions.map((action): ActionJudgement => {
          const [verdict, ...policies] = rule(principal, action);
          return { action, verdict, policies, constraints: [], waits: [], offers: [], reason: `it is ${verdict}`, errors: [] };
        }),
      ),
  };
}

function entry(
  number: number,
  verdict: Verdict,
  changes: { agent?: string | null; doubts?: string[]; facts?: object } = {},
): ReplayedEntry {
  const { agent = 'bot', doubts = [], facts = {} } = changes;
  const action: Action = {
    name: 'payment.refund',
    resource: { type: 'Account', id: 'a' },
    parents: [],
    facts: { amountMinor: number, ...facts },
  };
  const recorded = { agent, user: null, session: 's1', verdict, policies: ['old'], questions: [{ action, doubts }] };
  return { entry: number, time: `2026-11-2${number % 3}T08:00:00.000Z`, recorded, verdicts: [verdict] };
}

const ALLOWING: Rule = () => ['ALLOW', 'old'];

test('what flips is told with both verdicts, its policies and its cause, and counted by policy, agent, action and day', () => {
  const replay = createReplay({
    candidate: saying('new', (_, { facts }) => (Number(facts['amountMinor']) > 2 ? ['WAIT', 'ceiling'] : ['ALLOW', 'old'])),
    inForce: saying('now', (_, { facts }) => (facts['amountMinor'] === 4 ? ['BLOCK', 'other'] : ['ALLOW', 'old'])),
    teamsOf: () => [],
  });
  for (const number of [1, 2, 3, 4])
    replay.add(entry(number, 'ALLOW', number === 4 ? { agent: 'ops', doubts: ['was cut'] } : {}));
  replay.leaveOut();
  const report = replay.report();
  assert.deepEqual(
    [report.judged, report.skipped, report.flips, report.flipsOfCandidate, report.doubtful, report.otherPolicies],
    [4, 1, 2, 1, 1, 0],
  );
  assert.deepEqual([report.before.ALLOW, report.after.ALLOW, report.after.WAIT], [4, 2, 2]);
  assert.deepEqual(
    [report.candidate, report.inForce, report.since, report.until],
    ['new', 'now', entry(1, 'ALLOW').time, entry(4, 'ALLOW').time],
  );
  const [group] = report.byPolicy;
  assert.deepEqual([group?.key, group?.flips, group?.moves], ['ceiling', 2, { 'ALLOW → WAIT': 2 }]);
  assert.deepEqual(
    group?.examples.map((flip) => [
      flip.entry,
      flip.cause,
      flip.from,
      flip.to,
      flip.policiesBefore,
      flip.policiesAfter,
      flip.doubts,
    ]),
    [
      [3, 'candidate', 'ALLOW', 'WAIT', ['old'], ['ceiling'], []],
      [4, 'elsewhere', 'ALLOW', 'WAIT', ['old'], ['ceiling'], ['was cut']],
    ],
  );
  assert.deepEqual(report.byAgent.map(({ key }) => key).toSorted(), ['bot', 'ops']);
  assert.deepEqual(
    report.byDay.map(({ key }) => key),
    ['2026-11-20', '2026-11-21'],
  );
});

test('without a bundle in force the cause is unknown; a default deny has a name of its own', () => {
  const replay = createReplay({ candidate: saying('new', () => ['BLOCK']), inForce: null, teamsOf: () => [] });
  replay.add(entry(1, 'ALLOW'));
  const { byPolicy, flipsOfCandidate } = replay.report();
  assert.deepEqual(
    [byPolicy[0]?.key, byPolicy[0]?.examples[0]?.cause, flipsOfCandidate],
    ['(no policy permits it)', 'unknown', 0],
  );
});

test('the same verdict by other policies is no flip, and nobody asked is nothing to judge', () => {
  const replay = createReplay({ candidate: saying('new', () => ['ALLOW', 'fresh']), inForce: null, teamsOf: () => [] });
  replay.add(entry(1, 'ALLOW'));
  replay.add(entry(2, 'ALLOW', { agent: null }));
  const { flips, otherPolicies, judged, skipped } = replay.report();
  assert.deepEqual([flips, otherPolicies, judged, skipped], [0, 1, 1, 1]);
});

test("the agent's teams are asked for", () => {
  const asked: unknown[] = [];
  const rule: Rule = (principal, action) => {
    asked.push([principal.agent, principal.teams, principal.session, action.name]);
    return ['ALLOW'];
  };
  const replay = createReplay({ candidate: saying('new', rule), inForce: null, teamsOf: (agent) => [`team-of-${agent}`] });
  replay.add(entry(1, 'ALLOW'));
  assert.deepEqual(asked, [['bot', ['team-of-bot'], 's1', 'payment.refund']]);
});

test('groups and their examples are bounded', () => {
  const replay = createReplay({
    candidate: saying('new', () => ['BLOCK', 'p']),
    inForce: saying('now', ALLOWING),
    teamsOf: () => [],
  });
  for (let number = 0; number < 1_500; number += 1) replay.add(entry(number, 'ALLOW', { agent: `agent-${number}` }));
  const { byAgent, byPolicy } = replay.report();
  assert.equal(byAgent.length, 1_001);
  assert.deepEqual([byAgent[0]?.key, byAgent[0]?.flips, byPolicy[0]?.examples.length], ['(others)', 500, 5]);
});
