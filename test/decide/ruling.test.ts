// From determining policies to verdicts, and from several actions to one.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer } from '../../src/decide/engine.ts';
import type { Verdict } from '../../src/decide/judgement.ts';
import type { Policy } from '../../src/decide/policy.ts';
import { combine, judgementOf, ruleOn } from '../../src/decide/ruling.ts';
import { request } from './bundle-fixture.ts';

function rule(id: string, verdict: Verdict, more: Partial<Policy> = {}): Policy {
  const reads: Policy['reads'] = { principal: 'nothing', resource: 'nothing', action: false, facts: new Set(), entered: [] };
  return {
    id,
    effect: verdict === 'BLOCK' ? 'forbid' : 'permit',
    text: '',
    file: 'test.cedar',
    line: 1,
    reason: [`${id} says so.`],
    verdict,
    constraints: [],
    approvers: [],
    quorum: 1,
    offers: [],
    shadow: false,
    grant: null,
    covers: null,
    reads,
    scope: { principal: '*', resource: '*' },
    actions: new Set(),
    ...more,
  };
}

const KNOWN = new Map(
  [
    rule('allow', 'ALLOW'),
    rule('log', 'ALLOW_LOG'),
    rule('keep', 'CONSTRAIN', { constraints: [{ name: 'k', type: 'set', field: 'a', value: 1 }] }),
    rule('cap', 'CONSTRAIN', {
      constraints: [
        { name: 'k', type: 'set', field: 'a', value: 1 },
        { name: 'c', type: 'set', field: 'b', value: 2 },
      ],
    }),
    rule('wait', 'WAIT', { approvers: ['finance'] }),
    rule('hold', 'WAIT', { approvers: ['legal'] }),
    rule('no', 'BLOCK'),
  ].map((policy) => [policy.id, policy]),
);

function judged(answer: Answer): ReturnType<typeof judgementOf> {
  return judgementOf(ruleOn(answer, KNOWN), request('http.read'), 'bot');
}

function allowedBy(...policies: string[]): ReturnType<typeof judgementOf> {
  return judged({ effect: 'allow', policies, errors: [] });
}

describe('a ruling', () => {
  it('is the strictest of all matching permits', () => {
    assert.equal(allowedBy('allow').verdict, 'ALLOW');
    assert.equal(allowedBy('allow', 'log').verdict, 'ALLOW_LOG');
    assert.equal(allowedBy('allow', 'keep', 'log').verdict, 'CONSTRAIN');
    assert.equal(allowedBy('allow', 'keep', 'wait').verdict, 'WAIT');
  });

  it('adds constraints up, each once, and lists every wait', () => {
    const all = allowedBy('cap', 'hold', 'keep', 'wait');
    assert.deepEqual(
      all.constraints.map((constraint) => constraint.name),
      ['k', 'c'],
    );
    assert.deepEqual(all.waits, [
      { policy: 'hold', reason: 'hold says so.', approvers: ['legal'], quorum: 1 },
      { policy: 'wait', reason: 'wait says so.', approvers: ['finance'], quorum: 1 },
    ]);
    assert.equal(all.reason, 'hold says so. wait says so.');
  });

  it("blocks with the forbid's reason", () => {
    const no = judged({ effect: 'deny', policies: ['no'], errors: [] });
    assert.deepEqual([no.verdict, no.reason, no.policies], ['BLOCK', 'no says so.', ['no']]);
  });

  it('blocks by default, and says what nobody permits', () => {
    const no = judged({ effect: 'deny', policies: [], errors: [] });
    assert.deepEqual([no.verdict, no.reason], ['BLOCK', 'No policy permits http.read on api.example.com.']);
  });

  it('blocks an allow that is not clean: errors, no policy, an unknown one (threat D16)', () => {
    assert.equal(judged({ effect: 'allow', policies: ['allow'], errors: ['overflow'] }).verdict, 'BLOCK');
    assert.equal(allowedBy().verdict, 'BLOCK');
    assert.equal(allowedBy('allow', 'stranger').verdict, 'BLOCK');
  });
});

describe('several actions', () => {
  it('are judged by the strictest, with nothing lost', () => {
    const whole = combine('b', [allowedBy('keep'), allowedBy('wait'), allowedBy('cap')]);
    assert.equal(whole.verdict, 'WAIT');
    assert.equal(whole.reason, 'wait says so.');
    assert.deepEqual(whole.policies, ['cap', 'keep', 'wait']);
    assert.deepEqual(
      whole.constraints.map((constraint) => constraint.name),
      ['k', 'c'],
    );
    assert.deepEqual(
      whole.waits.map((wait) => wait.policy),
      ['wait'],
    );
  });

  it('ask once for a policy that two of them wait for', () => {
    assert.equal(combine('b', [allowedBy('wait'), allowedBy('wait')]).waits.length, 1);
  });

  it('go nowhere when one is blocked', () => {
    const whole = combine('b', [allowedBy('wait', 'keep'), judged({ effect: 'deny', policies: ['no'], errors: [] })]);
    assert.deepEqual([whole.verdict, whole.constraints, whole.waits, whole.reason], ['BLOCK', [], [], 'no says so.']);
  });

  it('are never none', () => {
    assert.equal(combine('b', []).verdict, 'BLOCK');
  });
});
