// INVARIANT: slicing, projecting and remembering change no answer. Random bundles, compared with Cedar given everything at once.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import type { Action } from '../../src/classify/action.ts';
import type { Principal } from '../../src/identify/principal.ts';
import { checkFiles } from '../../src/decide/bundle.ts';
import { createBundleJudge } from '../../src/decide/bundle-judge.ts';
import { createEngineSlots } from '../../src/decide/engine-slots.ts';
import { sliceTexts } from '../../src/decide/slices.ts';
import { filesOf, member, members, principal, request, SCHEMA } from './bundle-fixture.ts';

const CONDITIONS = [
  'context.inspected',
  'context.path like "/a*"',
  'context.host == "a.example.com"',
  'context.path == context.method',
  'context has size && context.size > 2',
  'context has size && context.size * 4611686018427387904 > 0',
  'context has tags && context.tags.contains("x")',
  'context has tags && context.tags.containsAll(["x", "y"])',
  'context has session && context.session == "s"',
  'context has user && context.user == "u"',
  '{"a": context}.a.path == "/ab"',
  '(if context.inspected then principal else Agent::"b") in Team::"red"',
  'User::"u" in Group::"g"',
  'principal == Agent::"a"',
  '[Agent::"a", Agent::"b"].contains(principal)',
  'principal in Team::"red"',
  'principal in [Team::"red", Team::"blue"]',
  'principal has user && principal.user in Group::"g"',
  'principal has user && principal.user == User::"u"',
  'principal has level && principal.level > 1',
  'resource == Host::"a.example.com"',
  'resource in Domain::"example.com"',
  'resource has writes && resource.writes',
  'resource is Host in Domain::"example.com"',
  'resource has owner && resource.owner in Group::"g"',
  'resource has owner && principal has user && resource.owner == principal.user',
  'Host::"b.example.com" has writes && Host::"b.example.com".writes',
  'action == Action::"http.read"',
  'action in Action::"write"',
];
const HTTP = '[Action::"http.read", Action::"http.write"]';
const scope = fc.tuple(
  fc.constantFrom(
    'principal',
    'principal is Agent',
    'principal == Agent::"a"',
    'principal in Team::"red"',
    'principal is Agent in Team::"blue"',
  ),
  fc.constantFrom(
    `action in ${HTTP}`,
    'action == Action::"http.read"',
    'action == Action::"http.write"',
    'action in Action::"http"',
    'action in Action::"read"',
  ),
  fc.constantFrom('resource', 'resource is Host', 'resource == Host::"a.example.com"', 'resource in Domain::"example.com"'),
);
const condition = fc
  .tuple(fc.constantFrom(...CONDITIONS), fc.constantFrom('&&', '||'), fc.constantFrom(...CONDITIONS), fc.boolean())
  .map(([left, operator, right, negated]) => `${negated ? '!' : ''}((${left}) ${operator} (${right}))`);
const text = fc
  .tuple(fc.constantFrom('permit', 'permit', 'forbid'), scope, fc.constantFrom('when', 'unless'), condition)
  .map(([effect, parts, clause, body]) => `${effect} (${parts.join(', ')}) ${clause} { ${body} };`);

const ENTITIES = [
  { uid: { type: 'Agent', id: 'a' }, attrs: { level: 2 }, parents: [{ type: 'Team', id: 'blue' }] },
  { uid: { type: 'User', id: 'v' }, attrs: {}, parents: [{ type: 'Group', id: 'g' }] },
  {
    uid: { type: 'Host', id: 'a.example.com' },
    attrs: { writes: true, owner: { __entity: { type: 'User', id: 'v' } } },
    parents: [],
  },
  { uid: { type: 'Host', id: 'b.example.com' }, attrs: { writes: true }, parents: [{ type: 'Domain', id: 'example.com' }] },
];
const PEOPLE = members(member('u', ['g']));

const asker = fc
  .record({
    agent: fc.constantFrom('a', 'b', 'c'),
    teams: fc.subarray(['red', 'blue']),
    user: fc.constantFrom(null, 'u', 'v', 'w'),
    session: fc.constantFrom(null, 's'),
  })
  .map(({ agent, ...more }) => principal(agent, more));
const asked = fc
  .record({
    name: fc.constantFrom('http.read', 'http.write'),
    host: fc.constantFrom('a.example.com', 'b.example.com', 'c.example.org'),
    inDomain: fc.boolean(),
    path: fc.constantFrom('/ab', '/b', 'GET'),
    inspected: fc.boolean(),
    size: fc.constantFrom(undefined, 0, 3),
    tags: fc.constantFrom(undefined, [], ['x'], ['x', 'y']),
  })
  .map(({ name, host, inDomain, path, inspected, size, tags }): Action => {
    const base = request(name, host, {
      path,
      inspected,
      ...(size === undefined ? {} : { size }),
      ...(tags === undefined ? {} : { tags }),
    });
    return inDomain ? base : { ...base, parents: [] };
  });

function plainEntity(entity: (typeof ENTITIES)[number]): cedar.EntityJson {
  const copy: cedar.EntityJson = JSON.parse(JSON.stringify(entity));
  return copy;
}

/** Cedar's own answer: every policy, the whole context, every entity, the schema. */
function whole(
  policies: Record<string, string>,
  who: Principal,
  action: Action,
): { effect: string; policies: string[]; failed: boolean } {
  const { user, session } = who;
  const known = (type: string, id: string): (typeof ENTITIES)[number] | undefined =>
    ENTITIES.find((entity) => entity.uid.type === type && entity.uid.id === id);
  const others = ENTITIES.filter(
    ({ uid }) => !(uid.type === 'Agent' && uid.id === who.agent) && !(uid.type === 'Host' && uid.id === action.resource.id),
  );
  const acting = user === null ? {} : { user: { __entity: { type: 'User', id: user } } };
  const answer = cedar.isAuthorized({
    principal: { type: 'Agent', id: who.agent },
    action: { type: 'Action', id: action.name },
    resource: { ...action.resource },
    context: JSON.parse(JSON.stringify({ ...action.facts, user: user ?? undefined, session: session ?? undefined })),
    schema: SCHEMA,
    policies: { staticPolicies: policies },
    entities: [
      ...others.map(plainEntity),
      {
        uid: { type: 'Agent', id: who.agent },
        attrs: JSON.parse(JSON.stringify({ ...known('Agent', who.agent)?.attrs, ...acting })),
        parents: [...(known('Agent', who.agent)?.parents ?? []), ...who.teams.map((id) => ({ type: 'Team', id }))],
      },
      {
        uid: { ...action.resource },
        attrs: JSON.parse(JSON.stringify(known('Host', action.resource.id)?.attrs ?? {})),
        parents: [...(known('Host', action.resource.id)?.parents ?? []), ...action.parents.map((parent) => ({ ...parent }))],
      },
      { uid: { type: 'User', id: 'u' }, attrs: {}, parents: [{ type: 'Group', id: 'g' }] },
    ],
  });
  assert.ok(answer.type === 'success', JSON.stringify(answer));
  const { decision, diagnostics } = answer.response;
  return { effect: decision, policies: diagnostics.reason.toSorted(), failed: diagnostics.errors.length > 0 };
}

it("a sliced and remembered answer is Cedar's own", () => {
  const slots = createEngineSlots();
  let compared = 0;
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 2, maxLength: 7 }),
      fc.array(fc.tuple(asker, asked), { minLength: 6, maxLength: 14 }),
      (texts, questions) => {
        const policies = Object.fromEntries(texts.map((body, index) => [`p${index}`, `@id("p${index}") @reason("r") ${body}`]));
        const { bundle } = checkFiles(
          filesOf({ policies: Object.values(policies).join('\n'), entities: JSON.stringify(ENTITIES) }),
        );
        // A combination can be impossible and so refused.
        fc.pre(bundle !== null);
        const generation = slots.prepare(sliceTexts(bundle.slices));
        slots.activate(generation);
        const judge = createBundleJudge(bundle, slots, generation, PEOPLE);
        for (const [who, action] of [...questions, ...questions]) {
          const judged = judge.judge(who, [action]).actions[0];
          const truth = whole(policies, who, action);
          compared += 1;
          if (truth.failed) assert.equal(judged?.verdict, 'BLOCK');
          else
            assert.deepEqual(
              [judged?.verdict === 'BLOCK' ? 'deny' : 'allow', judged?.policies, judged?.errors],
              [truth.effect, truth.policies, []],
            );
        }
      },
    ),
    { numRuns: 14, seed: Number(process.env['FUZZ_SEED'] ?? 7), maxSkipsPerRun: 40 },
  );
  assert.ok(compared > 120);
});
