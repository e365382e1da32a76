// A joined set holds no part of a scope that is settled, and keeps each one that is not.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createEngineSlots } from '../../src/decide/engine-slots.ts';
import { openInstance } from '../../src/decide/engine.ts';
import type { PolicyTree } from '../../src/decide/engine.ts';
import { docketFor, judgeOf, members, policy, principal, request } from './bundle-fixture.ts';

const engine = openInstance();

function made(policies: string): ReturnType<ReturnType<typeof docketFor>['gatherings'][number]['joined']['make']> {
  const gathering = docketFor(policies).gatherings[0];
  assert.ok(gathering !== undefined);
  return gathering.joined.make((text) => {
    const parsed = engine.parsePolicy(text);
    return 'value' in parsed ? parsed.value : null;
  });
}

function scopesOf(policies: string): ReadonlyArray<readonly string[] | null> {
  return Object.values(made(policies).sources).map((source) =>
    typeof source === 'string' ? null : [source.principal.op, source.action.op, source.resource.op],
  );
}

const AND = Array.from({ length: 90 }, (_, i) => `context.path != "/${i}"`).join(' && ');

describe('a joined set', () => {
  it('asks neither for the groups of its action nor for the ancestors that its docket was chosen by', () => {
    const policies = policy(
      'p',
      'permit(principal in Team::"t", action in Action::"http", resource is Host in Domain::"example.com") when { context.path == "/" };',
    );
    assert.deepEqual(scopesOf(policies), [['All', 'All', 'is']]);
    const { reads, facts } = made(policies).asked;
    assert.deepEqual([reads.principal, reads.action, reads.resource, facts], ['nothing', false, 'uid', ['path']]);
  });

  it('tells equal entities apart still', () => {
    const policies = policy('p', 'permit(principal == Agent::"a", action == Action::"http.read", resource == Host::"h");');
    assert.deepEqual(scopesOf(policies), [['==', '==', '==']]);
  });

  it('leaves to the engine what it is told of in full', () => {
    const policies = policy(
      'p',
      `permit(principal in Team::"t", action == Action::"http.read", resource in Domain::"d")
  when { principal has level && principal.level > 1 && resource has writes && resource.writes };`,
    );
    assert.deepEqual(scopesOf(policies), [['in', '==', 'in']]);
  });

  it('holds as text what is nested too deep for the engine to read as a tree', () => {
    const policies = policy('p', `permit(principal, action in Action::"http", resource) when { ${AND} };`);
    assert.deepEqual(scopesOf(policies), [null]);
    assert.equal(made(policies).asked.reads.action, true);
    const slots = createEngineSlots({ joinAfter: 1 });
    const judge = judgeOf({ policies }, members(), slots);
    const verdicts = ['/x', '/7'].map((path) => judge.judge(principal(), [request('http.read', 'h', { path })]).verdict);
    assert.deepEqual([verdicts, slots.replacements], [['ALLOW', 'BLOCK'], 0]);
  });

  it('is asked slice by slice where the engine can not read it, and is not tried again', () => {
    const slots = createEngineSlots({
      joinAfter: 1,
      open: () => ({ ...engine, parsePolicy: () => ({ value: JSON.parse('{"conditions": []}') as PolicyTree }) }),
    });
    const judge = judgeOf(
      { policies: policy('p', 'permit(principal, action == Action::"http.read", resource);') },
      members(),
      slots,
    );
    const ask = (): string => judge.judge(principal(`bot${slots.replacements}`), [request('http.read')]).verdict;
    assert.deepEqual([ask(), ask(), ask(), slots.replacements], ['ALLOW', 'ALLOW', 'ALLOW', 1]);
  });
});
