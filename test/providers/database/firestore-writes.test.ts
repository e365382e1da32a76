// The writes of a Firestore commit: collections without the ids of documents, and nothing that another database holds.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectionOf, queriedCollections, writeItems } from '../../../src/providers/database/firestore-writes.ts';

const name = (path: string, database = 'p1/databases/main') => `projects/${database}/documents/${path}`;
const read = (...writes: Parameters<typeof writeItems>[0]) => writeItems(writes, 'p1/main');

test('ids of documents are not told', () => {
  assert.equal(collectionOf(['users', 'alice', 'orders', '1']), 'users/orders');
});

test('what must not be there is inserted, what must be there is changed, and else both', () => {
  const update = { name: name('orders/1') };
  assert.deepEqual(read({ update, currentDocument: { exists: false } }), [{ effect: 'insert', tables: ['orders'] }]);
  assert.deepEqual(read({ update, currentDocument: { exists: true } }), [{ effect: 'update', tables: ['orders'] }]);
  assert.equal(read({ update })?.length, 2);
});

test('one write that is not sure makes all of them unread', () => {
  const good = { delete: name('orders/1') };
  for (const bad of [
    { delete: name('orders/1', 'p2/databases/main') },
    { delete: name('orders') },
    { ...good, update: { name: name('orders/1') } },
    { ...good, update_mask: {} },
    {},
    'x',
  ])
    assert.equal(read(good, bad), null, JSON.stringify(bad));
});

test('a query over a whole group of collections names none', () => {
  assert.deepEqual(queriedCollections({ from: [{ collectionId: 'orders' }] }, ['users', 'alice']), ['users/orders']);
  assert.equal(queriedCollections({ from: [{ collectionId: 'orders', allDescendants: true }] }, []), null);
  assert.equal(queriedCollections({ from: [] }, []), null);
});
