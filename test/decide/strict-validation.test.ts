// Validation group by group says what one call of the engine with the whole schema says, and asks it for far less.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { openInstance } from '../../src/decide/engine.ts';
import type { EngineInstance, SchemaTree } from '../../src/decide/engine.ts';
import { shapeOf } from '../../src/decide/schema-shape.ts';
import { actionsInScope } from '../../src/decide/slices.ts';
import { validateStrictly } from '../../src/decide/strict-validation.ts';
import type { PlacedProblem, Validated } from '../../src/decide/strict-validation.ts';
import { SCHEMA } from './bundle-fixture.ts';

const engine = openInstance();

function treeOf(schema: string): SchemaTree {
  const parsed = engine.parseSchema(schema);
  assert.ok('value' in parsed);
  return parsed.value;
}

function validated(tree: SchemaTree, text: string): Validated {
  const parsed = engine.parsePolicy(text);
  assert.ok('value' in parsed, text);
  return { text, actions: actionsInScope(parsed.value.action, shapeOf(tree).actions) };
}

function wholeAtOnce(tree: SchemaTree, policies: readonly Validated[]): PlacedProblem[] {
  const checked = engine.validate(tree, Object.fromEntries(policies.map(({ text }, i) => [`p${i}`, text])));
  assert.ok('value' in checked);
  return checked.value.map(({ policy, ...rest }) => ({ ...rest, place: Number(policy.slice(1)) })).toSorted(byPlaceAndMessage);
}

function byPlaceAndMessage(a: PlacedProblem, b: PlacedProblem): number {
  const vague = ({ error }: PlacedProblem): number => Number(error.message.includes('policy is impossible'));
  return a.place - b.place || vague(a) - vague(b) || (a.error.message < b.error.message ? -1 : 1);
}

/** The first few: a whole list of them takes the assertion half a minute to print. */
function differences(actual: readonly PlacedProblem[], expected: readonly PlacedProblem[]): string[] {
  const lines = expected.map((problem) => JSON.stringify(problem));
  const wrong = actual.map((problem) => JSON.stringify(problem)).filter((line, i) => line !== lines[i]);
  return actual.length === lines.length
    ? wrong.slice(0, 5)
    : [`${actual.length} in place of ${lines.length}`, ...wrong.slice(0, 5)];
}

/** Each has something that strict validation looks at: most are wrong in one way. Of two names that are as near as each other the engine proposes either. */
const SCOPES = [
  'principal, action, resource',
  'principal, action == Action::"http.read", resource',
  'principal, action in Action::"http", resource',
  'principal, action in [Action::"http.write", Action::"payment"], resource',
  'principal, action == Action::"http", resource',
  'principal, action == Action::"tunnel.opened", resource',
  'principal is User, action == Action::"http.read", resource',
  'principal == User::"u", action == Action::"http.read", resource',
  'principal == User::"u", action == Action::"ticket.approve", resource',
  'principal in Team::"red", action == Action::"ticket.approve", resource',
  'principal in Nobody::"x", action == Action::"http.read", resource',
  'principal, action == Action::"payment.refund", resource is Host',
  'principal, action == Action::"payment.refund", resource in Domain::"x"',
  'principal, action == Action::"tunnel.open", resource == Host::"x"',
];
const CONDITIONS = [
  'true',
  'false',
  'context.size > 1',
  'context has size && context.size > 1',
  'context.amountMinor > 1',
  'context has amountMinor && context.amountMinor > 1',
  'context.nothing == 1',
  'context.host == 1',
  'context.path like "/v1/*"',
  'principal.level > 1',
  'principal has level && principal.level > 1',
  'resource has writes && resource.writes',
  'resource.currency == "usd"',
  'action == Action::"http.write"',
  'action in Action::"payment"',
  'action in [Action::"read", Action::"ticket.approve"]',
  'action == Action::"tunnel.opened"',
  'principal == resource',
  'principal in Group::"g"',
  'Host::"x" in Team::"y"',
  'resource is Account && resource.currency == "usd"',
  'context.host == "pаypal"',
];

describe('the same findings as in one call', () => {
  test('every scope with every condition, many times and once', () => {
    const tree = treeOf(SCHEMA);
    const texts = SCOPES.flatMap((scope) => CONDITIONS.map((condition) => `permit(${scope}) when { ${condition} };`));
    // Groups large enough for a schema of their own, and rare ones between them.
    const policies = [
      ...texts,
      ...texts,
      ...texts,
      'permit(principal, action in [Action::"tunnel.open", Action::"read"], resource);',
    ].map((text) => validated(tree, text));
    const checked = validateStrictly(tree, policies, engine);
    assert.ok('problems' in checked);
    const whole = wholeAtOnce(tree, policies);
    assert.ok(whole.length > 300, 'most of these are wrong');
    assert.ok(new Set(policies.map(({ actions }) => [...actions].join())).size > 5);
    assert.deepEqual(differences(checked.problems, whole), []);
  });

  test('the starter bundle, with a wrong policy among sixty for each action', () => {
    const tree = treeOf(readFileSync(new URL('../../policies/schema.cedarschema', import.meta.url), 'utf8'));
    const names = shapeOf(tree)
      .actions.filter(({ facts }) => facts.has('host'))
      .map(({ name }) => name)
      .filter((_, i) => i % 24 === 0);
    const policies = names.flatMap((name) =>
      Array.from({ length: 60 }, (_, i) =>
        validated(
          tree,
          `forbid(principal, action == Action::"${name}", resource) when { context.${i === 30 ? 'nothing' : 'host'} == "${i}" };`,
        ),
      ),
    );
    const checked = validateStrictly(tree, policies, engine);
    assert.ok('problems' in checked);
    assert.equal(checked.problems.length, names.length);
    assert.deepEqual(checked.problems, wholeAtOnce(tree, policies));
  });
});

describe('what the engine is given', () => {
  function calls(policies: readonly Validated[]): { readonly applying: number; readonly policies: number }[] {
    const seen: { applying: number; policies: number }[] = [];
    const spy: Pick<EngineInstance, 'validate'> = {
      validate(schema, texts) {
        assert.ok(typeof schema === 'object');
        const actions = Object.values(schema['']?.actions ?? {});
        seen.push({
          applying: actions.filter(({ appliesTo }) => (appliesTo?.principalTypes.length ?? 0) > 0).length,
          policies: Object.keys(texts).length,
        });
        return { value: [] };
      },
    };
    validateStrictly(treeOf(SCHEMA), policies, spy);
    return seen;
  }
  const tree = treeOf(SCHEMA);
  const read = validated(tree, 'permit(principal, action == Action::"http.read", resource);');
  const refund = validated(tree, 'permit(principal, action == Action::"payment.refund", resource);');
  const never = validated(tree, 'permit(principal, action == Action::"tunnel.opened", resource);');

  test('a large group sees one action apply; what is rare or about no action sees all five', () => {
    const policies = [...Array.from({ length: 49 }, () => refund), ...Array.from({ length: 60 }, () => never)];
    assert.deepEqual(calls([...policies, ...Array.from({ length: 50 }, () => read)]), [
      { applying: 5, policies: 109 },
      { applying: 1, policies: 50 },
    ]);
  });

  test('no policy: the schema is looked at all the same', () => {
    assert.deepEqual(calls([]), [{ applying: 5, policies: 0 }]);
  });
});

test('a schema that the engine refuses, and how far it is', () => {
  const error = { message: 'no', help: null, code: null, url: null, severity: null } as never;
  const refused = validateStrictly({}, [], { validate: () => ({ errors: [error] }) });
  assert.deepEqual(refused, { schemaErrors: [error] });
  const tree = treeOf(SCHEMA);
  const told: number[] = [];
  const one = validated(tree, 'permit(principal, action == Action::"http.read", resource);');
  validateStrictly(
    tree,
    [...Array.from({ length: 70 }, () => one), validated(tree, 'permit(principal, action, resource);')],
    engine,
    (done) => told.push(done),
  );
  assert.deepEqual(told, [0, 1]);
});
