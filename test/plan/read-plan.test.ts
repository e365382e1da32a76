// A plan is read strictly: a misspelt bound would be one that nobody holds to.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isJsonObject, readJson } from '../../src/classify/strict-json.ts';
import { type DraftPlan, MAX_SECONDS, MAX_STEPS, readPlan } from '../../src/plan/read-plan.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const step = { action: { name: 'http.read', properties: {} }, resource: { type: 'Host', id: 'h' } };

function read(plan: object): DraftPlan {
  const { value } = readJson(Buffer.from(JSON.stringify(plan)));
  assert.ok(isJsonObject(value));
  return readPlan(value);
}

test('defaults, groups, and titles that are one line of plain text', () => {
  const draft = read({
    title: ' two\nlines\u202e ',
    steps: [step, { anyOrder: [step, { ...step, times: 3, optional: true }] }, step],
  });
  assert.deepEqual(
    draft.steps.map(({ group, times, optional }) => [group, times, optional]),
    [
      [0, 1, false],
      [1, 1, false],
      [1, 3, true],
      [2, 1, false],
    ],
  );
  assert.equal(draft.lifetimeSeconds, 3_600);
  assert.ok(!/[\n\u202e]/.test(draft.title));
});

test('what is unknown, too much or of another type is refused, with the step’s number', async () => {
  for (const [plan, words] of [
    [{}, /`steps`/],
    [{ steps: [] }, /`steps`/],
    [{ steps: [step], step: 1 }, /a plan/],
    [{ steps: [{ ...step, bound: {} }] }, /step 1: /],
    [{ steps: [step, 7] }, /step 2: it is not an object/],
    [{ steps: [{ anyOrder: [] }] }, /anyOrder/],
    [{ steps: [{ anyOrder: [step], optional: true }] }, /a group/],
    [{ steps: [{ anyOrder: [{ anyOrder: [step] }] }] }, /step 1: /],
    [{ steps: Array.from({ length: MAX_STEPS + 1 }, () => step) }, /at most 50 steps/],
    [{ steps: [step], lifetimeSeconds: MAX_SECONDS + 1 }, /lifetimeSeconds/],
    [{ steps: [step], lifetimeSeconds: 0 }, /lifetimeSeconds/],
    [{ steps: [step], lifetimeSeconds: '60' }, /lifetimeSeconds/],
    [{ steps: [{ ...step, times: 101 }] }, /step 1: .*times/],
    [{ steps: [{ ...step, optional: 'yes' }] }, /step 1: .*optional/],
    [{ steps: [{ ...step, context: { request: 'GET / HTTP/1.1\r\n\r\n', park: true } }] }, /step 1: /],
    ...[
      { atMost: -1 },
      { atMost: 1.5 },
      { atMost: '1' },
      { atMost: 1, any: true },
      { any: false },
      { within: [] },
      {},
      'any',
      { most: 1 },
    ].map((bound) => [{ steps: [{ ...step, bounds: { n: bound } }] }, /step 1: the bound of `n`/] as const),
    [{ steps: [{ ...step, bounds: { n: { within: [1] } } }] }, /step 1: /],
  ] as const) {
    const { message } = await throwsWithCode('QUESTION_INVALID', async () => read(plan));
    assert.match(message, words, JSON.stringify(plan).slice(0, 200));
  }
});
