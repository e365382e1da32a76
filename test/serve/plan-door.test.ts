// Plans at interlock.internal: one's own and nobody else's, each step at the price of a question, and nothing for callers without a name.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { QuestionRate } from '../../src/ask/question-rate.ts';
import type { Principal } from '../../src/identify/principal.ts';
import { InterlockError } from '../../src/errors.ts';
import { createPlanDoor } from '../../src/serve/plan-door.ts';
import { ASKER, askDesk } from '../support/ask-desk.ts';
import { handMade } from '../support/exchange.ts';
import { planBookOf } from '../support/plan-desk.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const stack = new DisposableStack();
after(() => stack.dispose());
const { desk, deps } = stack.use(await askDesk());
const plans = stack.use(await planBookOf(desk));
const spent: number[] = [];
const rate: QuestionRate = {
  spend(_agent, count = 1) {
    if (count > 10) throw new InterlockError('QUESTION_LIMIT', 'too many');
    spent.push(count);
  },
};
const door = createPlanDoor({ ...deps, lens: null, plans, rate });
const read = {
  action: { name: 'http.read', properties: { host: 'a.example', method: 'GET', path: '/', inspected: true } },
  resource: { type: 'Host', id: 'a.example' },
};
const blocked = { context: { request: 'POST /x HTTP/1.1\r\nHost: paste.example.com\r\nContent-Length: 1\r\n\r\nx' } };

async function ask(method: string, path: string, message?: object, as: Principal = { ...ASKER, session: 's' }) {
  const body = message === undefined ? '' : JSON.stringify(message);
  const made = handMade(method, path, body, {
    host: 'interlock.internal',
    headers: body === '' ? [] : ['content-type', 'application/json'],
  });
  const answer = await door.answer(made, as);
  return { status: answer.status, body: JSON.parse(answer.body.toString()) };
}

test('it has its two paths and no others', () => {
  const id = `p_${'a'.repeat(26)}`;
  assert.deepEqual(
    ['/v1/plans', `/v1/plans/${id}`, '/v1/plans/', `/v1/plans/${id}/revoke`, '/v1/plans/../me'].map((path) => door.has(path)),
    [true, true, false, false, false],
  );
});

test('proposed, seen, ended; a second one while it is open is refused', async () => {
  const { status, body } = await ask('POST', '/v1/plans', { steps: [read, read] });
  assert.deepEqual([status, body.state, spent.at(-1)], [201, 'accepted', 2]);
  await throwsWithCode('PLAN_STATE', () => ask('POST', '/v1/plans', { steps: [read] }));
  const own = await ask('GET', `/v1/plans/${body.id}`);
  for (const hidden of ['approvals', 'endedBy', 'user', 'uses']) assert.ok(!(hidden in own.body), hidden);
  const other = { ...ASKER, agent: 'other' };
  for (const [method, id] of [
    ['GET', body.id],
    ['DELETE', body.id],
    ['GET', `p_${'a'.repeat(26)}`],
  ] as const)
    assert.equal((await ask(method, `/v1/plans/${id}`, undefined, other)).status, 404);
  assert.deepEqual((await ask('GET', '/v1/plans', undefined, other)).body, []);
  assert.equal((await ask('PUT', '/v1/plans')).status, 405);
  assert.equal((await ask('POST', `/v1/plans/${body.id}`)).status, 405);
  assert.equal((await ask('DELETE', `/v1/plans/${body.id}`)).body.state, 'revoked');
  await throwsWithCode('PLAN_STATE', () => ask('DELETE', `/v1/plans/${body.id}`));
});

test('an agent that was revoked while its message came is told nothing, and nothing is kept of it', async () => {
  const before = plans.list().length;
  const made = handMade('POST', '/v1/plans', JSON.stringify({ steps: [read] }), {
    host: 'interlock.internal',
    headers: ['content-type', 'application/json'],
  });
  const identify = (): never => {
    throw new InterlockError('IDENTITY_REJECTED', 'no');
  };
  await throwsWithCode('IDENTITY_REJECTED', () => door.answer({ ...made, identify }, { ...ASKER, session: 's' }));
  assert.equal(plans.list().length, before);
});

test('a rejected plan names what is in its way, and leaves room for the next one', async () => {
  const { status, body } = await ask('POST', '/v1/plans', { steps: [read, blocked] });
  assert.deepEqual([status, body.state, body.blocked.map((one: { step: number }) => one.step)], [422, 'rejected', [2]]);
  assert.ok(body.blocked[0].reason !== '');
  const next = await ask('POST', '/v1/plans', { steps: [read] });
  assert.equal(next.status, 201);
  await ask('DELETE', `/v1/plans/${next.body.id}`);
});

test('who has no token of its own has no plan, and what is too much is refused before it is judged', async () => {
  for (const [method, path] of [
    ['GET', '/v1/plans'],
    ['POST', '/v1/plans'],
  ] as const)
    await throwsWithCode('QUESTION_FORBIDDEN', () => ask(method, path, { steps: [read] }, { ...ASKER, provedBy: 'anonymous' }));
  const before = desk.ledger.bodies('plan').length;
  await throwsWithCode('QUESTION_LIMIT', () => ask('POST', '/v1/plans', { steps: Array.from({ length: 11 }, () => read) }));
  await throwsWithCode('QUESTION_INVALID', () =>
    ask('POST', '/v1/plans', { steps: [{ ...read, bounds: { nope: { any: true } } }] }),
  );
  assert.equal(desk.ledger.bodies('plan').length, before);
});
