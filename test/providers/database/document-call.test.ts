// What the providers of document stores share: works that can't be read, too many of them, and fields of the query.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTHING_KNOWN } from '../../../src/classify/known.ts';
import type { DatabaseWork } from '../../../src/providers/database/database-action.ts';
import { documentActions, fixedRoute, gatheredWorks, queryField } from '../../../src/providers/database/document-call.ts';
import { requestView } from '../../support/request-view.ts';

const request = requestView('POST', '/orders?a=1&b=1&b=2', { host: 'db.example.com' });
const place = { system: 'couchdb' };
const read: DatabaseWork = { effect: 'read', inspected: true };

test('no works, and more than a hundred, are one that could not be read', () => {
  for (const works of [null, [], Array.from({ length: 101 }, () => read)]) {
    const actions = documentActions(request, place, works, { effect: 'delete', verb: 'x' });
    assert.deepEqual(
      actions.map(({ name, facts }) => [name, facts['inspected']]),
      [['database.delete', false]],
    );
  }
});

test('what the head alone tells is not inspected when the body could not be read', () => {
  const [action] = fixedRoute(request, place, read)({ bytes: Buffer.alloc(0), problem: 'too large' }, NOTHING_KNOWN);
  assert.equal(action?.facts['inspected'], false);
});

test('items of one effect are one work with all their tables', () => {
  const items = ['a', 'b', 'a'].map((table) => ({ effect: 'delete', tables: [table] }) as const);
  assert.deepEqual(gatheredWorks('bulk', items), [
    { effect: 'delete', inspected: true, verb: 'bulk', tables: ['a', 'b'], itemCount: 3, where: true },
  ]);
});

test('a field that is named twice is none that may be relied on', () => {
  assert.equal(queryField(request, 'a'), '1');
  assert.equal(queryField(request, 'b'), null);
  assert.equal(queryField(request, 'c'), undefined);
});
