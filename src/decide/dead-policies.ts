// Policies that can never decide anything, found by comparing what is written. It finds common mistakes and proves nothing: a policy that
// is not named here may be dead all the same.

import { warningAt } from './bundle-finding.ts';
import type { BundleFinding, FindingRule } from './bundle-finding.ts';
import type { OnCheckStep } from './check-step.ts';
import { coverSearch } from './covering-policies.ts';
import type { Candidate } from './covering-policies.ts';
import type { EntityMap } from './entities.ts';
import { metActions } from './met-actions.ts';
import { scopeKey } from './policy-outline.ts';
import type { Draft } from './policy-compiler.ts';
import type { SchemaShape } from './schema-shape.ts';
import { unreachableEntity } from './unreachable-entity.ts';

const NO_PROOF = 'This is told by comparing texts and is not a proof.';

interface Why {
  readonly rule: FindingRule;
  readonly message: string;
  readonly fix: string;
}

/** At most one warning for a policy. Linear in the number of policies, but for a bounded number of comparisons. */
export function findDeadPolicies(
  drafts: readonly Draft[],
  shape: SchemaShape,
  entities: EntityMap,
  onStep?: OnCheckStep,
): BundleFinding[] {
  const parents = parentsOf(entities);
  const candidates = drafts.map((draft): Candidate => {
    const actions = metActions(draft.outline, draft.policy.actions, shape);
    return { ...draft, actions, conjuncts: new Set(draft.outline.conjuncts) };
  });
  const covering = coverSearch(candidates, shape, entities);
  const twins = new Map<string, Candidate>();
  const findings: BundleFinding[] = [];
  for (const [place, candidate] of candidates.entries()) {
    onStep?.('compare', place, candidates.length);
    const why =
      contradiction(candidate) ??
      unreachable(candidate, parents, shape) ??
      covered(candidate, covering(candidate)) ??
      duplicate(candidate, twins);
    if (why === null) continue;
    const { source } = candidate;
    findings.push(warningAt(source.file, source.placeOf(0), `${why.message}. ${NO_PROOF}`, why.fix, why.rule));
  }
  return findings;
}

function contradiction({ policy, conjuncts }: Candidate): Why | null {
  for (const one of conjuncts) {
    if (!conjuncts.has(`!${one}`)) continue;
    return {
      rule: 'dead-policy',
      message: `${policy.id} asks that something be true and not true at once, so it never applies`,
      fix: 'take one of the two conditions out',
    };
  }
  return null;
}

function unreachable({ policy, outline, actions }: Candidate, parents: ReadonlySet<string>, shape: SchemaShape): Why | null {
  const met = new Set(actions);
  const resources = new Set(shape.actions.filter(({ name }) => met.has(name)).flatMap((action) => [...action.resources]));
  const problem =
    unreachableEntity(outline.resource, resources, parents) ?? unreachableEntity(outline.principal, new Set(), parents);
  if (problem === null) return null;
  return { rule: 'dead-policy', message: `${policy.id} never applies: ${problem.message}`, fix: problem.fix };
}

function covered({ policy }: Candidate, by: Candidate | null): Why | null {
  if (by === null) return null;
  const other = named(by);
  if (by.policy.effect === 'forbid') {
    return {
      rule: 'dead-policy',
      message: `${policy.id} never decides: whatever it permits is forbidden by ${other}, and a forbid wins`,
      fix: `narrow ${by.policy.id} with \`unless\`, or take ${policy.id} out`,
    };
  }
  return {
    rule: 'dead-policy',
    message: `${policy.id} never decides: whatever it permits, ${other} permits with the stricter verdict ${by.policy.verdict}, and the strictest counts`,
    fix: `exclude it from ${by.policy.id} with \`unless\`, or take ${policy.id} out`,
  };
}

function duplicate(candidate: Candidate, twins: Map<string, Candidate>): Why | null {
  const { policy, outline, actions } = candidate;
  const { effect, verdict, approvers, quorum, grant, covers } = policy;
  const asked = [policy.constraints, policy.offers].map((list) => list.map(({ name }) => name));
  const scope = [scopeKey(outline.principal), scopeKey(outline.resource), actions];
  const key = JSON.stringify([effect, verdict, approvers, quorum, grant, covers, asked, scope, outline.conjuncts]);
  const first = twins.get(key);
  if (first === undefined) {
    twins.set(key, candidate);
    return null;
  }
  return { rule: 'duplicate-policy', message: `${policy.id} says what ${named(first)} says`, fix: 'take one of the two out' };
}

function named({ policy }: Candidate): string {
  return `${policy.id} (${policy.file}:${policy.line})`;
}

/** `Type::id` of every entity that is above another one in entities.json. */
function parentsOf(entities: EntityMap): ReadonlySet<string> {
  const parents = new Set<string>();
  for (const { parents: above } of entities.values()) {
    for (const parent of above) {
      const { type, id } = '__entity' in parent ? parent.__entity : parent;
      parents.add(`${type}::${id}`);
    }
  }
  return parents;
}
