// PartiQL: one statement over one table is told whole, and everything that could be more than that is not read.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { partiqlWork } from '../../../src/providers/database/partiql.ts';

test('a select is a read of its table, or of an index of it', () => {
  for (const text of [
    'SELECT * FROM orders',
    'select a from "orders"."by-day" where b = \'delete\'',
    ' SELECT a FROM orders.idx',
  ])
    assert.deepEqual(partiqlWork(text), { effect: 'read', inspected: true, verb: 'select', tables: ['orders'] }, text);
});

test('writes are told with their table, and whether they say which item', () => {
  assert.equal(partiqlWork("INSERT INTO orders VALUE {'where': 1}")?.effect, 'insert');
  assert.equal(partiqlWork('UPDATE orders SET a = 1 WHERE id = 1')?.where, true);
  assert.equal(partiqlWork('DELETE FROM orders')?.where, false);
});

test('a table of another account is named by its ARN and by its name', () => {
  const arn = 'arn:aws:dynamodb:us-east-1:123456789012:table/orders';
  assert.deepEqual(partiqlWork(`SELECT * FROM "${arn}"`)?.tables, [arn, 'orders']);
});

test('what is more than one plain statement is not read', () => {
  for (const text of [
    'SELECT * FROM orders; DELETE FROM orders',
    'SELECT * FROM orders -- x',
    'SELECT * FROM orders/* x */',
    'SELECT * FROM a, (SELECT * FROM b)',
    'SELECT * FROM a WHERE b IN (SELECT c FROM d)',
    "SELECT * FROM orders WHERE a = 'open",
    'SELECT * FROM "open',
    'SELECT * FROM `orders`',
    'SELECT * FROM orders SET a = 1',
    'SELECT 1',
    'EXISTS SELECT * FROM orders',
    'EXEC x',
    '',
    `SELECT * FROM orders WHERE a = '${'x'.repeat(9000)}'`,
  ])
    assert.equal(partiqlWork(text), null, text.slice(0, 60));
  assert.equal(partiqlWork(undefined), null);
});

test('no text that holds a word of a write outside of quotes is a read', () => {
  const word = fc.constantFrom(
    'select',
    '*',
    'from',
    'orders',
    'delete',
    'into',
    'update',
    "'",
    '"',
    ';',
    '--',
    ' ',
    'where',
    'set',
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      const work = partiqlWork(words.join(' '));
      const bare = words.join(' ').replaceAll(/'[^']*'|"[^"]*"/g, ' ');
      assert.ok(work?.effect !== 'read' || !/\b(?:delete|into|update|set)\b|;|--/.test(bare));
    }),
  );
});
