// Which policies are in one set, and who meets it.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { slicePolicies } from '../../src/decide/slices.ts';
import type { Slices } from '../../src/decide/slices.ts';
import { bundleOf, policy } from './bundle-fixture.ts';

const { policies, slices } = bundleOf({
  policies: [
    policy('all', 'permit(principal, action, resource);'),
    policy('one', 'permit(principal, action == Action::"http.read", resource) when { context.path == "/" };'),
    policy('group', 'permit(principal, action in Action::"write", resource);'),
    policy('list', 'permit(principal, action in [Action::"http.read", Action::"payment"], resource);'),
    policy('team', 'permit(principal in Team::"t", action, resource);'),
    policy('team-host', 'permit(principal in Team::"t", action == Action::"http.read", resource == Host::"h");'),
    policy('host', 'permit(principal, action == Action::"http.read", resource is Host in Host::"h");'),
    policy('type', 'permit(principal is Agent, action, resource is Host);'),
  ].join('\n'),
});

/** The sets of one scope that an action meets. */
function sets(from: Slices, action: string, principal = '*', resource = '*'): string[][] {
  const cuts = from.scopes.get(principal)?.get(resource) ?? [];
  const numbers = cuts.filter(({ actions }) => actions.has(action)).flatMap((cut) => cut.slices);
  return numbers.map((number) => (from.list[number]?.policies ?? []).map(({ id }) => id));
}

describe('slices', () => {
  it('hold exactly the policies whose scope covers the action, groups included', () => {
    assert.deepEqual(sets(slices, 'http.read'), [['all', 'list', 'one']]);
    assert.deepEqual(sets(slices, 'http.write'), [['all', 'group']]);
    assert.deepEqual(sets(slices, 'payment.refund'), [['all', 'group', 'list']]);
    assert.deepEqual(sets(slices, 'tunnel.open'), [['all']]);
    assert.deepEqual(sets(slices, 'ticket.approve'), [['all']]);
  });

  it('are apart by whom and what a scope names', () => {
    assert.deepEqual(sets(slices, 'http.read', 'Team\0t'), [['team']]);
    assert.deepEqual(sets(slices, 'http.read', 'Team\0t', 'Host\0h'), [['team-host']]);
    assert.deepEqual(sets(slices, 'http.read', '*', 'Host\0h'), [['host']]);
    assert.deepEqual(sets(slices, 'http.read', '*', 'Host'), [['type']]);
    assert.deepEqual(sets(slices, 'payment.refund', 'Team\0t', 'Host\0h'), []);
  });

  it('are numbered without gaps', () => {
    assert.deepEqual(
      slices.list.map((slice) => slice.index),
      slices.list.map((_, index) => index),
    );
  });
});

describe('the sets of one scope', () => {
  const plain = policies.filter(({ scope }) => scope.principal === '*' && scope.resource === '*');

  it('keep a policy for many actions once, when there are too many copies already', () => {
    const once = slicePolicies(plain, 0);
    assert.deepEqual(
      once.list.map((slice) => slice.policies.map(({ id }) => id)),
      [['one'], ['group'], ['list'], ['all']],
    );
    assert.deepEqual(sets(once, 'http.read'), [['one'], ['list'], ['all']]);
    assert.deepEqual(sets(slicePolicies(plain, 1), 'http.read'), [['one'], ['list'], ['all']]);
    assert.deepEqual(sets(slicePolicies(plain, 2), 'http.read'), [['list', 'one'], ['all']]);
  });

  it('are cut where one would take longer than a step', () => {
    const [first] = plain;
    assert.ok(first !== undefined);
    const many = Array.from({ length: 70 }, (_, i) => ({ ...first, id: `p${i}` }));
    assert.deepEqual(
      slicePolicies(many).list.map((slice) => slice.policies.length),
      [32, 32, 6],
    );
    const long = Array.from({ length: 3 }, (_, i) => ({ ...first, id: `p${i}`, text: 'x'.repeat(6_000) }));
    assert.deepEqual(
      slicePolicies(long).list.map((slice) => slice.policies.length),
      [1, 1, 1],
    );
  });
});
