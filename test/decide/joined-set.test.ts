// A joined set holds no part of a scope that is settled, and keeps each one that is not.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createEngineSlots } from '../../src/decide/engine-slots.ts';
import { openInstance } from '../../src/decide/engine.ts';
import type { EngineInstance, PolicyTree } from '../../src/decide/engine.ts';
import type { JoinedPolicies } from '../../src/decide/joined-set.ts';
import { docketFor, judgeOf, members, policy, principal, request } from './bundle-fixture.ts';

const engine = openInstance();

function parse(text: string): PolicyTree | null {
  const parsed = engine.parsePolicy(text);
  return 'value' in parsed ? parsed.value : null;
}

function made(policies: string): JoinedPolicies {
  const steps = stepsOf(policies);
  const last = steps.at(-1);
  assert.ok(last?.made !== undefined && last.made !== null);
  return last.made;
}

/** Each step until the set is made, with how many policies were parsed in it. */
function stepsOf(policies: string): ReadonlyArray<{ readonly parsed: number; readonly made: JoinedPolicies | null }> {
  const joining = docketFor(policies).gatherings[0]?.joined.begin();
  assert.ok(joining !== undefined);
  const steps = [];
  do {
    let parsed = 0;
    const joined = joining.step((text) => {
      parsed += 1;
      return parse(text);
    });
    steps.push({ parsed, made: joined });
  } while (steps.at(-1)?.made === null);
  return steps;
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

  it('is put together in steps: a few policies each, and all of them in the engine at last', () => {
    const many = (count: number): string =>
      Array.from({ length: count }, (_, i) =>
        policy(`p${i}`, `permit(principal, action == Action::"http.read", resource) when { context.path == "/${i}" };`),
      ).join('');
    assert.deepEqual(
      stepsOf(many(8)).map(({ parsed }) => parsed),
      [8],
    );
    assert.deepEqual(
      stepsOf(many(20)).map(({ parsed }) => parsed),
      [8, 8, 4, 0],
    );
    assert.equal(Object.keys(made(many(32)).sources).length, 32);
  });

  it('answers alike before, while and after it is put together, and takes one step a question', () => {
    const policies = Array.from({ length: 30 }, (_, i) =>
      policy(`p${i}`, `permit(principal, action == Action::"http.read", resource) when { context.path == "/${i}" };`),
    ).join('');
    const work: number[] = [];
    const counting = (): EngineInstance => ({
      ...engine,
      parsePolicy: (text) => {
        work[work.length - 1] = (work.at(-1) ?? 0) + 1;
        return engine.parsePolicy(text);
      },
      preparse: (slot, sources) => {
        if (slot.startsWith('joined/')) work[work.length - 1] = Object.keys(sources).length;
        return engine.preparse(slot, sources);
      },
    });
    const slots = createEngineSlots({ joinAfter: 3, open: counting });
    const judge = judgeOf({ policies }, members(), slots);
    const answers = Array.from({ length: 10 }, (_, i) => {
      work.push(0);
      return judge.judge(principal(`bot${i}`), [request('http.read', 'h', { path: `/${i}` })]).policies.join();
    });
    assert.deepEqual(
      answers,
      Array.from({ length: 10 }, (_, i) => `p${i}`),
    );
    assert.deepEqual(work, [0, 0, 8, 8, 8, 6, 30, 0, 0, 0]);
  });

  it('is asked slice by slice where the engine can not read it, and is not tried again', () => {
    const slots = createEngineSlots({
      joinAfter: 1,
      open: () => ({ ...engine, parsePolicy: () => ({ value: JSON.parse('{"conditions": []}') as PolicyTree }) }),
    });
    const judge = judgeOf(
      { policies: policy('p', 'permit(principal, action == Action::"http.read", resource) when { context.path like "/*" };') },
      members(),
      slots,
    );
    // Each question is a new one, or it would be remembered.
    const ask = (path: string): string => judge.judge(principal(), [request('http.read', 'h', { path })]).verdict;
    assert.deepEqual([ask('/1'), ask('/2'), ask('/3'), slots.replacements], ['ALLOW', 'ALLOW', 'ALLOW', 1]);
  });
});
