// The bundle cut by action and scope: the engine pays for every policy in a set, so a question meets only those that may apply to it.

import type { PolicyTexts, PolicyTree } from './engine.ts';
import type { SliceTexts } from './engine-slots.ts';
import type { Policy } from './policy.ts';
import { joinReads } from './reads.ts';
import type { Reads } from './reads.ts';
import type { ActionShape } from './schema-shape.ts';

/** One set in one of the engine's slots. */
export interface Slice {
  /** Its number in the engine's slots. */
  readonly index: number;
  /** Sorted by id. */
  readonly policies: readonly Policy[];
  /** Theirs, for the engine. */
  readonly texts: PolicyTexts;
  /** What any of its policies reads. */
  readonly reads: Reads;
}

/** The slices that a question meets when its action is one of these. */
export interface Cut {
  readonly actions: ReadonlySet<string>;
  readonly slices: readonly number[];
}

export interface Slices {
  /** In the order of their numbers. */
  readonly list: readonly Slice[];
  /** By what the principal's part of a scope names, then by the resource's part. */
  readonly scopes: ReadonlyMap<string, ReadonlyMap<string, readonly Cut[]>>;
}

/**
 * A set is preparsed in one go between two requests, about 0.1 ms for a policy of 350 characters and in proportion to its length, and
 * must take less than 5 ms. A policy that is longer than that by itself has a set of its own.
 */
export const MAX_SLICE_POLICIES = 32;
export const MAX_SLICE_CHARACTERS = 10_000;

/**
 * Asking one set for each action is cheapest, but puts a policy for many actions into many sets. This many copies are made in a whole
 * bundle, for the policies that need the fewest; the rest are kept once, in sets that all of their actions share.
 */
const MAX_COPIES = 8_192;

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

/** INVARIANT: of the slices that a question meets, exactly one holds each policy that can apply to it. */
export function slicePolicies(policies: readonly Policy[], maxCopies = MAX_COPIES): Slices {
  const list: Slice[] = [];
  const scopes = new Map<string, Map<string, readonly Cut[]>>();
  const sorted = policies.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const share = sharing();
  let copies = maxCopies;
  for (const [principal, sameAsker] of Map.groupBy(sorted, (policy) => policy.scope.principal)) {
    const resources = new Map<string, readonly Cut[]>();
    for (const [resource, own] of Map.groupBy(sameAsker, (policy) => policy.scope.resource)) {
      const spread = spreadByAction(own, copies);
      copies -= spread.copies;
      resources.set(
        resource,
        spread.sets.map(({ actions, policies: set }) => ({ actions: share(actions), slices: addSlices(list, set) })),
      );
    }
    scopes.set(principal, resources);
  }
  return { list, scopes };
}

/** One bundle's sets and more of them, as if they had been cut together: no policy may be in both. */
export function joinSlices(first: Slices, more: Slices): Slices {
  const offset = first.list.length;
  const scopes = new Map(first.scopes);
  for (const [principal, resources] of more.scopes) {
    const joined = new Map(scopes.get(principal));
    for (const [resource, cuts] of resources) {
      const moved = cuts.map(({ actions, slices }) => ({ actions, slices: slices.map((index) => index + offset) }));
      joined.set(resource, [...(joined.get(resource) ?? []), ...moved]);
    }
    scopes.set(principal, joined);
  }
  return { list: [...first.list, ...more.list.map((slice) => ({ ...slice, index: slice.index + offset }))], scopes };
}

interface ActionSet {
  readonly actions: ReadonlySet<string>;
  readonly policies: readonly Policy[];
}

interface Spread {
  readonly sets: readonly ActionSet[];
  /** How many policies there are more in the sets than there are. */
  readonly copies: number;
}

/** The policies of one scope by action. Actions that meet the same ones share a set. */
function spreadByAction(policies: readonly Policy[], maxCopies: number): Spread {
  const alike = [...Map.groupBy(policies, (policy) => signatureOf(policy.actions)).values()]
    .map((group) => ({ group, actions: group[0]?.actions ?? new Set<string>() }))
    .filter(({ actions }) => actions.size > 0);
  if (alike.length < 2) return { sets: alike.map(({ group, actions }) => ({ actions, policies: group })), copies: 0 };
  const copiesOf = ({ group, actions }: (typeof alike)[number]): number => group.length * (actions.size - 1);
  const spread = new Set<Policy>();
  let copies = 0;
  const wide: ActionSet[] = [];
  for (const each of alike.toSorted((a, b) => copiesOf(a) - copiesOf(b))) {
    if (copies + copiesOf(each) > maxCopies) wide.push({ actions: each.actions, policies: each.group });
    else {
      copies += copiesOf(each);
      for (const policy of each.group) spread.add(policy);
    }
  }
  return { sets: [...spreadOver([...spread]), ...wide], copies };
}

const signatures = new WeakMap<ReadonlySet<string>, string>();

/** Policies share their sets, so each is only put in order once. */
function signatureOf(actions: ReadonlySet<string>): string {
  const known = signatures.get(actions);
  if (known !== undefined) return known;
  const signature = [...actions].toSorted().join('\n');
  signatures.set(actions, signature);
  return signature;
}

function spreadOver(policies: readonly Policy[]): ActionSet[] {
  const byAction = new Map<string, Policy[]>();
  for (const policy of policies.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    for (const action of policy.actions) {
      const met = byAction.get(action);
      if (met === undefined) byAction.set(action, [policy]);
      else met.push(policy);
    }
  }
  const equal = Map.groupBy(byAction, ([, met]) => met.map((policy) => policy.id).join('\n'));
  return [...equal.values()].map((entries) => ({
    actions: new Set(entries.map(([action]) => action)),
    policies: entries[0]?.[1] ?? [],
  }));
}

/** The same set for the same actions. */
function sharing(): (actions: ReadonlySet<string>) => ReadonlySet<string> {
  const known = new Map<string, ReadonlySet<string>>();
  return (actions) => {
    const signature = signatureOf(actions);
    const same = known.get(signature) ?? actions;
    known.set(signature, same);
    return same;
  };
}

/** As many slices as it takes; their numbers. */
function addSlices(list: Slice[], policies: readonly Policy[]): number[] {
  const numbers: number[] = [];
  let own: Policy[] = [];
  let characters = 0;
  const close = (): void => {
    if (own.length === 0) return;
    numbers.push(list.length);
    list.push({ index: list.length, policies: own, texts: textsOf(own), reads: joinReads(own.map((policy) => policy.reads)) });
    own = [];
    characters = 0;
  };
  for (const policy of policies) {
    if (own.length === MAX_SLICE_POLICIES || characters + policy.text.length > MAX_SLICE_CHARACTERS) close();
    own.push(policy);
    characters += policy.text.length;
  }
  close();
  return numbers;
}

export function textsOf(policies: readonly Policy[]): PolicyTexts {
  return Object.fromEntries(policies.map((policy) => [policy.id, policy.text]));
}

/** What the engine preparses, in the order of the slices' numbers. */
export function sliceTexts(slices: Slices): SliceTexts {
  return slices.list.map((slice) => slice.texts);
}
