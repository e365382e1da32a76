// The whole of a bundle: strict validation, warnings, and text that would break the engine.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findingsOf, policy, SCHEMA } from './bundle-fixture.ts';

const GOOD = policy('read', 'permit(principal, action == Action::"http.read", resource);');

describe('strict validation', () => {
  it('finds nothing in a good bundle', () => {
    assert.deepEqual(findingsOf({ policies: GOOD }), []);
  });

  it('wants `has` before an optional fact', () => {
    const [finding, ...rest] = findingsOf({
      policies: policy('a', 'permit(principal, action == Action::"http.read", resource) when { context.size > 1 };'),
    });
    assert.match(finding ?? '', /^test\.cedar:2:67: error: .*`size`.*\(try testing/);
    assert.deepEqual(rest, []);
  });

  it('tells one mistake once, though it is one for each action', () => {
    assert.equal(
      findingsOf({ policies: policy('a', 'forbid(principal is Agent, action, resource) when { context.nope };') }).length,
      1,
    );
  });

  it('refuses a policy that can never apply: a forbid would protect nothing', () => {
    assert.match(
      findingsOf({ policies: policy('a', 'forbid(principal, action == Action::"http.read", resource is Account);') }).join(),
      /error: no request can meet this scope/,
    );
    assert.match(
      findingsOf({ policies: policy('a', 'forbid(principal, action == Action::"http.reed", resource);') }).join(),
      /unrecognized action/,
    );
  });
});

describe('findings in a bundle', () => {
  it('counts columns in characters where Cedar counts bytes', () => {
    assert.match(
      findingsOf({
        policies: policy('a', 'permit(principal, action == Action::"http.read", resource) when { "é😀" == context.nope };'),
      }).join(),
      /^test\.cedar:2:76: error/,
    );
  });

  it('finds mistakes in the schema, at their place, and in the other files besides', () => {
    const found = findingsOf({
      policies: '@id("a") permit(principal, action, resource);',
      schema: `${SCHEMA}\nentity X in [Nope];`,
      constraints: 'a: 1',
    });
    assert.ok(
      found.some((line) => /^schema\.cedarschema:\d+:14: error: .*Nope/.test(line)),
      found.join('\n'),
    );
    assert.ok(found.some((line) => line.startsWith('constraints.yaml:1:1')));
    assert.ok(found.some((line) => line.includes('without @reason')));
  });

  it('survives a schema that is nested too deep', () => {
    const schema = `${SCHEMA} entity Deep { a: ${'Set<'.repeat(5_000)}Long${'>'.repeat(5_000)} };`;
    assert.match(findingsOf({ policies: GOOD, schema }).join(), /schema\.cedarschema:1:1: error: brackets are nested deeper/);
  });

  it('warns of approvers that no entity lists', () => {
    const waiting = policy(
      'w',
      'permit(principal, action == Action::"http.write", resource);',
      '\n@verdict("wait")\n@approvers("finance")',
    );
    assert.match(findingsOf({ policies: waiting }).join(), /^test\.cedar:3:1: warning: no Group::"finance"/);
    assert.deepEqual(
      findingsOf({ policies: waiting, entities: '[{"uid":{"type":"Group","id":"finance"},"attrs":{},"parents":[]}]' }),
      [],
    );
  });
});
