// For a permit, another policy that always decides over its head: its scope and conditions are equal or wider, and it is stricter.

import type { EntityMap } from './entities.ts';
import { uidKey } from './entities.ts';
import { VERDICTS } from './judgement.ts';
import type { Policy } from './policy.ts';
import { typesMet } from './met-actions.ts';
import { scopeKey } from './policy-outline.ts';
import type { PolicyOutline, ScopeTest, Uid } from './policy-outline.ts';
import type { SchemaShape } from './schema-shape.ts';
import type { PolicySource } from './policy-text.ts';

export interface Candidate {
  readonly source: PolicySource;
  readonly policy: Policy;
  readonly outline: PolicyOutline;
  /** Names of the actions that its scope can meet, sorted. */
  readonly actions: readonly string[];
  readonly conjuncts: ReadonlySet<string>;
}

/** Bundles in which thousands of policies differ in one condition alone would otherwise be compared each with each. */
const MAX_COMPARISONS = 2_000_000;
/** An entity with more above it than this is compared by the nearest. */
const MAX_ANCESTORS = 64;

/** Found by scope, then by the condition that fewest share; without conditions under the empty text. */
type Index = ReadonlyMap<string, ReadonlyMap<string, readonly Candidate[]>>;

/**
 * INVARIANT: what it answers holds: whenever the permit applies, the other one does, or its evaluation errs and the request is blocked. What
 * it does not find may be covered all the same.
 */
export function coverSearch(
  candidates: readonly Candidate[],
  shape: SchemaShape,
  entities: EntityMap,
): (permit: Candidate) => Candidate | null {
  const index = indexOf(candidates.filter(({ policy }) => policy.verdict !== 'ALLOW'));
  const typesOf = typeFinder(shape);
  let left = MAX_COMPARISONS;
  return (permit) => {
    if (permit.policy.effect === 'forbid' || permit.actions.length === 0) return null;
    const { principals, resources } = typesOf(permit.actions);
    const above = widerKeys(permit.outline.resource, resources, entities);
    let found: Candidate | null = null;
    for (const principal of widerKeys(permit.outline.principal, principals, entities)) {
      for (const resource of above) {
        const anchors = index.get(`${principal}\n${resource}`);
        if (anchors === undefined) continue;
        for (const anchor of ['', ...permit.conjuncts]) {
          for (const other of anchors.get(anchor) ?? []) {
            if ((left -= 1) < 0) return null;
            if (!covers(other, permit)) continue;
            if (other.policy.effect === 'forbid') return other;
            found ??= other;
          }
        }
      }
    }
    return found;
  };
}

function covers(other: Candidate, permit: Candidate): boolean {
  return (
    other !== permit &&
    overrules(other.policy, permit.policy) &&
    permit.actions.every((action) => other.policy.actions.has(action)) &&
    other.outline.conjuncts.every((one) => permit.conjuncts.has(one))
  );
}

/** A constraint or an approval that the weaker one asks for is still asked for, so only what merely lets pass can be overruled by a permit. */
function overrules(other: Policy, permit: Policy): boolean {
  if (other.effect === 'forbid') return true;
  const passes = permit.verdict === 'ALLOW' || permit.verdict === 'ALLOW_LOG';
  return passes && VERDICTS.indexOf(other.verdict) > VERDICTS.indexOf(permit.verdict);
}

function indexOf(others: readonly Candidate[]): Index {
  const shared = new Map<string, number>();
  for (const { outline } of others) for (const one of outline.conjuncts) shared.set(one, (shared.get(one) ?? 0) + 1);
  const index = new Map<string, Map<string, Candidate[]>>();
  for (const other of others) {
    const { principal, resource, conjuncts } = other.outline;
    const scope = `${scopeKey(principal)}\n${scopeKey(resource)}`;
    const anchor = conjuncts.toSorted((a, b) => (shared.get(a) ?? 0) - (shared.get(b) ?? 0))[0] ?? '';
    const anchors = index.get(scope) ?? new Map<string, Candidate[]>();
    index.set(scope, anchors);
    const sharing = anchors.get(anchor) ?? [];
    anchors.set(anchor, sharing);
    sharing.push(other);
  }
  return index;
}

/** Keys of every test that is true wherever this one is. `types` are those that the tested part can have. */
function widerKeys(test: ScopeTest, types: ReadonlySet<string>, entities: EntityMap): string[] {
  const wider: ScopeTest[] = [{ op: 'any' }];
  const possible = typesMet(test, types);
  const only = possible.length === 1 ? (possible[0] ?? null) : null;
  if (only !== null) wider.push({ op: 'is', type: only });
  if (test.op === 'equal' || test.op === 'in') {
    if (test.op === 'equal') wider.push(test);
    for (const uid of [test.uid, ...ancestors(test.uid, entities)]) {
      wider.push({ op: 'in', uid, type: null });
      if (only !== null) wider.push({ op: 'in', uid, type: only });
    }
  }
  return [...new Set(wider.map(scopeKey))];
}

/** What entities.json puts above an entity. */
function ancestors(uid: Uid, entities: EntityMap): Uid[] {
  const seen = new Map([[uidKey(uid.type, uid.id), uid]]);
  for (const { type, id } of seen.values()) {
    for (const parent of entities.get(uidKey(type, id))?.parents ?? []) {
      const above = '__entity' in parent ? parent.__entity : parent;
      if (seen.size <= MAX_ANCESTORS) seen.set(uidKey(above.type, above.id), above);
    }
  }
  return [...seen.values()].slice(1);
}

interface Types {
  readonly principals: ReadonlySet<string>;
  readonly resources: ReadonlySet<string>;
}

/** Remembered, because few sets of actions differ in a bundle. */
function typeFinder(shape: SchemaShape): (actions: readonly string[]) => Types {
  const byName = new Map(shape.actions.map((action) => [action.name, action]));
  const known = new Map<string, Types>();
  return (actions) => {
    const key = actions.join('\n');
    const before = known.get(key);
    if (before !== undefined) return before;
    const shapes = actions.map((name) => byName.get(name)).filter((action) => action !== undefined);
    const types = {
      principals: new Set(shapes.flatMap((action) => [...action.principals])),
      resources: new Set(shapes.flatMap((action) => [...action.resources])),
    };
    known.set(key, types);
    return types;
  };
}
