// What people are told of errors: ours in their words, everybody else's not at all.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InterlockError } from '../../src/errors.ts';
import { thrownProblem } from '../../src/serve/problem.ts';

test('coded errors speak for themselves', () => {
  const problem = thrownProblem(new InterlockError('TICKET_STATE', 'already denied by leo', { hint: 'ask leo' }));
  assert.deepEqual(problem, {
    type: 'about:blank',
    title: 'Conflict',
    status: 409,
    detail: 'already denied by leo',
    code: 'TICKET_STATE',
    hint: 'ask leo',
  });
});

test('any other error is a 500 that tells nothing, whatever it claims', () => {
  for (const thrown of [
    new Error('password=hunter2'),
    'hunter2',
    null,
    Object.assign(new Error('hunter2'), { statusCode: 500 }),
    Object.assign(new Error('hunter2'), { statusCode: 'x' }),
  ]) {
    const problem = thrownProblem(thrown);
    assert.equal(problem.status, 500);
    assert.ok(!JSON.stringify(problem).includes('hunter2'));
  }
  assert.equal(thrownProblem(new InterlockError('INTERNAL', 'hunter2')).detail.includes('hunter2'), false);
});
