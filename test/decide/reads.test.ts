// What policies read, form by form.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openInstance } from '../../src/decide/engine.ts';
import { joinReads, readsOf } from '../../src/decide/reads.ts';
import type { Reads } from '../../src/decide/reads.ts';

const engine = openInstance();

function reads(text: string): Reads {
  const parsed = engine.parsePolicy(text);
  if ('errors' in parsed) throw new Error(parsed.errors[0]?.message);
  return readsOf(parsed.value);
}

function when(condition: string): Reads {
  return reads(`permit (principal, action, resource) when { ${condition} };`);
}

function facts(condition: string): string[] | 'all' {
  const found = when(condition).facts;
  return found === 'all' ? found : [...found].toSorted();
}

describe('reads', () => {
  it('are nothing for a policy that asks nothing', () => {
    assert.deepEqual(reads('permit (principal, action == Action::"x", resource);'), {
      principal: 'nothing',
      resource: 'nothing',
      action: false,
      facts: new Set(),
      entered: [],
    });
  });

  it('of a scope', () => {
    assert.equal(reads('permit (principal == Agent::"a", action, resource);').principal, 'uid');
    assert.equal(reads('permit (principal is Agent, action, resource is Host);').resource, 'uid');
    assert.equal(reads('permit (principal in Team::"t", action, resource);').principal, 'above');
    assert.equal(reads('permit (principal, action, resource is Host in Domain::"d");').resource, 'above');
    assert.equal(reads('permit (principal, action in Action::"read", resource);').action, true);
  });

  it('name single facts, however they are reached', () => {
    assert.deepEqual(facts('context.path like "/a*" && context has size && context["host"] == "x"'), ['host', 'path', 'size']);
    assert.deepEqual(facts('if context.inspected then ["a"].contains(context.host) else !(context.size + 1 < 2)'), [
      'host',
      'inspected',
      'size',
    ]);
    assert.deepEqual(facts('ip(context.path).isLoopback() || context.tags.isEmpty()'), ['path', 'tags']);
    assert.deepEqual(facts('context has size.inner'), ['size']);
  });

  it('are all facts when the context is used as a whole', () => {
    assert.equal(facts('{"a": context}.a.host == "x"'), 'all');
    assert.equal(facts('context == context'), 'all');
    assert.equal(facts('[context].contains(context)'), 'all');
    assert.equal(facts('(if true then context else context).host == "x"'), 'all');
  });
});

describe('reads of entities', () => {
  it('tell a name from an entity', () => {
    assert.equal(when('principal == Agent::"a"').principal, 'uid');
    assert.equal(when('[Agent::"a"].contains(principal)').principal, 'uid');
    assert.equal(when('principal is Agent').principal, 'uid');
    assert.equal(when('principal in Team::"t"').principal, 'above');
    assert.equal(when('principal in [Team::"t", Team::"u"]').principal, 'above');
    assert.equal(when('principal in Team::"t" && resource.writes').principal, 'entity');
    assert.equal(when('principal in resource.owners').principal, 'entity');
    assert.equal(when('principal has user').principal, 'entity');
    assert.equal(when('principal.user == User::"u"').principal, 'entity');
    assert.equal(when('User::"u" in principal').principal, 'entity');
    assert.equal(when('(if context.inspected then principal else Agent::"b") in Team::"t"').principal, 'entity');
    assert.equal(when('resource.writes').resource, 'entity');
    assert.equal(when('resource is Host in Domain::"d"').resource, 'above');
    assert.equal(when('resource.hasTag("x")').resource, 'entity');
  });

  it('enter entities that are written out and looked into, and no others', () => {
    assert.deepEqual(when('Host::"a".writes').entered, [{ type: 'Host', id: 'a' }]);
    assert.deepEqual(when('User::"u" in Group::"g"').entered, [{ type: 'User', id: 'u' }]);
    assert.deepEqual(when('{"h": Host::"a"}.h.writes').entered, [{ type: 'Host', id: 'a' }]);
    assert.deepEqual(when('principal in [Team::"a", Team::"b"]').entered, []);
    assert.deepEqual(when('principal == Agent::"a"').entered, []);
  });

  it('know the action in a condition', () => {
    assert.equal(when('action in Action::"write"').action, true);
  });
});

describe('reads of several', () => {
  it('are everything for a form that is not known', () => {
    const tree = JSON.parse(
      '{"effect":"permit","principal":{"op":"All"},"action":{"op":"All"},"resource":{"op":"All"},"conditions":[{"kind":"when","body":{"brand-new":{"operand":1}}}]}',
    );
    assert.deepEqual(readsOf(tree), { principal: 'entity', resource: 'entity', action: true, facts: 'all', entered: [] });
  });

  it('join to what any of them reads', () => {
    assert.deepEqual(
      joinReads([
        when('principal == Agent::"a"'),
        when('context.host == "x"'),
        when('principal in Team::"t"'),
        when('Host::"a".writes'),
      ]),
      {
        principal: 'entity',
        resource: 'nothing',
        action: false,
        facts: new Set(['host']),
        entered: [{ type: 'Host', id: 'a' }],
      },
    );
    assert.equal(joinReads([when('context == context'), when('context.host == "x"')]).facts, 'all');
  });
});
