// Policies that can never decide: told with the other one's name and place, and never of one that does decide.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkFiles } from '../../src/decide/bundle.ts';
import { findDeadPolicies } from '../../src/decide/dead-policies.ts';
import { cutPolicies } from '../../src/decide/policy-text.ts';
import { filesOf, policy, type Texts } from './bundle-fixture.ts';

function dead(policies: string, more: Partial<Texts> = {}): string[] {
  const { findings } = checkFiles(filesOf({ policies, ...more }));
  const told = findings.filter(({ rule }) => rule === 'dead-policy' || rule === 'duplicate-policy');
  return told.map(({ line, message }) => `${line}: ${message}`);
}

const WRITE = 'action == Action::"http.write"';

describe('a permit under a forbid', () => {
  it('is dead when the forbid has no condition and an equal or wider scope', () => {
    for (const scope of [
      `principal, ${WRITE}, resource`,
      'principal, action, resource',
      'principal is Agent, action in Action::"write", resource is Host',
      `principal in Team::"a", ${WRITE}, resource == Host::"b.example.com"`,
      `principal in Team::"a", ${WRITE}, resource in Host::"b.example.com"`,
    ]) {
      const text =
        policy('may', `permit (principal in Team::"a", ${WRITE}, resource == Host::"b.example.com");`) +
        policy('no', `forbid (${scope});`);
      const [told, ...rest] = dead(text);
      assert.match(told ?? '', /^1: may never decides: whatever it permits is forbidden by no \(test\.cedar:3\)/, scope);
      assert.match(told ?? '', /not a proof/);
      assert.deepEqual(rest, []);
    }
  });

  it('is not when the forbid is narrower, or about something else', () => {
    for (const scope of [
      `principal in Team::"b", ${WRITE}, resource`,
      `principal == Agent::"x", ${WRITE}, resource`,
      'principal, action == Action::"http.read", resource',
      `principal, ${WRITE}, resource == Host::"c.example.com"`,
      `principal, ${WRITE}, resource in Domain::"example.com"`,
    ]) {
      const text = policy('may', `permit (principal in Team::"a", ${WRITE}, resource);`) + policy('no', `forbid (${scope});`);
      assert.deepEqual(dead(text), [], scope);
    }
  });

  it('is dead when all that the forbid asks is asked by the permit too, in whatever clauses', () => {
    const may = (body: string): string => policy('may', `permit (principal, ${WRITE}, resource) ${body};`);
    const no = (body: string): string => policy('no', `forbid (principal, ${WRITE}, resource) ${body};`);
    const [a, b] = ['context.inspected', 'context.path == "/x"'];
    assert.equal(dead(may(`when { ${a} && ${b} }`) + no(`when { ${b} }`)).length, 1);
    assert.equal(dead(may(`when { ${a} } unless { ${b} }`) + no(`when { !(${b}) }`)).length, 1);
    assert.equal(dead(may(`unless { ${a} || ${b} }`) + no(`unless { ${b} }`)).length, 1);
    assert.equal(dead(may(`when { context.path != "/x" }`) + no(`unless { ${b} }`)).length, 1);
    assert.equal(dead(may(`when { ${a} || ${b} }`) + no(`when { ${b} }`)).length, 0);
    assert.equal(dead(may(`when { ${a} }`) + no(`when { ${a} && ${b} }`)).length, 0);
    assert.equal(dead(may(`when { ${a} }`) + no(`unless { ${a} }`)).length, 0);
  });

  it('is dead by what entities.json puts above its entity', () => {
    const text =
      policy('may', `permit (principal, ${WRITE}, resource == Host::"b.example.com");`) +
      policy('no', `forbid (principal, ${WRITE}, resource in Domain::"blocked");`);
    const entities =
      '[{ "uid": { "type": "Host", "id": "b.example.com" }, "attrs": {}, "parents": [{ "type": "Domain", "id": "blocked" }] }]';
    assert.deepEqual(dead(text), []);
    assert.equal(dead(text, { entities }).length, 1);
  });
});

it('a permit under a stricter permit never decides, unless it asks for something of its own', () => {
  const wait = policy('wait', `permit (principal, ${WRITE}, resource);`, '@verdict("wait") @approvers("g")');
  const may = (annotations: string): string =>
    policy('may', `permit (principal, ${WRITE}, resource) when { context.inspected };`, annotations);
  assert.match(
    dead(wait + may('')).join(),
    /may never decides: .* wait \(test\.cedar:1\) permits with the stricter verdict WAIT/,
  );
  assert.equal(dead(wait + may('@verdict("allow_log")')).length, 1);
  const constraints = 'set-it: { type: set, field: /a, value: 1 }';
  assert.deepEqual(dead(wait + may('@verdict("constrain") @constrain("set-it")'), { constraints }), []);
  assert.deepEqual(dead(wait + may('@verdict("wait") @approvers("h")')), []);
});

it('a policy that says what another one says is told once, and not when it asks for other people', () => {
  const one = (id: string, approvers: string): string =>
    policy(
      id,
      `permit (principal, ${WRITE}, resource) when { context.inspected };`,
      `@verdict("wait") @approvers("${approvers}")`,
    );
  assert.match(dead(one('a', 'g') + one('b', 'g')).join(), /^3: b says what a \(test\.cedar:1\) says/);
  assert.deepEqual(dead(one('a', 'g') + one('b', 'h')), []);
});

it('conditions that contradict one another are told', () => {
  const text = policy('p', `forbid (principal, ${WRITE}, resource) when { context.inspected } unless { context.inspected };`);
  assert.match(dead(text).join(), /p asks that something be true and not true at once/);
});

it('10,000 policies that differ in one condition are compared in well under a second', () => {
  const text = policy('p', `permit (principal, ${WRITE}, resource);`);
  const { bundle } = checkFiles(filesOf({ policies: text }));
  const [only] = bundle?.policies ?? [];
  const [source] = cutPolicies('test.cedar', text).policies;
  assert.ok(bundle !== null && only !== undefined && source !== undefined);
  const any = { op: 'any' } as const;
  const drafts = Array.from({ length: 10_000 }, (_, i) => {
    const told =
      i % 2 === 0 ? ({ effect: 'forbid', verdict: 'BLOCK' } as const) : ({ effect: 'permit', verdict: 'ALLOW' } as const);
    const conjuncts = ['common', `c${i % 4_001}`];
    return {
      source,
      policy: { ...only, id: `p${i}`, ...told },
      outline: { principal: any, resource: any, conjuncts, namesActions: false },
    };
  });
  const started = performance.now();
  const findings = findDeadPolicies(drafts, bundle.shape, new Map());
  assert.ok(performance.now() - started < 10_000);
  assert.ok(findings.length > 1_000);
});
