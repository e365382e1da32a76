// One action from what a request does: only what is sure becomes a fact, and names are bounded.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { databaseAction, unknownDatabaseWrite } from '../../../src/providers/database/database-action.ts';
import { requestView } from '../../support/request-view.ts';

const request = requestView('POST', '/sql', { host: 'db.example.com' });

describe('databaseAction', () => {
  it('names the database under its host, and only what is known', () => {
    const action = databaseAction(
      request,
      { system: 'neon', database: 'app' },
      { effect: 'read', inspected: true, verb: 'select', tables: ['b', 'a', 'b'] },
    );
    assert.equal(action.name, 'database.read');
    assert.deepEqual(action.resource, { type: 'Database', id: 'db.example.com/app' });
    assert.deepEqual(action.parents[0], { type: 'Host', id: 'db.example.com' });
    assert.deepEqual(action.facts['tables'], ['a', 'b']);
    assert.equal('functions' in action.facts, false);
    assert.equal('where' in action.facts, false);
  });

  it('lets a server stand for the host that many share', () => {
    const place = { system: 'neon', server: 'ep-1.neon.example', database: 'app' };
    assert.equal(databaseAction(request, place, { effect: 'read', inspected: true }).resource.id, 'ep-1.neon.example/app');
  });

  it('is not inspected, and names none, over too many tables', () => {
    const tables = Array.from({ length: 201 }, (_, index) => `t${index}`);
    const { facts } = databaseAction(request, { system: 'd1' }, { effect: 'read', inspected: true, tables });
    assert.equal(facts['inspected'], false);
    assert.equal('tables' in facts, false);
  });

  it('keeps names well formed and short', () => {
    const { facts } = databaseAction(
      request,
      { system: 'd1' },
      { effect: 'read', inspected: true, tables: [`\ud800${'x'.repeat(500)}`] },
    );
    const [table] = facts['tables'] as string[];
    assert.equal(table?.length, 256);
    assert.ok(table?.isWellFormed());
  });

  it('says no more of an unknown write than where it goes', () => {
    const { name, resource } = unknownDatabaseWrite(request, { system: 'd1' }, false);
    assert.equal(name, 'database.unknown-write');
    assert.equal(resource.id, 'db.example.com');
  });
});
