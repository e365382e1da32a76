// Judging beside the traffic: flips are recorded, nothing waits, and what is too much is dropped and counted.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelToolCall } from '../../src/classify/tool-call.ts';
import type { Judgement } from '../../src/decide/judgement.ts';
import type { ShadowSide } from '../../src/decide/shadow-side.ts';
import type { ShadowBody } from '../../src/record/entry.ts';
import { createShadowDesk } from '../../src/rollout/shadow-desk.ts';
import { judgeOf, policy, principal, request } from '../decide/bundle-fixture.ts';
import { NO_BUDGETS } from '../support/exchange.ts';
import { REFUND } from '../support/tool-bundle.ts';

const ALLOWED = judgeOf({ policies: policy('a', 'permit(principal, action, resource);') }).judge(principal(), [
  request('http.read'),
]);
const BLOCKED: Judgement = {
  ...ALLOWED,
  verdict: 'BLOCK',
  policies: ['b'],
  actions: ALLOWED.actions.map((action) => ({ ...action, verdict: 'BLOCK', policies: ['b'] })),
};
const NOTHING: ShadowSide = { judge: () => null };

function desk(policies: ShadowSide, candidate: ShadowSide = NOTHING, max?: number) {
  const recorded: ShadowBody[] = [];
  const made = createShadowDesk({
    policies,
    candidate: { ...candidate, reader: { judgesCalls: true, actionsOf: () => [], asksFor: () => false } },
    budgets: NO_BUDGETS,
    record: (body) => recorded.push(body),
    ...(max === undefined ? {} : { max }),
  });
  const consider = (exchange = 'x1', call: ModelToolCall | null = null): void =>
    made.consider({ exchange, entry: '7', principal: principal(), judgement: ALLOWED, call });
  return { recorded, consider, desk: made };
}

const settled = async (): Promise<void> => {
  for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
};

test('a flip is recorded after the exchange went on, without its facts', async () => {
  const { recorded, consider, desk: made } = desk({ judge: () => BLOCKED });
  consider();
  assert.equal(recorded.length, 0, 'nothing happens in the turn of the exchange');
  await settled();
  assert.deepEqual(recorded, [
    {
      type: 'shadow',
      exchange: 'x1',
      verdictEntry: '7',
      agent: 'bot',
      side: 'policies',
      bundle: ALLOWED.bundle,
      was: 'ALLOW',
      would: 'BLOCK',
      policies: ['b'],
      actions: [{ action: 'http.read', was: 'ALLOW', would: 'BLOCK', policies: ['b'], constraints: [], approvers: [] }],
    },
  ]);
  assert.deepEqual(made.counts, { judged: 1, flips: 1, dropped: 0, failed: 0 });
});

test('the same answer is no entry, and what nothing is about is not counted as judged', async () => {
  const same = desk({ judge: () => ALLOWED });
  same.consider();
  const none = desk(NOTHING);
  none.consider();
  await settled();
  assert.deepEqual([same.recorded, same.desk.counts.judged], [[], 1]);
  assert.deepEqual([none.recorded, none.desk.counts.judged], [[], 0]);
});

test('shadow policies of a bundle that came into force since say nothing; a candidate is another bundle anyway', async () => {
  const other = { judge: () => ({ ...BLOCKED, bundle: 'another' }) };
  const policies = desk(other);
  policies.consider();
  const candidate = desk(NOTHING, other);
  candidate.consider();
  await settled();
  assert.deepEqual(policies.recorded, []);
  assert.deepEqual(
    candidate.recorded.map(({ side, bundle }) => [side, bundle]),
    [['candidate', 'another']],
  );
});

test('more than fit are dropped and counted, and a judge that throws stops nothing', async () => {
  const { consider, desk: made } = desk(
    {
      judge() {
        throw new Error('broken');
      },
    },
    NOTHING,
    3,
  );
  for (let i = 0; i < 5; i += 1) consider(`x${i}`);
  await settled();
  assert.deepEqual(made.counts, { judged: 0, flips: 0, dropped: 2, failed: 3 });
  consider('later');
  await settled();
  assert.equal(made.counts.failed, 4);
});

test('calls with long arguments take no more memory than there is for them', async () => {
  const { consider, desk: made } = desk({ judge: () => ALLOWED });
  const long = { ...REFUND, arguments: Buffer.alloc(1024 * 1024) };
  for (let i = 0; i < 6; i += 1) consider(`x${i}`, long);
  assert.equal(made.counts.dropped, 2);
  await settled();
  consider('later', long);
  await settled();
  assert.deepEqual(made.counts, { judged: 5, flips: 0, dropped: 2, failed: 0 });
});
