// What may go after constraints.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Constraint } from '../../src/decide/constraint.ts';
import type { Judgement, Verdict } from '../../src/decide/judgement.ts';
import { substituteObjection, waitsOfBoth } from '../../src/decide/substitute.ts';

const KEEP: Constraint = { name: 'keep', type: 'keep-recipients', domains: ['example.com'] };
const CAP: Constraint = { name: 'cap', type: 'set', field: 'amount', value: 1 };

function judgement(verdict: Verdict, constraints: readonly Constraint[] = [], waits: readonly string[] = []): Judgement {
  return {
    verdict,
    bundle: 'b',
    actions: [],
    reason: 'so it is',
    policies: [],
    constraints,
    waits: waits.map((policy) => ({ policy, reason: '', approvers: ['g'], quorum: 1 })),
    offers: [],
  };
}

describe('a substitute', () => {
  const original = judgement('CONSTRAIN', [KEEP]);

  it('goes when it comes out ALLOW or ALLOW_LOG', () => {
    assert.equal(substituteObjection(original, judgement('ALLOW')), null);
    assert.equal(substituteObjection(original, judgement('ALLOW_LOG')), null);
  });

  it('goes when the same constraints change nothing more, and only then', () => {
    assert.equal(substituteObjection(original, judgement('CONSTRAIN', [KEEP]), 0), null);
    assert.match(substituteObjection(original, judgement('CONSTRAIN', [KEEP]), 1) ?? '', /change again/);
    assert.match(substituteObjection(original, judgement('CONSTRAIN', [KEEP])) ?? '', /change again/);
  });

  it('is refused when another constraint comes up', () => {
    assert.match(substituteObjection(original, judgement('CONSTRAIN', [CAP]), 0) ?? '', /another one, cap/);
  });

  it('is refused when it is blocked, or would wait where the original did not', () => {
    assert.match(substituteObjection(original, judgement('BLOCK')) ?? '', /blocked: so it is/);
    assert.match(substituteObjection(original, judgement('WAIT')) ?? '', /would have to wait/);
    assert.equal(substituteObjection(judgement('WAIT', [KEEP]), judgement('WAIT', [KEEP]), 0), null);
    assert.equal(substituteObjection(judgement('WAIT', [KEEP]), judgement('ALLOW')), null);
    assert.match(substituteObjection(judgement('WAIT', [KEEP]), judgement('BLOCK')) ?? '', /blocked/);
  });

  it('waits for all that either waits for', () => {
    assert.deepEqual(
      waitsOfBoth(judgement('WAIT', [], ['a', 'b']), judgement('WAIT', [], ['b', 'c'])).map((wait) => wait.policy),
      ['b', 'c', 'a'],
    );
  });
});
