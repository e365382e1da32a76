// Steps are judged by the most that their bounds allow, before any of them runs; what can't have a bound has none.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { isJsonObject, readJson } from '../../src/classify/strict-json.ts';
import { judgeSteps } from '../../src/plan/judge-steps.ts';
import type { PlanStep } from '../../src/plan/plan.ts';
import { readPlan } from '../../src/plan/read-plan.ts';
import { ASKER, askDesk } from '../support/ask-desk.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const stack = new DisposableStack();
after(() => stack.dispose());
const { deps } = stack.use(await askDesk());

async function judged(...steps: object[]): Promise<{ steps: readonly PlanStep[]; facts: readonly unknown[] }> {
  const { value } = readJson(Buffer.from(JSON.stringify({ steps })));
  assert.ok(isJsonObject(value));
  const found = await judgeSteps(readPlan(value), ASKER, 'p_test', { ...deps, lens: null });
  return { steps: found.steps, facts: found.actions.map((action) => action.facts) };
}

const refund = (bound: object, more: object = {}) => ({
  action: {
    name: 'payment.refund',
    properties: {
      host: 'api.stripe.com',
      method: 'POST',
      path: '/v1/refunds',
      inspected: true,
      amountKnown: true,
      currency: 'USD',
      ...more,
    },
  },
  resource: { type: 'Account', id: 'stripe' },
  bounds: { amountMinor: bound },
});
const request = (path: string, body = '') =>
  `${body === '' ? 'GET' : 'POST'} ${path} HTTP/1.1\r\nHost: api.stripe.com\r\nAuthorization: Bearer sk\r\n${body === '' ? '' : 'Content-Type: application/x-www-form-urlencoded\r\n'}\r\n${body}`;

test('a number is judged as the most that it may be, and the bound is what people are shown', async () => {
  const { steps, facts } = await judged(refund({ atMost: 20_000 }), refund({ atMost: 900_000 }));
  assert.deepEqual(
    steps.map((step) => step.verdict),
    ['ALLOW', 'WAIT'],
    'the first is what support may give alone',
  );
  assert.ok((steps[1]?.waits.length ?? 0) > 0);
  assert.deepEqual(Reflect.get(Object(facts[1]), 'plan.bounds'), ['amountMinor at most 900000']);
  assert.ok(!('amountMinor' in (steps[1]?.patterns[0]?.facts ?? {})), 'a fact has a value or a bound');
});

test('a request with a bound is shown, and who may approve it is asked, by the most that it may be', async () => {
  const bounded = {
    context: { request: request('/v1/refunds', 'charge=ch_1&amount=100000') },
    bounds: { amountMinor: { atMost: 900_000 } },
  };
  const { steps, facts } = await judged(bounded);
  assert.deepEqual([steps[0]?.verdict, Reflect.get(Object(facts[0]), 'amountMinor')], ['WAIT', 900_000]);
});

test('what it may hang on who may approve has one value', async () => {
  for (const bounds of [
    { amountMinor: { any: true } },
    { amountMinor: { atMost: 1 }, currency: { any: true } },
    { amountMinor: { atMost: 1 }, currency: { within: ['USD', 'EUR'] } },
  ]) {
    const { message } = await throwsWithCode('QUESTION_INVALID', () => judged({ ...refund({ atMost: 1 }), bounds }));
    assert.match(message, /step 1: who may approve can hang on `(amountMinor|currency)`: give it one value/);
  }
  const given = {
    context: { request: request('/v1/refunds', 'charge=ch_1&amount=100') },
    bounds: { amountMinor: { any: true } },
  };
  assert.equal((await judged(given)).steps[0]?.verdict, 'BLOCK');
});

// INVARIANT: of a text that may be one of several each is judged.
test('one forbidden value among those that a text may have blocks the step', async () => {
  const read = (hosts: string[]) => ({
    action: { name: 'http.read', properties: { host: 'a.example', path: '/', inspected: true } },
    resource: { type: 'Host', id: 'a.example' },
    bounds: { method: { within: hosts } },
  });
  assert.equal((await judged(read(['GET', 'HEAD']))).steps[0]?.verdict, 'ALLOW');
  const { message } = await throwsWithCode('QUESTION_INVALID', () =>
    judged({ ...read(['GET']), bounds: { host: { within: ['b.example'] } } }),
  );
  assert.match(message, /step 1: the fact `host` can't have a bound/);
});

test('bounds on what is no such fact, or of another type, are refused: typed as an error, raw as a blocked step', async () => {
  for (const bounds of [
    { inspected: { any: true } },
    { user: { any: true } },
    { nope: { any: true } },
    { currency: { atMost: 1 } },
    { amountKnown: { within: ['x'] } },
  ])
    await throwsWithCode('QUESTION_INVALID', () => judged({ ...refund({ atMost: 1 }), bounds }));
  const raw = { context: { request: request('/v1/refunds', 'charge=ch_1&amount=100') }, bounds: { nope: { any: true } } };
  const { steps } = await judged(raw);
  assert.deepEqual([steps[0]?.verdict, /can't have a bound/.test(steps[0]?.reason ?? '')], ['BLOCK', true]);
});

test('a request without bounds stands for itself alone; with bounds it is a pattern; neither keeps a credential', async () => {
  const { steps } = await judged(
    { context: { request: request('/v1/charges/ch_1') } },
    { context: { request: request('/v1/refunds', 'charge=ch_1&amount=100') }, bounds: { amountMinor: { atMost: 900_000 } } },
  );
  assert.match(steps[0]?.binding ?? '', /^[0-9a-f]{64}$/);
  assert.deepEqual([steps[1]?.binding, steps[1]?.verdict], [null, 'WAIT'], 'judged as the most that it may be');
  assert.ok(!JSON.stringify(steps).includes('Bearer sk'));
});

test('a policy about drift does not speak of a step', async () => {
  const seen: unknown[] = [];
  const judge: typeof deps.judge = {
    ...deps.judge,
    judge: (principal, actions) => {
      seen.push(...actions.map((action) => action.own?.['plan']));
      return deps.judge.judge(principal, actions);
    },
  };
  const { value } = readJson(Buffer.from(JSON.stringify({ steps: [refund({ atMost: 1 })] })));
  assert.ok(isJsonObject(value));
  await judgeSteps(readPlan(value), ASKER, 'p_test', { ...deps, judge, lens: null });
  assert.ok(seen.length > 0);
  for (const own of seen) assert.deepEqual(own, { expected: true, step: 1, id: 'p_test' });
});
