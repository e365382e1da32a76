// What a scope names, form by form.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { openInstance } from '../../src/decide/engine.ts';
import { ANYONE, scopeKeyOf } from '../../src/decide/scope-key.ts';

const engine = openInstance();

function keys(principal: string, resource: string): string[] {
  const parsed = engine.parsePolicy(`permit (${principal}, action, ${resource});`);
  if ('errors' in parsed) throw new Error(parsed.errors[0]?.message);
  const key = scopeKeyOf(parsed.value);
  return [key.principal, key.resource];
}

it('is the entity that a scope names, the type of a resource, or anyone', () => {
  assert.deepEqual(keys('principal', 'resource'), [ANYONE, ANYONE]);
  assert.deepEqual(keys('principal == Agent::"a"', 'resource == Host::"h"'), ['Agent\0a', 'Host\0h']);
  assert.deepEqual(keys('principal in Team::"t"', 'resource in Domain::"d"'), ['Team\0t', 'Domain\0d']);
  assert.deepEqual(keys('principal is Agent', 'resource is Host'), [ANYONE, 'Host']);
  assert.deepEqual(keys('principal is Agent in Team::"t"', 'resource is Host in Domain::"d"'), ['Team\0t', 'Domain\0d']);
  assert.deepEqual(keys('principal in Team::"*"', 'resource == Host::""'), ['Team\0*', 'Host\0']);
});

it('is anyone for a scope that is not known', () => {
  const tree = JSON.parse(
    '{"effect":"permit","principal":{"op":"==","slot":"?principal"},"action":{"op":"All"},"resource":{"op":"new"},"conditions":[]}',
  );
  assert.deepEqual(scopeKeyOf(tree), { principal: ANYONE, resource: ANYONE });
});
