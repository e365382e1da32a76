// One action of one principal as a question to the engine, with exactly what each set reads.

import type { Action, Fact, OwnRecord } from '../classify/action.ts';
import type { Principal } from '../identify/principal.ts';
import type { Docket } from './docket.ts';
import type { CedarEntity, Question } from './engine.ts';
import type { EntityBook } from './entity-book.ts';
import type { Asked } from './joined-set.ts';
import type { Reads } from './reads.ts';
import type { ActionShape, FactKind } from './schema-shape.ts';

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
  return { name: action.name, resource, parents, facts, ...(action.own === undefined ? {} : { own: action.own }) };
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

/** The question with as much in it as is read. */
export type QuestionTo = (asked: Asked) => Question;

/** The question to any slice or gathering of the docket, or why it can't be asked: then nobody can know what policy says of it. */
export function questionsTo(
  docket: Pick<Docket, 'action' | 'facts'>,
  principal: Principal,
  action: Action,
  book: EntityBook,
): QuestionTo | string {
  const { name, resource } = action;
  if (!docket.action.principals.has('Agent')) return `\`${name}\` is not an action of agents`;
  if (!docket.action.resources.has(resource.type)) return `the schema does not apply \`${name}\` to a ${resource.type}`;
  if (resource.id.length > MAX_STRING_CHARACTERS) return 'the name of the resource is too long to be judged';
  const context = projectFacts(docket, action);
  if (typeof context === 'string') return context;
  const entitiesFor = entitiesOf(principal, action, book);
  return ({ reads, facts }) => ({
    principal: { type: 'Agent', id: principal.agent },
    action: { type: 'Action', id: name },
    resource: { type: resource.type, id: resource.id },
    context: pick(context, facts),
    entities: [...entitiesFor(reads), ...(reads.action ? [actionEntity(docket.action)] : [])],
  });
}

/** As much of who asks and what it is about as these reads look at. */
function entitiesOf(principal: Principal, action: Action, book: EntityBook): (reads: Reads) => CedarEntity[] {
  const agent = book.agent(principal);
  const resource = book.resource(action.resource, action.parents);
  const bare = (entity: CedarEntity): CedarEntity => {
    const [, ...parents] = book.above(entity, [agent, resource]).values();
    return { uid: entity.uid, attrs: {}, parents };
  };
  return (reads) => {
    const whole: CedarEntity[] = [];
    const names: CedarEntity[] = [];
    if (reads.principal === 'entity') whole.push(agent);
    if (reads.resource === 'entity') whole.push(resource);
    if (reads.principal === 'above') names.push(bare(agent));
    if (reads.resource === 'above') names.push(bare(resource));
    return whole.length === 0 && reads.entered.length === 0 ? names : [...book.reach(whole, reads.entered), ...names];
  };
}

/** Its groups are known when the bundle loads, so the ancestors are given as parents. */
export function actionEntity(action: ActionShape): CedarEntity {
  const parents = [...action.groups].filter((group) => group !== action.name);
  return { uid: { type: 'Action', id: action.name }, attrs: {}, parents: parents.map((id) => ({ type: 'Action', id })) };
}

function projectFacts(docket: Pick<Docket, 'action' | 'facts'>, { facts, own }: Action): Question['context'] | string {
  const context: Question['context'] = {};
  for (const name of docket.facts) {
    const kind = docket.action.facts.get(name);
    const record = kind === 'Record' ? own?.[name] : undefined;
    if (record !== undefined) context[name] = valuesOf(record);
    const fact = facts[name];
    if (fact === undefined) continue;
    const problem = kind === undefined ? 'is not in the schema' : factProblem(fact, kind);
    if (problem !== null) return `the fact \`${name}\` ${problem}`;
    context[name] = typeof fact === 'object' ? [...fact] : fact;
  }
  return context;
}

function valuesOf(record: OwnRecord): Exclude<Question['context'][string], string | number | boolean | string[]> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, typeof value === 'object' ? [...value] : value]),
  );
}

function pick(context: Question['context'], names: readonly string[]): Question['context'] {
  const picked: Question['context'] = {};
  for (const name of names) {
    const fact = context[name];
    if (fact !== undefined) picked[name] = fact;
  }
  return picked;
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
    case 'Record':
      return 'is for Interlock itself to say';
  }
}

function setProblem(fact: unknown): string | null {
  if (!Array.isArray(fact) || !fact.every((item) => typeof item === 'string')) return 'is not a set of strings';
  if (fact.length > MAX_SET_ELEMENTS) return `has more than ${MAX_SET_ELEMENTS} elements`;
  return fact.some((item) => item.length > MAX_STRING_CHARACTERS)
    ? `has an element longer than ${MAX_STRING_CHARACTERS} characters`
    : null;
}
