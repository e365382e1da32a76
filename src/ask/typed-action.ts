// A typed question against the bundle's schema: an action that classify could have made, or why it is none.

import type { Action, EntityRef, Facts } from '../classify/action.ts';
import { hostDomains } from '../classify/base-facts.ts';
import { canonicalHost } from '../connection/authority.ts';
import { factProblem } from '../decide/question.ts';
import type { ActionShape, SchemaShape } from '../decide/schema-shape.ts';
import type { Principal } from '../identify/principal.ts';
import { invalid } from './members.ts';
import type { TypedQuestion } from './question.ts';

const MAX_ID_CHARACTERS = 2_048;

/**
 * Throws QUESTION_INVALID. INVARIANT: never more permissive than the schema: an unknown fact, one of another type or a required one that is
 * missing is no question, because a forbid that reads it would not match (threat D13).
 */
export function typedAction(given: TypedQuestion, shape: SchemaShape, principal: Principal): Action {
  const { name, resource } = given;
  const action = shape.actions.find((one) => one.name === name);
  if (action === undefined) throw invalid(`the bundle's schema has no action \`${name.slice(0, 100)}\``);
  if (!action.principals.has('Agent')) throw invalid(`\`${name}\` is not an action of agents`);
  if (!action.resources.has(resource.type))
    throw invalid(`\`${name}\` applies to ${[...action.resources].join(' or ')}, not to ${resource.type.slice(0, 100)}`);
  checkRefs([resource, ...given.parents]);
  const facts = knownFacts(ownFacts(given, principal), action);
  return { name, resource, parents: parentsOf(given, shape), facts };
}

function checkRefs(refs: readonly EntityRef[]): void {
  const long = refs.find(({ id }) => id.length > MAX_ID_CHARACTERS);
  if (long !== undefined) throw invalid(`the id of a ${long.type.slice(0, 100)} is longer than ${MAX_ID_CHARACTERS} characters`);
}

/** INVARIANT: for whom an agent acts is what its token says: a question can't claim another user or session (threat D14). */
function ownFacts({ facts, resource }: TypedQuestion, { user, session }: Principal): Facts {
  for (const [name, own] of [
    ['user', user],
    ['session', session],
  ] as const) {
    if (facts[name] !== undefined && facts[name] !== own) throw invalid(`the fact \`${name}\` is not this agent's to say`);
  }
  const host = resource.type === 'Host' ? hostOf(resource) : facts['host'];
  // INVARIANT: in another spelling a host is no host that a policy names, and the wire knows none but the canonical one (threat D17).
  if (typeof host === 'string' && canonicalHost(host) !== host)
    throw invalid('the host is not in its canonical spelling: lower case, without a dot at the end, as an A-label');
  return { ...(host === undefined ? {} : { host }), ...facts };
}

function hostOf({ id }: EntityRef): string {
  return id.replace(/:\d+$/, '');
}

function knownFacts(facts: Facts, action: ActionShape): Facts {
  for (const [name, fact] of Object.entries(facts)) {
    const kind = action.facts.get(name);
    if (kind === undefined) throw invalid(`\`${action.name}\` has no fact \`${name.slice(0, 100)}\`: see docs/actions.md`);
    // A plan and a budget are what Interlock itself knows of them.
    if (kind === 'Record') throw invalid(`the fact \`${name}\` is not an agent's to say`);
    const problem = factProblem(fact, kind);
    if (problem !== null) throw invalid(`the fact \`${name}\` ${problem}`);
  }
  const missing = [...action.required].filter((name) => facts[name] === undefined);
  if (missing.length > 0) throw invalid(`\`${action.name}\` also needs the facts ${missing.join(', ')}`);
  return facts;
}

/** A Host is in its domains whatever is said; all other parents are what is given, of the types that the schema puts there. */
function parentsOf({ resource, parents }: TypedQuestion, shape: SchemaShape): readonly EntityRef[] {
  const above = ancestorTypes(resource.type, shape);
  const stray = parents.find(({ type }) => !above.has(type));
  if (stray !== undefined) throw invalid(`a ${resource.type} is in no ${stray.type.slice(0, 100)}`);
  if (resource.type !== 'Host') return parents;
  const domains = hostDomains(hostOf(resource));
  const foreign = parents.find(({ type, id }) => type === 'Domain' && domains.every((domain) => domain.id !== id));
  if (foreign !== undefined) throw invalid(`${resource.id} is not in the domain ${foreign.id}`);
  return [...domains, ...parents.filter(({ type }) => type !== 'Domain')];
}

function ancestorTypes(type: string, shape: SchemaShape): Set<string> {
  const types = new Set<string>(shape.memberOf.get(type));
  // A set grows while it is walked: every ancestor once, cycles included.
  for (const one of types) for (const parent of shape.memberOf.get(one) ?? []) types.add(parent);
  return types;
}
