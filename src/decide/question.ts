// One action of one principal as a question to the engine, with exactly what its slice reads, and the memo's key for it.

import type { Action, Fact, Facts } from '../classify/action.ts';
import type { Principal } from '../identify/principal.ts';
import type { CedarEntity, Question } from './engine.ts';
import type { EntityBook } from './entity-book.ts';
import type { FactKind } from './schema-shape.ts';
import type { Slice } from './slices.ts';

/** A longer string is refused, not cut: a cut path could slip past a forbid. */
const MAX_STRING_CHARACTERS = 16_384;
const MAX_SET_ELEMENTS = 10_000;

/**
 * The action as it is judged and recorded: `user` and `session` added, and every string well formed, because a lone surrogate makes
 * the engine throw (threat: 1,500 throws kill its instance).
 */
export function judgedAction(action: Action, principal: Principal): Action {
  const facts: Record<string, Fact> = {};
  for (const [name, fact] of Object.entries(action.facts)) facts[name] = wellFormed(fact);
  if (principal.user !== null) facts['user'] = principal.user.toWellFormed();
  if (principal.session !== null) facts['session'] = principal.session.toWellFormed();
  const { type, id } = action.resource;
  const resource = id.isWellFormed() ? action.resource : { type, id: id.toWellFormed() };
  const parents = action.parents.every((parent) => parent.id.isWellFormed())
    ? action.parents
    : action.parents.map((parent) => ({ type: parent.type, id: parent.id.toWellFormed() }));
  return { name: action.name, resource, parents, facts };
}

function wellFormed(fact: Fact): Fact {
  if (typeof fact === 'string') return fact.isWellFormed() ? fact : fact.toWellFormed();
  if (!isList(fact) || fact.every(isWellFormed)) return fact;
  return fact.map((item) => (typeof item === 'string' ? item.toWellFormed() : item));
}

function isList(fact: Fact): fact is readonly string[] {
  return Array.isArray(fact);
}

function isWellFormed(item: unknown): boolean {
  return typeof item === 'string' && item.isWellFormed();
}

/** A principal's parts as they go into keys: lists are counted and names length-prefixed, so no two read the same. */
function principalKey(principal: Principal): string {
  const { agent, user, teams } = principal;
  return `${sized(agent)}${user === null ? '-' : sized(user)}${teams.length}!${teams.map(sized).join('')}`;
}

/**
 * INVARIANT: two questions with one key have one answer. The key holds, unambiguously, all of what the slice reads; generations of
 * bundle and directory are not in it because a memo does not outlive them.
 */
export function questionKey(slice: Slice, principal: Principal, action: Action): string {
  const { reads, facts } = slice;
  let key = `${slice.index}|${action.resource.type}|`;
  if (reads.principal === 'uid') key += sized(principal.agent);
  else if (reads.principal === 'entity') key += principalKey(principal);
  if (reads.resource !== 'nothing') key += sized(action.resource.id);
  if (reads.resource === 'entity') {
    key += `${action.parents.length}!`;
    for (const parent of action.parents) key += `${sized(parent.type)}${sized(parent.id)}`;
  }
  key += '|';
  for (const name of facts) key += factKey(action.facts[name]);
  return key;
}

function sized(text: string): string {
  return `${text.length}:${text}`;
}

function factKey(fact: Fact | undefined): string {
  if (fact === undefined) return '-';
  if (typeof fact === 'string') return `s${sized(fact)}`;
  if (typeof fact === 'number') return `n${fact};`;
  if (typeof fact === 'boolean') return fact ? 't' : 'f';
  // A cheap stand-in for a list that is too long to be kept anyway.
  return Array.isArray(fact) ? `l${fact.length}:${fact.map((item) => sized(String(item))).join('')}` : '?';
}

/** The question, or why it can't be asked: then nobody can know what policy says of it. */
export function buildQuestion(slice: Slice, principal: Principal, action: Action, book: EntityBook): Question | string {
  const { reads } = slice;
  const { name, resource } = action;
  if (!slice.action.principals.has('Agent')) return `\`${name}\` is not an action of agents`;
  if (!slice.action.resources.has(resource.type)) return `the schema does not apply \`${name}\` to a ${resource.type}`;
  if (resource.id.length > MAX_STRING_CHARACTERS) return 'the name of the resource is too long to be judged';
  const context = projectFacts(slice, action.facts);
  if (typeof context === 'string') return context;
  const from: CedarEntity[] = [];
  if (reads.principal === 'entity') from.push(book.agent(principal));
  if (reads.resource === 'entity') from.push(book.resource(resource, action.parents));
  const entities = from.length === 0 && reads.entered.length === 0 ? [] : book.reach(from, reads.entered);
  if (reads.action) entities.push(actionEntity(slice));
  return {
    principal: { type: 'Agent', id: principal.agent },
    action: { type: 'Action', id: name },
    resource: { type: resource.type, id: resource.id },
    context,
    entities,
  };
}

/** Its groups are known when the bundle loads, so the ancestors are given as parents. */
export function actionEntity(slice: Slice): CedarEntity {
  const parents = [...slice.action.groups].filter((group) => group !== slice.action.name);
  return { uid: { type: 'Action', id: slice.action.name }, attrs: {}, parents: parents.map((id) => ({ type: 'Action', id })) };
}

function projectFacts(slice: Slice, facts: Facts): Question['context'] | string {
  const context: Question['context'] = {};
  for (const name of slice.facts) {
    const fact = facts[name];
    if (fact === undefined) continue;
    const kind = slice.action.facts.get(name);
    const problem = kind === undefined ? 'is not in the schema' : factProblem(fact, kind);
    if (problem !== null) return `the fact \`${name}\` ${problem}`;
    context[name] = typeof fact === 'object' ? [...fact] : fact;
  }
  return context;
}

/** Comparing values of different types is false, not an error, so a forbid would silently not match: types are checked here. */
export function factProblem(fact: unknown, kind: FactKind): string | null {
  switch (kind) {
    case 'String':
      if (typeof fact !== 'string') return 'is not a string';
      return fact.length > MAX_STRING_CHARACTERS ? `is longer than ${MAX_STRING_CHARACTERS} characters` : null;
    case 'Long':
      return Number.isSafeInteger(fact) ? null : 'is not a whole number that can be counted exactly';
    case 'Bool':
      return typeof fact === 'boolean' ? null : 'is neither true nor false';
    case 'Set':
      return setProblem(fact);
  }
}

function setProblem(fact: unknown): string | null {
  if (!Array.isArray(fact) || !fact.every((item) => typeof item === 'string')) return 'is not a set of strings';
  if (fact.length > MAX_SET_ELEMENTS) return `has more than ${MAX_SET_ELEMENTS} elements`;
  return fact.some((item) => item.length > MAX_STRING_CHARACTERS)
    ? `has an element longer than ${MAX_STRING_CHARACTERS} characters`
    : null;
}
