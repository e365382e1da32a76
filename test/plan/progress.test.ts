// A plan's order against a model: whatever is taken, given back and taken again, no step comes too early, too late or too often.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PlanStep, StepUse } from '../../src/plan/plan.ts';
import { allowedSteps, isComplete } from '../../src/plan/progress.ts';

export function stepOf(change: Partial<PlanStep> = {}): PlanStep {
  return {
    title: '',
    kind: 'typed',
    group: 0,
    optional: false,
    times: 1,
    patterns: [],
    binding: null,
    verdict: 'ALLOW',
    policies: [],
    reason: '',
    waits: [],
    ...change,
  };
}

const use = (step: number, fate: StepUse['fate'] = 'confirmed'): StepUse => ({ step, exchange: `x${step}`, at: '', fate });
const allowed = (steps: readonly PlanStep[], ...taken: number[]) => allowedSteps({ steps, uses: taken.map((step) => use(step)) });

test('steps come in order, each as often as it says', () => {
  const steps = [stepOf(), stepOf({ group: 1, times: 2 }), stepOf({ group: 2 })];
  assert.deepEqual(allowed(steps), [0]);
  assert.deepEqual(allowed(steps, 0), [1]);
  assert.deepEqual(allowed(steps, 0, 1), [1, 2]);
  assert.deepEqual(allowed(steps, 0, 1, 1), [2]);
  assert.deepEqual(allowed(steps, 0, 1, 2), []);
});

test('an optional step may be left out, and then does not come back', () => {
  const steps = [stepOf({ optional: true }), stepOf({ group: 1 }), stepOf({ group: 2, optional: true })];
  assert.deepEqual(allowed(steps), [0, 1]);
  assert.deepEqual(allowed(steps, 1), [2]);
  assert.equal(isComplete({ steps, uses: [use(1)] }), false);
  assert.equal(isComplete({ steps, uses: [use(1), use(2)] }), true);
  assert.equal(isComplete({ steps, uses: [use(1), use(2, 'sent')] }), false);
});

test('steps of a group come in any order, and all before the next group', () => {
  const steps = [stepOf(), stepOf(), stepOf({ group: 1 })];
  assert.deepEqual(allowed(steps), [0, 1]);
  assert.deepEqual(allowed(steps, 1), [0]);
  assert.deepEqual(allowed(steps, 1, 0), [2]);
});

test('a required step that was given back late may be taken late, and holds up what follows', () => {
  const steps = [stepOf(), stepOf({ group: 1 }), stepOf({ group: 2 })];
  assert.deepEqual(allowed(steps, 1), [0]);
});

const anyStep = fc.record({ group: fc.nat(3), optional: fc.boolean(), times: fc.integer({ min: 1, max: 3 }) });

test('any walk through any plan keeps to its order', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { minLength: 1, maxLength: 6 }), fc.array(fc.nat(5), { maxLength: 30 }), (given, picks) => {
      const steps = given.toSorted((a, b) => a.group - b.group).map((step) => stepOf(step));
      const taken: number[] = [];
      for (const pick of picks) {
        const open = allowed(steps, ...taken);
        const at = open[pick % Math.max(1, open.length)];
        if (at === undefined) break;
        const group = steps[at]?.group ?? 0;
        // Everything required before it is done, and nothing after its group has begun.
        steps.forEach((step, other) => {
          if (step.group < group && !step.optional) assert.ok(taken.includes(other), 'too early');
        });
        assert.ok(
          taken.every((other) => (steps[other]?.group ?? 0) <= group),
          'too late',
        );
        taken.push(at);
        assert.ok(taken.filter((other) => other === at).length <= (steps[at]?.times ?? 0), 'too often');
      }
      // What can't go on is done with every required step.
      if (allowed(steps, ...taken).length === 0)
        steps.forEach((step, at) => assert.ok(step.optional || taken.includes(at), 'stuck'));
    }),
  );
});
