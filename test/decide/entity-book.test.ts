// Entities of bundle and directory, joined.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CedarEntity } from '../../src/decide/engine.ts';
import { createEntityBook } from '../../src/decide/entity-book.ts';
import { bundleOf, member, members, policy, principal } from './bundle-fixture.ts';

const { entities } = bundleOf({
  policies: policy('p', 'permit(principal, action, resource);'),
  entities: JSON.stringify([
    { uid: { type: 'Agent', id: 'bot' }, attrs: { level: 2 }, parents: [{ type: 'Team', id: 'listed' }] },
    { uid: { type: 'User', id: 'u' }, attrs: {}, parents: [{ type: 'Group', id: 'listed' }] },
    { uid: { type: 'Host', id: 'h' }, attrs: { owner: { __entity: { type: 'User', id: 'u' } } }, parents: [] },
    { uid: { type: 'Account', id: 'a' }, attrs: { currency: 'EUR' }, parents: [] },
  ]),
});

function ids(list: readonly CedarEntity[]): string[] {
  return list.map((entity) => JSON.stringify(entity.uid)).toSorted();
}

describe('the entity book', () => {
  it("joins an agent's teams of directory and bundle, and adds whom it acts for", () => {
    const agent = createEntityBook(entities, members()).agent(principal('bot', { teams: ['given'], user: 'u' }));
    assert.deepEqual(agent.parents, [
      { type: 'Team', id: 'given' },
      { type: 'Team', id: 'listed' },
    ]);
    assert.deepEqual(agent.attrs, { level: 2, user: { __entity: { type: 'User', id: 'u' } } });
  });

  it("gives a revoked user no group at all, not even the bundle's", () => {
    assert.deepEqual(createEntityBook(entities, members(member('u', ['given']))).user('u').parents, [
      { type: 'Group', id: 'given' },
      { type: 'Group', id: 'listed' },
    ]);
    assert.deepEqual(createEntityBook(entities, members(member('u', ['given'], 'revoked'))).user('u').parents, []);
  });

  it('reaches what attributes and ancestors lead to, once', () => {
    const book = createEntityBook(entities, members(member('u', ['given'])));
    const host = book.resource({ type: 'Host', id: 'h' }, [{ type: 'Domain', id: 'd' }]);
    assert.deepEqual(ids(book.reach([host], [])), ['{"type":"Host","id":"h"}', '{"type":"User","id":"u"}']);
    assert.deepEqual(ids(book.reach([], [{ type: 'Host', id: 'h' }])), ['{"type":"Host","id":"h"}', '{"type":"User","id":"u"}']);
    assert.deepEqual(ids(book.reach([book.agent(principal('x', { user: 'u' }))], [])), [
      '{"type":"Agent","id":"x"}',
      '{"type":"User","id":"u"}',
    ]);
  });

  it('reads plain text attributes', () => {
    const book = createEntityBook(entities, members());
    assert.equal(book.text({ type: 'Account', id: 'a' }, 'currency'), 'EUR');
    assert.equal(book.text({ type: 'Account', id: 'b' }, 'currency'), undefined);
    assert.equal(book.text({ type: 'Host', id: 'h' }, 'owner'), undefined);
  });
});
