// The door to Cedar: what the engine itself does, and that every failure reads as a deny.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openInstance } from '../../src/decide/engine.ts';
import type { Question } from '../../src/decide/engine.ts';
import { SCHEMA } from './bundle-fixture.ts';

const engine = openInstance();

function question(context: Question['context']): Question {
  return {
    principal: { type: 'Agent', id: 'bot' },
    action: { type: 'Action', id: 'http.read' },
    resource: { type: 'Host', id: 'api.example.com' },
    context,
    entities: [],
  };
}

describe('engine', () => {
  it('gives all satisfied permits, sorted', () => {
    engine.preparse('t/0', {
      b: 'permit(principal, action, resource);',
      a: 'permit(principal, action, resource);',
      c: 'permit(principal, action, resource) when { false };',
    });
    assert.deepEqual(engine.ask('t/0', question({})), { effect: 'allow', policies: ['a', 'b'], errors: [] });
  });

  it('denies when a forbid errs, though Cedar itself would skip it and allow (threat D16)', () => {
    engine.preparse('t/1', {
      open: 'permit(principal, action, resource);',
      guard: 'forbid(principal, action, resource) when { context.size * 4611686018427387904 > 0 };',
    });
    const answer = engine.ask('t/1', question({ size: 4 }));
    assert.equal(answer.effect, 'deny');
    assert.deepEqual(answer.policies, []);
    assert.match(answer.errors.join(), /policy guard: .*overflow/);
  });

  it('denies a question that the engine refuses', () => {
    const answer = engine.ask('t/never-prepared', question({}));
    assert.equal(answer.effect, 'deny');
    assert.equal(answer.errors.length, 1);
  });

  it('throws for a lone surrogate: why strings are made well formed before', () => {
    assert.throws(() => engine.ask('t/0', question({ path: '\ud800' })));
  });

  it('reads schemas, policies and entities, with locations in what it refuses', () => {
    assert.ok('value' in engine.parseSchema(SCHEMA));
    const bad = engine.parsePolicy('permit(principal, action, resource) when { context. };');
    assert.ok('errors' in bad && bad.errors[0]?.sourceLocations?.[0] !== undefined);
    assert.deepEqual(
      engine.checkEntities(SCHEMA, [{ uid: { type: 'Host', id: 'a' }, attrs: { writes: true }, parents: [] }]),
      [],
    );
    assert.equal(engine.checkEntities(SCHEMA, [{ uid: { type: 'Host', id: 'a' }, attrs: { writes: 1 }, parents: [] }]).length, 1);
  });

  it('calls a policy that can never apply a fatal problem', () => {
    const checked = engine.validate(SCHEMA, { p: 'forbid(principal, action == Action::"http.read", resource is Account);' });
    assert.ok('value' in checked && checked.value.some((problem) => problem.fatal));
  });

  it('is a fresh engine each time', () => {
    assert.equal(openInstance().ask('t/0', question({})).errors.length, 1);
  });
});
