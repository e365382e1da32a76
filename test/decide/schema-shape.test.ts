// What the house reads out of a schema.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openInstance } from '../../src/decide/engine.ts';
import { shapeOf } from '../../src/decide/schema-shape.ts';
import type { SchemaShape } from '../../src/decide/schema-shape.ts';
import { SCHEMA } from './bundle-fixture.ts';

const engine = openInstance();

function shape(text: string): SchemaShape {
  const parsed = engine.parseSchema(text);
  if ('errors' in parsed) throw new Error(parsed.errors[0]?.message);
  return shapeOf(parsed.value);
}

describe('the shape of a schema', () => {
  it('has the actions that apply to something, with all their groups and facts', () => {
    const { actions, problems } = shape(SCHEMA);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      actions.map((action) => action.name),
      ['http.read', 'http.write', 'payment.refund', 'ticket.approve', 'tunnel.open'],
    );
    assert.deepEqual([...(actions[0]?.groups ?? [])], ['http.read', 'http', 'read']);
    assert.equal(actions[0]?.facts.get('tags'), 'Set');
    assert.equal(actions[0]?.facts.get('inspected'), 'Bool');
  });

  it('follows groups of groups, and survives a circle of them', () => {
    const text = `${SCHEMA} action "all"; action "w" in ["all"]; action "x" in ["w"] appliesTo { principal: Agent, resource: Host, context: {} };`;
    assert.deepEqual([...(shape(text).actions.find((action) => action.name === 'x')?.groups ?? [])], ['x', 'w', 'all']);
    const circle = `${SCHEMA} action "a" in ["b"]; action "b" in ["a"]; action "x" in ["a"] appliesTo { principal: Agent, resource: Host, context: {} };`;
    assert.ok(
      shape(circle)
        .actions.find((action) => action.name === 'x')
        ?.groups.has('b'),
    );
  });

  it('refuses facts that are not strings, longs, bools or sets of strings', () => {
    for (const type of ['{ a: String }', 'User', 'ipaddr', 'Set<Long>', 'Set<Set<String>>']) {
      const { problems } = shape(
        `${SCHEMA} action "x" appliesTo { principal: Agent, resource: Host, context: { odd: ${type} } };`,
      );
      assert.match(problems.join(), /the fact `odd` of `x`/, type);
    }
  });

  it('refuses namespaces, and a schema without the entities that the house builds', () => {
    assert.match(shape('namespace N { entity A; }').problems.join(), /namespaces/);
    assert.match(shape('entity A; action "x" appliesTo { principal: A, resource: A };').problems.join(), /`Agent` is missing/);
  });
});
