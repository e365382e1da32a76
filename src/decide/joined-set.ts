// Several slices as one set for the engine, their policies without those parts of a scope that the docket's choice has settled already.

import type { PolicyTree } from './engine.ts';
import type { Policy } from './policy.ts';
import { readsOf } from './reads.ts';
import type { Reads } from './reads.ts';

/** What a question has to hold. */
export interface Asked {
  /** What is read, and with it whoever that leads to. */
  readonly reads: Reads;
  /** Sorted: those read that the schema knows. */
  readonly facts: readonly string[];
}

/** By id: as text, or as the tree that the engine's own parser made of it. */
export type PolicySources = Readonly<Record<string, string | PolicyTree>>;

type Parse = (text: string) => PolicyTree | null;

export interface JoinedPolicies {
  readonly sources: PolicySources;
  /** Of these as they are now. */
  readonly asked: Asked;
}

/** A set that is being put together: about 0.2 ms a policy, so not all in one go. Its trees are large, and gone once it is made. */
export interface Joining {
  /** Null while there is more to do. */
  step(parse: Parse): JoinedPolicies | null;
}

export interface JoinedSet {
  /** Chooses the slot. */
  readonly number: number;
  begin(): Joining;
}

/** Policies that are parsed in one step: 1.6 ms. */
const PARSED_AT_ONCE = 8;

/** The engine reads trees with a JSON parser that throws at 128 levels; what is deeper than this stays text. */
const MAX_LEVELS = 80;

/** `askedOf`: what a question holds for these reads, of the docket's action. */
export function joinedSet(
  number: number,
  action: string,
  policies: readonly Policy[],
  askedOf: (reads: readonly Reads[]) => Asked,
): JoinedSet {
  return { number, begin: () => joining(action, policies, askedOf) };
}

function joining(action: string, policies: readonly Policy[], askedOf: (reads: readonly Reads[]) => Asked): Joining {
  const parts: Part[] = [];
  return {
    step(parse) {
      // What was parsed before is enough for one step: the engine is to read all of it after this one.
      const parsedBefore = parts.length;
      for (const policy of policies.slice(parsedBefore, parsedBefore + PARSED_AT_ONCE))
        parts.push({ policy, tree: policy.actions.has(action) ? treeOf(policy, parse) : null });
      const whole = parts.length === policies.length;
      const idle = parts.length === parsedBefore || policies.length <= PARSED_AT_ONCE;
      return whole && idle ? joinedOf(parts, askedOf) : null;
    },
  };
}

interface Part {
  readonly policy: Policy;
  /** Null for a policy that stays text. */
  readonly tree: PolicyTree | null;
}

function joinedOf(parts: readonly Part[], askedOf: (reads: readonly Reads[]) => Asked): JoinedPolicies {
  const readsWith = (settled: Settled): Reads[] =>
    parts.map(({ policy, tree }) => (tree === null ? policy.reads : readsOf(withoutSettled(tree, settled))));
  const { reads } = askedOf(readsWith({ principal: true, resource: true }));
  // Whom the engine is told of in full, it can test by itself.
  const settled = { principal: reads.principal !== 'entity', resource: reads.resource !== 'entity' };
  const sources = parts.map(({ policy, tree }) => [policy.id, tree === null ? policy.text : withoutSettled(tree, settled)]);
  return { sources: Object.fromEntries(sources), asked: askedOf(readsWith(settled)) };
}

function treeOf(policy: Policy, parse: Parse): PolicyTree | null {
  const tree = parse(policy.text);
  return tree === null || deeper(tree, MAX_LEVELS) ? null : tree;
}

function deeper(node: unknown, levels: number): boolean {
  if (typeof node !== 'object' || node === null) return false;
  return levels === 0 || Object.values(node).some((inner) => deeper(inner, levels - 1));
}

interface Settled {
  readonly principal: boolean;
  readonly resource: boolean;
}

/**
 * INVARIANT: a part is only left out where it holds for every question to the docket: its slices are those of the action, and a scope that
 * says `in` is met by what the question itself would list as ancestors. Told to the engine again it would cost three entities.
 */
function withoutSettled(tree: PolicyTree, settled: Settled): PolicyTree {
  return {
    effect: tree.effect,
    principal: settled.principal ? withoutIn(tree.principal) : tree.principal,
    action: tree.action.op === 'in' ? { op: 'All' } : tree.action,
    resource: settled.resource ? withoutIn(tree.resource) : tree.resource,
    conditions: tree.conditions,
  };
}

type Scope = PolicyTree['principal'] | PolicyTree['resource'];

function withoutIn(scope: Scope): Scope {
  if (scope.op === 'in' && 'entity' in scope) return { op: 'All' };
  if (scope.op === 'is' && scope.in !== undefined && 'entity' in scope.in) return { op: 'is', entity_type: scope.entity_type };
  return scope;
}
