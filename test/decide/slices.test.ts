// Which policies a question meets.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bundleOf, policy } from './bundle-fixture.ts';

const { slices } = bundleOf({
  policies: [
    policy('all', 'permit(principal, action, resource);'),
    policy('one', 'permit(principal, action == Action::"http.read", resource) when { context.path == "/" };'),
    policy('group', 'permit(principal, action in Action::"write", resource);'),
    policy('list', 'permit(principal, action in [Action::"http.read", Action::"payment"], resource);'),
    policy('whole', 'permit(principal, action == Action::"tunnel.open", resource) when { {"a": context}.a.port == 1 };'),
  ].join('\n'),
});

function ids(action: string): string[] {
  return [...(slices.get(action)?.policies.keys() ?? [])];
}

describe('slices', () => {
  it('hold exactly the policies whose scope covers the action, groups included', () => {
    assert.deepEqual(ids('http.read'), ['all', 'list', 'one']);
    assert.deepEqual(ids('http.write'), ['all', 'group']);
    assert.deepEqual(ids('payment.refund'), ['all', 'group', 'list']);
    assert.deepEqual(ids('tunnel.open'), ['all', 'whole']);
    assert.deepEqual(ids('ticket.approve'), ['all']);
  });

  it("know the facts to take along: those read, or all of the schema's", () => {
    assert.deepEqual(slices.get('http.read')?.facts, ['path']);
    assert.deepEqual(slices.get('http.write')?.facts, []);
    assert.deepEqual(slices.get('tunnel.open')?.facts, ['host', 'inspected', 'method', 'path', 'port', 'protocol']);
  });

  it('are numbered without gaps', () => {
    assert.deepEqual(
      [...slices.values()].map((slice) => slice.index),
      [0, 1, 2, 3, 4],
    );
  });
});
