// Whose change was the last, and that what others learnt before it is forgotten.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLastChanges } from '../../src/recall/last-changes.ts';
import { createRecall } from '../../src/recall/recall.ts';
import { PRINCIPAL } from '../support/exchange.ts';
import { requestView } from '../support/request-view.ts';

test('a thing is its last changer’s, and nobody’s until then', () => {
  const changes = createLastChanges();
  const isOthers = (id: string, scope: string): boolean => changes.isOthers('draft', id, scope);
  assert.equal(isOthers('a', 'one'), false);
  changes.note('draft', 'a', 'one');
  assert.deepEqual([isOthers('a', 'one'), isOthers('a', 'two')], [false, true]);
  changes.note('draft', 'a', 'two');
  assert.deepEqual([isOthers('a', 'one'), isOthers('b', 'one')], [true, false]);
});

test('the oldest are let go', () => {
  const changes = createLastChanges();
  for (let i = 0; i <= 50_000; i += 1) changes.note('draft', String(i), 'one');
  assert.deepEqual([changes.isOthers('draft', '0', 'two'), changes.isOthers('draft', '1', 'two')], [false, true]);
});

test('a draft that may have been changed with another token, at another name or by another agent is unknown to whoever wrote it', async () => {
  const draft = { kind: 'draft', id: 'd1', facts: { recipients: ['bob@example.com'] } };
  const asked = (token: string, agent = 'bot', host = 'api.example') =>
    [{ ...PRINCIPAL, agent }, requestView('PUT', '/d1', { host, headers: ['Authorization', token] })] as const;
  for (const other of [asked('two'), asked('one', 'friend'), asked('one', 'bot', 'www.example')]) {
    const recall = createRecall();
    recall.of(...asked('one')).learn(draft);
    recall.of(...other).watching([{ ...draft, facts: {} }]);
    assert.equal(recall.of(...asked('one')).find('draft', 'd1'), undefined);
    const own = recall.of(...asked('one'));
    await own.watching([{ ...draft, facts: {} }]).learn(Promise.resolve([]));
    assert.deepEqual(own.find('draft', 'd1'), {});
  }
});
