// What is said of constraints tried together: what they would send, how many were tried, and how many were not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Explained } from '../../src/cli/explained-question.ts';
import { trialLines } from '../../src/cli/trial-text.ts';
import type { ConstraintTrial } from '../../src/enforce/constraint-trial.ts';
import { PRINCIPAL } from '../support/exchange.ts';

const resource = { type: 'Account', id: 'stripe' };
const ACTION = { name: 'payment.charge', resource, parents: [], facts: { amountMinor: 90_000 } };
const ALONE: ConstraintTrial = {
  constraint: 'ten',
  type: 'set',
  namedBy: [],
  way: 'agent',
  outcome: 'fails',
  why: 'would be blocked',
  rewrites: true,
  substitute: null,
};

function said(together: Explained['together']): string {
  const explained = { principal: PRINCIPAL, actions: [ACTION], verdict: 'BLOCK', reason: '', constraints: [ALONE], notes: [] };
  return trialLines({ ...explained, together }).join('\n');
}

test('what passes together, with what would be sent and who could have it so', () => {
  const changed = [{ ...ACTION, facts: { amountMinor: 1_000 } }];
  const substitute = { verdict: 'ALLOW', policies: ['charges'], changed: ['amount', 'currency'], actions: changed } as const;
  const passing = [{ constraints: ['ten', 'dollars'], way: 'agent', why: 'fine', substitute } as const];
  const text = said({ passing, tried: 6, left: 0 });
  assert.match(text, /No constraint of the bundle would make it pass alone:\n {2}not by ten \(set\): would be blocked/);
  assert.match(
    text,
    /It would pass with several together \(6 combinations tried\):\n {2}ten and dollars: ALLOW \(charges\): fine/,
  );
  assert.match(text, /sent: amountMinor: 1000 instead of 90000\n.*a forbid stands/);
});

test('that none does, and what was left out', () => {
  assert.match(
    said({ passing: [], tried: 100, left: 7 }),
    /Nor would two or 3 of them together \(100 combinations tried, 7 more were left out\)\./,
  );
  assert.doesNotMatch(said({ passing: [], tried: 0, left: 0 }), /together/);
});
