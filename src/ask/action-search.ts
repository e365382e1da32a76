// AuthZEN action search (Authorization API 1.0 §8.6): which actions policy permits this agent on a resource, and what stands in the way of others.

import type { Fact, Facts } from '../classify/action.ts';
import type { JsonObject } from '../classify/strict-json.ts';
import type { Judge } from '../decide/judge.ts';
import type { ActionJudgement, Judgement } from '../decide/judgement.ts';
import type { ActionShape, SchemaShape } from '../decide/schema-shape.ts';
import { toInterlockError } from '../errors.ts';
import type { Principal } from '../identify/principal.ts';
import { plainText } from '../record/plain-text.ts';
import { factsOf, flagAt, invalid, objectAt, refAt, refOf } from './members.ts';
import type { Asked, TypedQuestion } from './question.ts';
import { parentsOf } from './read-question.ts';
import { typedAction } from './typed-action.ts';

export interface Search extends Pick<Asked, 'subject' | 'obligations'> {
  readonly resource: TypedQuestion['resource'];
  readonly parents: TypedQuestion['parents'];
  /** Given to each action that has them. */
  readonly facts: Facts;
}

interface Permitted {
  readonly name: string;
  readonly properties: object;
}

export interface SearchResult {
  readonly results: readonly Permitted[];
  readonly others: readonly object[];
  /** Of those that are permitted: what is put on record. */
  readonly permitted: readonly ActionJudgement[];
}

const NOTHING: JsonObject = {};

/** Throws QUESTION_INVALID. */
export function readSearch(message: JsonObject): Search {
  const resource = objectAt(message, 'resource');
  if (resource === undefined) throw invalid('`resource` is missing');
  const context = objectAt(message, 'context') ?? NOTHING;
  return {
    subject: refAt(message, 'subject') ?? null,
    resource: refOf(resource, 'resource'),
    parents: parentsOf(resource),
    facts: factsOf(objectAt(context, 'facts')),
    obligations: flagAt(context, 'obligations'),
  };
}

/** Every action of the schema that applies to the resource's type, each judged by itself, in the schema's order. */
export function searchActions(
  search: Search,
  principal: Principal,
  judge: Judge & { readonly shape: SchemaShape },
): SearchResult {
  const results: Permitted[] = [];
  const others: object[] = [];
  const permitted: ActionJudgement[] = [];
  for (const action of judge.shape.actions) {
    if (!action.principals.has('Agent') || !action.resources.has(search.resource.type)) continue;
    const found = judgeOne(action, search, principal, judge);
    if (typeof found === 'string') {
      others.push({ name: action.name, verdict: null, reason: found });
      continue;
    }
    const { verdict, policies, constraints } = found;
    const view = { verdict, policies, constraints: constraints.map(({ name }) => name), reason: plainText(found.reason, 600) };
    const yes = verdict === 'ALLOW' || verdict === 'ALLOW_LOG' || (verdict === 'CONSTRAIN' && search.obligations);
    if (!yes) others.push({ name: action.name, ...view });
    else {
      results.push({ name: action.name, properties: { ...view, facts: found.actions[0]?.action.facts ?? {} } });
      permitted.push(...found.actions);
    }
  }
  return { results, others, permitted };
}

/** What it comes to, or what has to be known of it first. */
function judgeOne(
  action: ActionShape,
  { resource, parents, facts }: Search,
  principal: Principal,
  judge: Judge & { readonly shape: SchemaShape },
): Judgement | string {
  const fitting = Object.entries(facts).filter(([name]) => action.facts.has(name));
  const given: Record<string, Fact> = { ...assumed(action), ...Object.fromEntries(fitting) };
  try {
    const question: TypedQuestion = { kind: 'typed', name: action.name, resource, parents, facts: given };
    return judge.judge(principal, [typedAction(question, judge.shape, principal)]);
  } catch (thrown) {
    return toInterlockError(thrown).message;
  }
}

/** A search is a first look, so what nobody said is assumed to be ordinary; the facts that a result rests on are told with it. */
function assumed(action: ActionShape): Facts {
  const tunnel = action.name === 'tunnel.open';
  const method = tunnel ? 'CONNECT' : action.groups.has('read') ? 'GET' : 'POST';
  const ordinary: Facts = { method, path: tunnel ? '' : '/', inspected: !tunnel };
  return Object.fromEntries(Object.entries(ordinary).filter(([name]) => action.facts.has(name)));
}
