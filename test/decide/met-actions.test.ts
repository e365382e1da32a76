// Scopes that no request can meet: an error that says what the actions are asked of, in place of the validator's own words.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkFiles } from '../../src/decide/bundle.ts';
import { filesOf, policy } from './bundle-fixture.ts';

function problems(scope: string): string[] {
  const { findings } = checkFiles(filesOf({ policies: policy('p', `forbid (${scope});`) }));
  return findings.filter(({ severity }) => severity === 'error').map(({ rule, message }) => `${rule}: ${message}`);
}

test('an action that is asked of others, or on something else, is told with what it is asked of', () => {
  assert.deepEqual(problems('principal is User, action == Action::"http.write", resource'), [
    'dead-policy: no request can meet this scope: http.write is asked of Agent on Host',
  ]);
  assert.deepEqual(problems('principal, action in [Action::"http.write", Action::"http.read"], resource is Account'), [
    'dead-policy: no request can meet this scope: http.read is asked of Agent on Host; http.write is asked of Agent on Host',
  ]);
  assert.match(problems('principal is User, action, resource is Host').join(), /; and 2 more$/);
});

test('a group that is named with == is told how it is meant', () => {
  const { findings } = checkFiles(filesOf({ policies: policy('p', 'forbid (principal, action == Action::"http", resource);') }));
  assert.match(findings[0]?.fix ?? '', /with `in`, not with `==`/);
  assert.match(
    problems('principal, action == Action::"http.reed", resource').join(),
    /unrecognized action `Action::"http.reed"`/,
  );
});

test('what the types alone do not exclude is left to the validator', () => {
  assert.deepEqual(problems('principal, action == Action::"http.write", resource in Domain::"example.com"'), []);
  assert.match(problems('principal, action == Action::"http.write", resource in Account::"a"').join(), /^policy: /);
});
