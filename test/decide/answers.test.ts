// The memory of answers: bounded by what is read, and never a wrong one.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { joinAnswers } from '../../src/decide/answers.ts';
import type { Answer } from '../../src/decide/engine.ts';
import { createEngineSlots } from '../../src/decide/engine-slots.ts';
import { judgeOf, member, members, policy, principal, request } from './bundle-fixture.ts';

const READ = policy('read', 'permit(principal, action == Action::"http.read", resource);');
const RED = policy('red', 'permit(principal in Team::"red", action == Action::"http.write", resource);');

describe('the memory of answers', () => {
  it('serves every path of a policy that does not read paths', () => {
    const judge = judgeOf({ policies: READ });
    for (let i = 0; i < 100; i += 1) judge.judge(principal(`bot${i}`), [request('http.read', `h${i}`, { path: `/${i}` })]);
    assert.deepEqual({ ...judge.memo }, { size: 1, hits: 99, misses: 1 });
  });

  it('never gives one principal the answer of another', () => {
    const judge = judgeOf({ policies: RED });
    const red = principal('bot', { teams: ['red'] });
    for (let i = 0; i < 3; i += 1) {
      assert.equal(judge.judge(red, [request('http.write')]).verdict, 'ALLOW');
      assert.equal(judge.judge(principal('bot'), [request('http.write')]).verdict, 'BLOCK');
      assert.equal(judge.judge(principal('red'), [request('http.write')]).verdict, 'BLOCK');
      assert.equal(judge.judge(principal('bot', { teams: ['r', 'ed'] }), [request('http.write')]).verdict, 'BLOCK');
      assert.equal(judge.judge(principal('bot', { user: 'red' }), [request('http.write')]).verdict, 'BLOCK');
    }
  });

  it('forgets when the directory changes', () => {
    const people = members(member('u', ['g']));
    const judge = judgeOf(
      {
        policies: policy(
          'g',
          'permit(principal, action == Action::"http.read", resource) when { principal has user && principal.user in Group::"g" };',
        ),
      },
      people,
    );
    const acting = principal('bot', { user: 'u' });
    assert.equal(judge.judge(acting, [request('http.read')]).verdict, 'ALLOW');
    people.users.set('u', member('u', ['g'], 'revoked'));
    people.generation += 1;
    assert.equal(judge.judge(acting, [request('http.read')]).verdict, 'BLOCK');
  });

  it('keeps no failure', () => {
    const slots = createEngineSlots();
    let fails = true;
    const flaky = {
      ...slots,
      ask: (...asked: Parameters<typeof slots.ask>) =>
        fails ? { effect: 'deny' as const, policies: [], errors: ['flaky'] } : slots.ask(...asked),
    };
    const judge = judgeOf({ policies: READ }, members(), flaky);
    assert.equal(judge.judge(principal(), [request('http.read')]).verdict, 'BLOCK');
    fails = false;
    assert.equal(judge.judge(principal(), [request('http.read')]).verdict, 'ALLOW');
  });
});

describe('answers of several slices', () => {
  const allow = (...policies: string[]): Answer => ({ effect: 'allow', policies, errors: [] });
  const deny = (...policies: string[]): Answer => ({ effect: 'deny', policies, errors: [] });

  it('are one: an error denies, then a forbid does, then a permit allows', () => {
    const erred: Answer = { effect: 'allow', policies: ['a'], errors: ['b: no such attribute'] };
    assert.deepEqual(joinAnswers([allow('p'), erred]), { effect: 'deny', policies: [], errors: erred.errors });
    assert.deepEqual(joinAnswers([deny('f'), erred, allow('p')]), { effect: 'deny', policies: [], errors: erred.errors });
    assert.deepEqual(joinAnswers([allow('p'), deny('g'), deny('f')]), { effect: 'deny', policies: ['f', 'g'], errors: [] });
    assert.deepEqual(joinAnswers([allow('q'), deny(), allow('p')]), { effect: 'allow', policies: ['p', 'q'], errors: [] });
    assert.deepEqual(joinAnswers([deny(), deny()]), { effect: 'deny', policies: [], errors: [] });
    assert.equal(joinAnswers([]).effect, 'deny');
  });
});
