// Random bundles and questions, and Cedar's own answer to them: every policy in one set, the whole context, every entity, the schema.

import assert from 'node:assert/strict';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import type { Action } from '../../src/classify/action.ts';
import type { Principal } from '../../src/identify/principal.ts';
import { member, members, principal, request, SCHEMA } from './bundle-fixture.ts';

/** Groups within groups, and attributes that lead from agents to hosts and back. */
export const NESTED_SCHEMA = SCHEMA.replace(
  'entity Team; entity Group; entity Domain;',
  'entity Team in [Team]; entity Group; entity Domain in [Domain];',
)
  .replace('level?: Long', 'level?: Long, home?: Host')
  .replace('owner?: User', 'owner?: User, keeper?: Agent');

const CONDITIONS = [
  'true',
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
  'Agent::"b" in Team::"red"',
  'principal == Agent::"a"',
  '[Agent::"a", Agent::"b"].contains(principal)',
  'principal in Team::"red"',
  'principal in [Team::"red", Team::"blue"]',
  'principal is Agent in Team::"crew"',
  'principal has user && principal.user in Group::"g"',
  'principal has user && principal.user == User::"u"',
  'principal has level && principal.level > 1',
  'principal has home && principal.home in Domain::"example.com"',
  'resource == Host::"a.example.com"',
  'resource in Domain::"example.com"',
  'resource in [Domain::"com", Host::"c.example.org"]',
  'resource has writes && resource.writes',
  'resource is Host in Domain::"example.com"',
  'resource has owner && resource.owner in Group::"g"',
  'resource has owner && principal has user && resource.owner == principal.user',
  'resource has keeper && resource.keeper in Team::"red"',
  'resource has keeper && resource.keeper has user && resource.keeper.user == User::"u"',
  'Host::"b.example.com" has writes && Host::"b.example.com".writes',
  'action == Action::"http.read"',
  'action in Action::"write"',
];
const ASKERS = [
  'principal',
  'principal is Agent',
  'principal == Agent::"a"',
  'principal == Agent::"b"',
  'principal in Agent::"a"',
  'principal in Team::"red"',
  'principal in Team::"crew"',
  'principal is Agent in Team::"blue"',
];
const ACTIONS = [
  'action in [Action::"http.read", Action::"http.write"]',
  'action == Action::"http.read"',
  'action == Action::"http.write"',
  'action in Action::"http"',
  'action in Action::"read"',
  'action in [Action::"write", Action::"http.read"]',
];
const TARGETS = [
  'resource',
  'resource is Host',
  'resource == Host::"a.example.com"',
  'resource == Host::"b.example.com"',
  'resource in Host::"a.example.com"',
  'resource in Domain::"example.com"',
  'resource in Domain::"com"',
  'resource is Host in Domain::"example.com"',
];
const condition = fc
  .tuple(fc.constantFrom(...CONDITIONS), fc.constantFrom('&&', '||'), fc.constantFrom(...CONDITIONS), fc.boolean())
  .map(([left, operator, right, negated]) => `${negated ? '!' : ''}((${left}) ${operator} (${right}))`);
const clause = fc.oneof(
  fc.constant(''),
  fc.constant('when { context has size && context.size * 4611686018427387904 > 0 }'),
  fc.tuple(fc.constantFrom('when', 'unless'), condition).map(([word, body]) => `${word} { ${body} }`),
);

/** A policy without its @id and @reason. */
export const policyText = fc
  .tuple(
    fc.constantFrom('permit', 'permit', '@verdict("allow_log") permit', '@verdict("wait") @approvers("g") permit', 'forbid'),
    fc.constantFrom(...ASKERS),
    fc.constantFrom(...ACTIONS),
    fc.constantFrom(...TARGETS),
    clause,
  )
  .map(([effect, asker, action, target, body]) => `${effect} (${asker}, ${action}, ${target}) ${body};`);

const entity = (type: string, id: string, parents: ReadonlyArray<readonly [string, string]>, attrs: object = {}): Entity => ({
  uid: { type, id },
  attrs,
  parents: parents.map(([above, name]) => ({ type: above, id: name })),
});
interface Entity {
  uid: { type: string; id: string };
  attrs: object;
  parents: { type: string; id: string }[];
}
const to = (type: string, id: string): object => ({ __entity: { type, id } });

export const ENTITIES: readonly Entity[] = [
  entity('Agent', 'a', [['Team', 'blue']], { level: 2, home: to('Host', 'c.example.org') }),
  entity('User', 'v', [['Group', 'g']]),
  entity('Team', 'blue', [['Team', 'crew']]),
  entity('Team', 'red', [['Team', 'crew']]),
  entity('Domain', 'example.com', [['Domain', 'com']]),
  entity('Host', 'a.example.com', [], { writes: true, owner: to('User', 'v'), keeper: to('Agent', 'b') }),
  entity('Host', 'b.example.com', [['Domain', 'example.com']], { writes: true, keeper: to('Agent', 'a') }),
];
export const PEOPLE = members(member('u', ['g']));

export const asker = fc
  .record({
    agent: fc.constantFrom('a', 'b', 'c'),
    teams: fc.subarray(['red', 'blue']),
    user: fc.constantFrom(null, 'u', 'v', 'w'),
    session: fc.constantFrom(null, 's'),
  })
  .map(({ agent, ...more }) => principal(agent, more));
export const asked = fc
  .record({
    name: fc.constantFrom('http.read', 'http.write'),
    host: fc.constantFrom('a.example.com', 'b.example.com', 'c.example.org'),
    parents: fc.subarray([
      { type: 'Domain', id: 'example.com' },
      { type: 'Domain', id: 'org' },
    ]),
    path: fc.constantFrom('/ab', '/b', 'GET'),
    inspected: fc.boolean(),
    size: fc.constantFrom(undefined, 0, 3),
    tags: fc.constantFrom(undefined, [], ['x'], ['x', 'y']),
  })
  .map(({ name, host, parents, path, inspected, size, tags }): Action => {
    const facts = { path, inspected, ...(size === undefined ? {} : { size }), ...(tags === undefined ? {} : { tags }) };
    return { ...request(name, host, facts), parents };
  });

/** What a list says of an entity, as the house adds to it. */
function withMore(uid: Entity['uid'], parents: readonly Entity['uid'][], attrs: object): cedar.EntityJson {
  const known = ENTITIES.find((each) => each.uid.type === uid.type && each.uid.id === uid.id);
  const whole: cedar.EntityJson = JSON.parse(
    JSON.stringify({ uid, attrs: { ...known?.attrs, ...attrs }, parents: [...(known?.parents ?? []), ...parents] }),
  );
  return whole;
}

interface Truth {
  readonly effect: string;
  readonly policies: readonly string[];
  /** Of the policies that erred. */
  readonly erred: readonly string[];
}

export function cedarsAnswer(policies: Record<string, string>, who: Principal, action: Action): Truth {
  const agent = { type: 'Agent', id: who.agent };
  const built = new Set([agent, action.resource].map(({ type, id }) => `${type}::${id}`));
  const user = who.user ?? undefined;
  const acting = user === undefined ? {} : { user: to('User', user) };
  const teams = who.teams.map((id) => ({ type: 'Team', id }));
  const answer = cedar.isAuthorized({
    principal: agent,
    action: { type: 'Action', id: action.name },
    resource: { ...action.resource },
    context: JSON.parse(JSON.stringify({ ...action.facts, user, session: who.session ?? undefined })),
    schema: NESTED_SCHEMA,
    policies: { staticPolicies: policies },
    entities: [
      ...ENTITIES.filter(({ uid }) => !built.has(`${uid.type}::${uid.id}`)).map(({ uid }) => withMore(uid, [], {})),
      withMore(agent, teams, acting),
      withMore(action.resource, action.parents, {}),
      { uid: { type: 'User', id: 'u' }, attrs: {}, parents: [{ type: 'Group', id: 'g' }] },
    ],
  });
  assert.ok(answer.type === 'success', JSON.stringify(answer));
  const { decision, diagnostics } = answer.response;
  return {
    effect: decision,
    policies: diagnostics.reason.toSorted(),
    erred: diagnostics.errors.map(({ policyId }) => policyId).toSorted(),
  };
}
