// Policies one by one: syntax, annotations in their place, depth, ids, placeholders.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bundleOf, findingsOf, policy } from './bundle-fixture.ts';

const SCOPE = '(principal, action == Action::"http.read", resource)';

describe('compiling policies', () => {
  it('finds every policy that does not parse, each at its place', () => {
    const found = findingsOf({
      policies: `permit(principal, action, resorce);\n${policy('ok', `permit${SCOPE};`)}forbid${SCOPE} when { context.host = "x" };`,
    });
    assert.match(found[0] ?? '', /^test\.cedar:1:27: error/);
    assert.match(found[1] ?? '', /^test\.cedar:4:\d+: error/);
    assert.equal(found.length, 2);
  });

  it('refuses templates: a policy without a principal is none', () => {
    assert.equal(
      findingsOf({ policies: policy('t', 'permit(principal == ?principal, action == Action::"http.read", resource);') }).length,
      1,
    );
  });

  it('points at the annotation that is wrong', () => {
    assert.match(
      findingsOf({ policies: `@id("a")\n@reason("r")\n  @unheard("true")\npermit${SCOPE};` }).join(),
      /^test\.cedar:3:3: error: unknown annotation @unheard/,
    );
  });

  it('refuses twins, and says where the other one is', () => {
    assert.match(
      findingsOf({ policies: `${policy('a', `permit${SCOPE};`)}${policy('a', `forbid${SCOPE};`)}` }).join(),
      /^test\.cedar:3:1: error: @id\("a"\) is taken \(the other policy is at test\.cedar:1\)/,
    );
  });

  it('refuses expressions that would run the engine off its stack', () => {
    for (const condition of [
      Array.from({ length: 400 }, () => 'context.inspected').join(' && '),
      `${'if context.inspected then true else '.repeat(150)}true`,
    ]) {
      assert.match(
        findingsOf({ policies: policy('deep', `permit${SCOPE} when { ${condition} };`) }).join(),
        /more than 100 operators/,
      );
    }
    const clauses = Array.from({ length: 101 }, () => 'when { context.inspected }').join(' ');
    assert.match(findingsOf({ policies: policy('many', `permit${SCOPE} ${clauses};`) }).join(), /more than 100 operators/);
  });
});

describe('annotations of policies', () => {
  it('lets an approval cover a request only where a tool and its request can be the same', () => {
    const covering = (action: string) =>
      findingsOf({
        entities: '[{"uid":{"type":"Group","id":"g"},"attrs":{},"parents":[]}]',
        policies: `@id("a")\n@reason("r")\n@verdict("wait") @approvers("g")\n@covers("request")\npermit (principal, action == Action::"${action}", resource);`,
      });
    assert.deepEqual(covering('payment.refund'), []);
    assert.match(
      covering('http.write').join(),
      /^test\.cedar:4:1: error: @covers on a policy for nothing that a tool.*\(tools\.yaml can map a tool to/,
    );
  });

  it('resolves constraints by name', () => {
    const constraints = 'keep: { type: keep-recipients, domains: [example.com] }';
    const constrained = policy('c', `permit${SCOPE};`, '@verdict("constrain") @constrain("keep")');
    assert.deepEqual(bundleOf({ policies: constrained, constraints }).policies[0]?.constraints, [
      { name: 'keep', type: 'keep-recipients', domains: ['example.com'] },
    ]);
    assert.match(findingsOf({ policies: constrained }).join(), /no constraint `keep`/);
  });

  it('refuses placeholders that no action of the policy can fill', () => {
    assert.match(
      findingsOf({ policies: `@id("a") @reason("to {amountMinor}") permit${SCOPE};` }).join(),
      /names \{amountMinor\}/,
    );
    assert.deepEqual(
      findingsOf({ policies: '@id("a") @reason("to {amountMinor} {host} {resource}") permit(principal, action, resource);' }),
      [],
    );
  });

  it('refuses more policies than anybody can mean', () => {
    const many = Array.from({ length: 20_001 }, (_, i) => `@id("p${i}") @reason("r") permit${SCOPE};`).join('\n');
    assert.ok(findingsOf({ policies: many }).some((line) => line.includes('more than 20000 policies')));
  });
});
