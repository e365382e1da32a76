// One exchange may not ask for more judging and writing than the house can do at once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Action, type Facts } from '../../src/classify/action.ts';
import { MAX_ACTIONS, checkActions } from '../../src/classify/action-limits.ts';
import { propose } from '../../src/classify/propose.ts';
import { conceal } from '../../src/record/conceal.ts';
import { verdictBody } from '../../src/record/verdict-entry.ts';
import { PRINCIPAL, decisionOf, handMade, proposalOf } from '../support/exchange.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const action = (facts: Facts): Action => ({ name: 'repo.push', resource: { type: 'Repo', id: 'r' }, parents: [], facts });
const some = (count: number, facts: Facts): Action[] => Array.from({ length: count }, () => action(facts));

test('a batch without end is refused before it is judged', async () => {
  const refUpdates = Array.from({ length: MAX_ACTIONS + 1 }, (_, index) => ({ name: `refs/heads/${index}`, afterOid: '1' }));
  const query = 'mutation ($u: [X]) { updateRefs(input: {repositoryId: "R", refUpdates: $u}) { x } }';
  const exchange = handMade('POST', '/graphql', JSON.stringify({ query, variables: { u: refUpdates } }), {
    host: 'api.github.com',
  });
  await throwsWithCode('CLASSIFY_FAILED', () => propose(exchange, 1_048_576));
});

test('as many as the limit pass, and what passes can be put on record', () => {
  checkActions(some(MAX_ACTIONS, { ref: 'refs/heads/x' }));
  const exchange = handMade('POST', '/');
  const facts = { ref: 'r'.repeat(300_000), recipients: Array.from({ length: 5_000 }, () => 'a'.repeat(60)) };
  const actions = some(10, facts);
  checkActions(actions);
  const body = verdictBody(exchange, PRINCIPAL, decisionOf('BLOCK', proposalOf(exchange, { actions })), null, String);
  assert.ok(conceal(body).text.length > 0);
});

test('few actions with huge facts are too much as well', () => {
  const list = Array.from({ length: 512 }, () => 'a'.repeat(1_000));
  assert.throws(() => checkActions(some(1, { recipients: list })), { code: 'CLASSIFY_FAILED' });
  assert.throws(() => checkActions(some(900, { ref: 'r'.repeat(2_048) })), { code: 'CLASSIFY_FAILED' });
});
