// The bundle cut by action: the engine pays for every policy in a set, so a question meets only those that can apply to its action.

import type { PolicyTree } from './engine.ts';
import type { SliceTexts } from './engine-slots.ts';
import type { Policy } from './policy.ts';
import { joinReads } from './reads.ts';
import type { Reads } from './reads.ts';
import type { ActionShape } from './schema-shape.ts';

export interface Slice {
  /** Its number in the engine's slots. */
  readonly index: number;
  readonly action: ActionShape;
  /** Sorted by id. */
  readonly policies: ReadonlyMap<string, Policy>;
  /** What any of its policies reads. */
  readonly reads: Reads;
  /** The facts that go into the engine, sorted: those read that the schema knows. */
  readonly facts: readonly string[];
}

/** Names of the actions that a policy's scope covers. */
export function actionsInScope(scope: PolicyTree['action'], actions: readonly ActionShape[]): Set<string> {
  if (scope.op === 'All') return new Set(actions.map((action) => action.name));
  const named = new Set<string>();
  if (scope.op === 'in') for (const entity of 'entities' in scope ? scope.entities : [scope.entity]) named.add(idOf(entity));
  else if ('entity' in scope) named.add(idOf(scope.entity));
  const covers = (action: ActionShape): boolean =>
    scope.op === 'in' ? [...action.groups].some((group) => named.has(group)) : named.has(action.name);
  return new Set(actions.filter(covers).map((action) => action.name));
}

function idOf(entity: { readonly __entity: { readonly id: string } } | { readonly id: string }): string {
  return '__entity' in entity ? entity.__entity.id : entity.id;
}

/** One slice an action, by the action's name. */
export function slicePolicies(policies: readonly Policy[], actions: readonly ActionShape[]): Map<string, Slice> {
  const slices = new Map<string, Slice>();
  actions.forEach((action, index) => {
    const own = policies.filter((policy) => policy.actions.has(action.name)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const reads = joinReads(own.map((policy) => policy.reads));
    const wanted = reads.facts;
    const facts = [...action.facts.keys()].filter((fact) => wanted === 'all' || wanted.has(fact)).toSorted();
    slices.set(action.name, { index, action, policies: new Map(own.map((policy) => [policy.id, policy])), reads, facts });
  });
  return slices;
}

/** What the engine preparses, in the order of the slices' numbers. */
export function sliceTexts(slices: ReadonlyMap<string, Slice>): SliceTexts {
  return [...slices.values()].map((slice) => Object.fromEntries([...slice.policies].map(([id, policy]) => [id, policy.text])));
}
