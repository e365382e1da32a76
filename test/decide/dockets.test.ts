// Which slices a question meets, through every way that Cedar takes from an entity to what it is in.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Action } from '../../src/classify/action.ts';
import type { Principal } from '../../src/identify/principal.ts';
import { createDockets } from '../../src/decide/dockets.ts';
import { createEntityBook } from '../../src/decide/entity-book.ts';
import { bundleOf, members, policy, principal, request } from './bundle-fixture.ts';
import { NESTED_SCHEMA } from './random-bundle.ts';

const SCOPES = [
  ['agent', 'principal == Agent::"bot"', 'resource'],
  ['red', 'principal in Team::"red"', 'resource'],
  ['crew', 'principal in Team::"crew"', 'resource'],
  ['host', 'principal', 'resource == Host::"h"'],
  ['domain', 'principal', 'resource in Domain::"d"'],
  ['com', 'principal', 'resource in Domain::"com"'],
  ['listed', 'principal', 'resource in Domain::"listed"'],
  ['type', 'principal', 'resource is Host'],
  ['other-type', 'principal', 'resource is Account'],
  ['both', 'principal in Team::"crew"', 'resource is Host in Domain::"com"'],
] as const;

const bundle = bundleOf({
  schema: NESTED_SCHEMA,
  entities: JSON.stringify([
    { uid: { type: 'Team', id: 'red' }, attrs: {}, parents: [{ type: 'Team', id: 'crew' }] },
    { uid: { type: 'Team', id: 'round' }, attrs: {}, parents: [{ type: 'Team', id: 'crew' }] },
    { uid: { type: 'Domain', id: 'd' }, attrs: {}, parents: [{ type: 'Domain', id: 'com' }] },
    { uid: { type: 'Host', id: 'h' }, attrs: {}, parents: [{ type: 'Domain', id: 'listed' }] },
    { uid: { type: 'Agent', id: 'kept' }, attrs: {}, parents: [{ type: 'Team', id: 'red' }] },
  ]),
  policies: SCOPES.map(([id, who, what]) => {
    const action = id === 'other-type' ? 'action' : 'action == Action::"http.read"';
    return policy(id, `permit(${who}, ${action}, ${what});`);
  }).join('\n'),
});
const people = members();
const dockets = createDockets(bundle.slices, bundle.shape.leads, createEntityBook(bundle.entities, people), people);

function met(who: Principal, action: Action): string[] {
  const shape = bundle.shape.actions.find(({ name }) => name === action.name);
  assert.ok(shape !== undefined);
  const docket = dockets.ofAction(shape, who, action);
  return docket.gatherings.flatMap(({ meets }) => meets.flatMap(({ slice }) => slice.policies.map(({ id }) => id))).toSorted();
}

const bare = (host: string): Action => ({ ...request('http.read', host), parents: [] });

describe('a docket', () => {
  it('has nothing that names others', () => {
    assert.deepEqual(met(principal('x'), bare('x')), ['type']);
    assert.deepEqual(met(principal('x'), { ...bare('x'), name: 'http.write' }), []);
  });

  it('follows the teams of the directory, and of the list, upwards', () => {
    assert.deepEqual(met(principal('bot'), bare('x')), ['agent', 'type']);
    assert.deepEqual(met(principal('x', { teams: ['red'] }), bare('x')), ['crew', 'red', 'type']);
    assert.deepEqual(met(principal('kept'), bare('x')), ['crew', 'red', 'type']);
    assert.deepEqual(met(principal('x', { teams: ['crew'] }), bare('x')), ['crew', 'type']);
  });

  it('follows what the proposal says of the resource, and what the list says, upwards', () => {
    const inDomain = { ...bare('x'), parents: [{ type: 'Domain', id: 'd' }] };
    assert.deepEqual(met(principal('x'), inDomain), ['com', 'domain', 'type']);
    assert.deepEqual(met(principal('x'), bare('h')), ['host', 'listed', 'type']);
    assert.deepEqual(met(principal('x', { teams: ['red'] }), inDomain), ['both', 'com', 'crew', 'domain', 'red', 'type']);
  });

  it('is found anew when the directory changes', () => {
    const shape = bundle.shape.actions.find(({ name }) => name === 'http.read');
    assert.ok(shape !== undefined);
    const first = dockets.ofAction(shape, principal('bot'), bare('x'));
    people.generation += 1;
    assert.deepEqual(dockets.ofAction(shape, principal('bot'), bare('x')), first);
  });
});
