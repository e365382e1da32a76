// Records that Interlock fills: policies read them, keys tell them apart, a request can't bring one, and a schema can't ask for more.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { flatRecords, recordKey, recordsOf } from '../../src/decide/own-records.ts';
import { findingsOf, judgeOf, policy, principal, request, SCHEMA } from './bundle-fixture.ts';

const WITH_PLAN = SCHEMA.replace('tags?: Set<String> }', 'tags?: Set<String>, plan?: Plan }').concat(
  'type Plan = { expected: Bool, step: Long, id: String };\n',
);
const POLICIES = [
  policy('read', 'permit(principal, action == Action::"http.read", resource);'),
  policy(
    'no-drift',
    'forbid(principal, action == Action::"http.read", resource) when { context has plan && context.plan.expected == false };',
  ),
].join('\n');

function verdict(judge: ReturnType<typeof judgeOf>, own: Record<string, Record<string, boolean | number | string>> | undefined) {
  const action = request('http.read', 'h');
  return judge.judge(principal(), [own === undefined ? action : { ...action, own }]);
}

describe('a record that Interlock fills', () => {
  it('is read by policies, in any order of questions and with no answer of another', () => {
    const judge = judgeOf({ policies: POLICIES, schema: WITH_PLAN });
    for (let round = 0; round < 2; round += 1) {
      assert.equal(verdict(judge, undefined).verdict, 'ALLOW');
      const drift = verdict(judge, { plan: { expected: false, step: 0, id: 'p_1' } });
      assert.equal(drift.verdict, 'BLOCK');
      assert.deepEqual(drift.policies, ['no-drift']);
      assert.equal(verdict(judge, { plan: { expected: true, step: 1, id: 'p_1' } }).verdict, 'ALLOW');
    }
  });

  it('is not for a request to bring: a fact of its name blocks', () => {
    const judge = judgeOf({ policies: POLICIES, schema: WITH_PLAN });
    const facts = JSON.parse('{"plan": {"expected": true, "step": 1, "id": "p_1"}}');
    const judged = judge.judge(principal(), [request('http.read', 'h', facts)]);
    assert.equal(judged.verdict, 'BLOCK');
    assert.match(judged.actions[0]?.errors[0] ?? '', /`plan` is for Interlock itself to say/);
  });

  it('is declared as it is filled, or the bundle does not load', () => {
    assert.deepEqual(findingsOf({ policies: POLICIES, schema: WITH_PLAN.replace('step: Long, ', '') }), []);
    assert.match(
      findingsOf({ policies: POLICIES, schema: WITH_PLAN.replace('step: Long', 'stop: Long') }).join(),
      /no member `stop`/,
    );
    assert.match(
      findingsOf({ policies: POLICIES, schema: WITH_PLAN.replace('step: Long', 'step: String') }).join(),
      /has a member `step` that is a Long/,
    );
    const other = SCHEMA.replace('tags?: Set<String> }', 'tags?: Set<String>, plane?: Plan }').concat(
      'type Plan = { expected: Bool };\n',
    );
    assert.match(
      findingsOf({ policies: policy('read', 'permit(principal, action, resource);'), schema: other }).join(),
      /must be a String, Long/,
    );
  });

  it('may hold sets of strings where it is known to, and of nothing else', () => {
    const tainted = (type: string) =>
      SCHEMA.replace('tags?: Set<String> }', 'tags?: Set<String>, taint?: Taint }').concat(`type Taint = { hosts: ${type} };\n`);
    const policies = [
      policy('read', 'permit(principal, action == Action::"http.read", resource);'),
      policy(
        'no-web',
        'forbid(principal, action == Action::"http.read", resource) when { context has taint && context.taint.hosts.contains("a") };',
      ),
    ].join('\n');
    assert.match(findingsOf({ policies, schema: tainted('Set<Long>') }).join(), /a member `hosts` that is a Set<String>/);
    const judge = judgeOf({ policies, schema: tainted('Set<String>') });
    const ask = (hosts: readonly string[]) =>
      judge.judge(principal(), [{ ...request('http.read', 'h'), own: { taint: { hosts } } }]).verdict;
    assert.deepEqual([ask(['b']), ask(['a', 'b']), ask([]), ask(['a'])], ['ALLOW', 'BLOCK', 'ALLOW', 'BLOCK']);
  });

  it('has a key of its own', () => {
    const record = fc.dictionary(
      fc.constantFrom('expected', 'step', 'id'),
      fc.oneof(fc.boolean(), fc.integer(), fc.string(), fc.array(fc.string(), { maxLength: 3 })),
    );
    fc.assert(
      fc.property(record, record, (a, b) => {
        const same = JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
        assert.equal(recordKey(a) === recordKey(b), same);
      }),
    );
  });

  it('is recorded flat, and comes back', () => {
    const own = { plan: { expected: true, step: 2, id: 'p_1' }, taint: { hosts: ['a', 'b'] } };
    const flat = flatRecords(own);
    assert.deepEqual(flat, { 'plan.expected': true, 'plan.step': 2, 'plan.id': 'p_1', 'taint.hosts': ['a', 'b'] });
    assert.deepEqual(recordsOf({ host: 'h', ...flat }), { facts: { host: 'h' }, own });
    assert.deepEqual(flatRecords(undefined), {});
  });
});
