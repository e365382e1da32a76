// An explanation is the engine's own answer, part by part; and it changes when the policy does.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Action } from '../../src/classify/action.ts';
import { createExplainer } from '../../src/decide/explanation.ts';
import type { ExplainedPolicy } from '../../src/decide/explanation.ts';
import { createOfflineJudge } from '../../src/decide/offline-judge.ts';
import { bundleOf, policy, principal, request } from './bundle-fixture.ts';

function explain(policies: string, action: Action, teams: readonly string[] = []) {
  const bundle = bundleOf({ policies });
  const { judge, groups } = createOfflineJudge(bundle);
  return createExplainer(bundle, judge, groups)(principal('bot', { teams }), action);
}

const inTheWay = (policies: readonly ExplainedPolicy[]) =>
  policies.flatMap((one) => one.inTheWay.map(({ text, holds }) => `${one.id}: ${text}${holds ? ' holds' : ''}`));

const small = (limit: number) =>
  policy(
    'small',
    `permit (principal in Team::"red", action == Action::"http.write", resource)
when {
  context has size && context.size < ${limit} && // small
  (context.path like "/a/*" || context.path == "/b")
}
unless { !(resource has writes && resource.writes) };`,
  );
const write = (facts: Action['facts'] = {}) => request('http.write', 'api.example.com', facts);

describe('an explanation', () => {
  it('names the smallest parts in the way, in the policy’s words, with line and values', () => {
    const { policies, judged } = explain(small(100), write({ size: 100, path: '/c' }), ['red']);
    assert.equal(judged.verdict, 'BLOCK');
    assert.deepEqual(inTheWay(policies), [
      'small: context.size < 100',
      'small: context.path like "/a/*"',
      'small: context.path == "/b"',
      'small: resource has writes',
    ]);
    const [size] = policies[0]?.inTheWay ?? [];
    assert.deepEqual([size?.line, size?.values], [4, [{ name: 'context.size', value: 100 }]]);
  });

  it('changes when the policy does', () => {
    const asked = write({ size: 100, path: '/b' });
    assert.ok(inTheWay(explain(small(100), asked, ['red']).policies).includes('small: context.size < 100'));
    assert.ok(!inTheWay(explain(small(101), asked, ['red']).policies).includes('small: context.size < 101'));
  });

  it('blames nothing that the engine never reached', () => {
    const { policies } = explain(small(100), write({ path: '/b' }));
    assert.deepEqual(inTheWay(policies), [
      'small: principal in Team::"red"',
      'small: context has size',
      'small: resource has writes',
    ]);
    const [, when] = policies[0]?.parts ?? [];
    assert.deepEqual(
      when?.parts.map((part) => part.outcome),
      ['false', 'unread', 'true'],
    );
  });

  it('tells what decided, and what matched and did not', () => {
    const both =
      policy('all', 'permit (principal, action, resource);') +
      policy('never', 'forbid (principal, action == Action::"http.write", resource) unless { context.path == "/ok" };');
    const { policies } = explain(both, write({ path: '/no' }));
    assert.deepEqual(
      policies.map(({ id, matched, decided }) => [id, matched, decided]),
      [
        ['all', true, false],
        ['never', true, true],
      ],
    );
  });

  it('tells why nothing can be asked', () => {
    assert.match(explain(small(1), { ...write(), name: 'no.such' }).problem ?? '', /no action `no\.such`/);
    assert.match(explain(small(1), write({ size: 'big' })).problem ?? '', /the fact `size` is not a whole number/);
  });
});
