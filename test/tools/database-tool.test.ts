// A tool that runs SQL: what its statements do, to the database that the file names.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resourceParents } from '../../src/classify/resource-parents.ts';
import { did, doneBy } from './tools-fixture.ts';

const SQL =
  't: { action: database, dialect: postgresql, statement: query, database: db, server: "db.example.com:5432", system: postgres }';

test('a call is what its statement does', () => {
  const action = did(SQL, { query: 'delete from orders', db: 'shop' });
  assert.equal(action.name, 'database.delete');
  assert.deepEqual(action.resource, { type: 'Database', id: 'db.example.com:5432/shop' });
  assert.deepEqual(action.parents, [
    { type: 'Host', id: 'db.example.com:5432' },
    { type: 'Domain', id: 'db.example.com' },
    { type: 'Domain', id: 'example.com' },
  ]);
  const { facts } = action;
  assert.deepEqual(
    [facts['inspected'], facts['system'], facts['dialect'], facts['database'], facts['tables'], facts['where']],
    [true, 'postgres', 'postgresql', 'shop', ['orders'], false],
  );
  assert.deepEqual(resourceParents(action), action.parents);
});

test('several statements are several actions', () => {
  const names = doneBy(SQL, { query: 'select 1; insert into a values (1); drop table b' }).map(({ name }) => name);
  assert.deepEqual(names.toSorted(), ['database.insert', 'database.read', 'database.schema']);
});

test('without a server it is the database of the tool', () => {
  const action = did('t: { action: database, dialect: sqlite, statement: q }', { q: 'select * from a' });
  assert.deepEqual([action.name, action.resource.id, action.facts['system']], ['database.read', 't', 'sqlite']);
  assert.deepEqual(resourceParents(action), action.parents);
});

test('what could be read otherwise is no read', () => {
  for (const args of [
    {},
    { query: 7 },
    { query: ['select 1'] },
    { query: 'select 1', Query: 'drop table a' },
    { query: 'selec 1' },
    { query: 'select 1', db: 7 },
    '{',
  ]) {
    const { name, facts } = did(SQL, args);
    assert.deepEqual(
      [name, facts['inspected'], facts['tables']],
      ['database.unknown-write', false, undefined],
      JSON.stringify(args),
    );
  }
});
