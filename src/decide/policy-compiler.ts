// From a bundle's *.cedar files to its policies: cut, parsed one by one, annotations read, reads found.

import { budgetFact } from '../budget/budget.ts';
import { type Asked, readAnnotations } from './annotations.ts';
import type { BundleFiles } from './bundle-files.ts';
import { errorAt, START } from './bundle-finding.ts';
import type { BundleFinding } from './bundle-finding.ts';
import { cedarFinding } from './cedar-finding.ts';
import type { OnCheckStep } from './check-step.ts';
import type { Constraint } from './constraint.ts';
import type { EngineInstance, PolicyTree } from './engine.ts';
import { outlineOf } from './policy-outline.ts';
import type { PolicyOutline } from './policy-outline.ts';
import { cutPolicies } from './policy-text.ts';
import type { PolicySource } from './policy-text.ts';
import type { Policy } from './policy.ts';
import { readsOf } from './reads.ts';
import { parseReason, placeholdersOf, REASON_WORDS } from './reason.ts';
import type { SchemaShape } from './schema-shape.ts';
import { scopeKeyOf } from './scope-key.ts';
import { actionsInScope } from './slices.ts';
import { isAnnounced } from '../tools/tool-mapping.ts';

export interface Draft {
  readonly source: PolicySource;
  readonly policy: Policy;
  readonly outline: PolicyOutline;
}

const MAX_POLICIES = 20_000;

/** An evaluation runs off the engine's stack somewhere between 100 and 400 levels: every clause and operator is one. */
const MAX_TREE_DEPTH = 100;

type Report = (source: PolicySource, annotation: string | null, message: string, fix?: string) => void;

export function compilePolicies(
  files: BundleFiles,
  shape: SchemaShape,
  constraints: ReadonlyMap<string, Constraint>,
  engine: EngineInstance,
  findings: BundleFinding[],
  onStep?: OnCheckStep,
): Draft[] {
  const sources: PolicySource[] = [];
  for (const [file, text] of files.policies) {
    const cut = cutPolicies(file, text);
    sources.push(...cut.policies);
    findings.push(...cut.findings);
  }
  if (sources.length === 0)
    findings.push(
      errorAt('.', START, 'the bundle has no policy', 'write one into a *.cedar file; without any, everything would be blocked'),
    );
  if (sources.length > MAX_POLICIES) {
    const message = `the bundle has more than ${MAX_POLICIES} policies`;
    findings.push(errorAt('.', START, message, 'list entities instead of writing a policy for each'));
    return [];
  }
  const report: Report = (source, annotation, message, fix = '') => {
    const within = annotation === null ? 0 : (source.annotations.get(annotation) ?? 0);
    findings.push(errorAt(source.file, source.placeOf(within), message, fix));
  };
  const drafts: Draft[] = [];
  const inScope = sharedSets(shape);
  for (const [place, source] of sources.entries()) {
    onStep?.('read', place, sources.length);
    const tree = parse(source, engine, findings, report);
    if (tree === null) continue;
    drafts.push({
      source,
      policy: compile(source, tree, inScope(tree.action), shape, constraints, report),
      outline: outlineOf(tree),
    });
  }
  refuseTwins(drafts, report);
  return drafts;
}

/** Policies for the same actions share one set: there may be a hundred names in it, and thousands of policies. */
function sharedSets(shape: SchemaShape): (scope: PolicyTree['action']) => ReadonlySet<string> {
  const byScope = new Map<string, ReadonlySet<string>>();
  return (scope) => {
    const key = JSON.stringify(scope);
    const actions = byScope.get(key) ?? actionsInScope(scope, shape.actions);
    byScope.set(key, actions);
    return actions;
  };
}

function parse(source: PolicySource, engine: EngineInstance, findings: BundleFinding[], report: Report): PolicyTree | null {
  // A lone surrogate makes the engine throw; files are decoded from UTF-8, so there is none unless that changes.
  if (!source.text.isWellFormed()) report(source, null, 'a policy that is not well-formed Unicode');
  const parsed = source.text.isWellFormed() ? engine.parsePolicy(source.text) : { errors: [] };
  if ('errors' in parsed) {
    for (const error of parsed.errors) findings.push(cedarFinding(source.file, source.placeOf, source.text, error, true));
    return null;
  }
  const depth = parsed.value.conditions.reduce((total, condition) => total + treeDepth(condition.body, MAX_TREE_DEPTH), 0);
  if (depth > MAX_TREE_DEPTH) {
    report(
      source,
      null,
      `more than ${MAX_TREE_DEPTH} operators in a row or one in another`,
      'use a set: `["a", "b"].contains(context.host)`, or entities',
    );
    return null;
  }
  return parsed.value;
}

/** Nesting of expressions, each being an object within an object; stops counting a little past `enough`. */
function treeDepth(node: unknown, enough: number): number {
  if (enough < 0 || typeof node !== 'object' || node === null) return 0;
  const inner: unknown[] = Array.isArray(node) ? node : Object.values(node).flatMap(operandsOf);
  let deepest = 0;
  for (const child of inner) deepest = Math.max(deepest, treeDepth(child, enough - 1));
  return deepest + 1;
}

function operandsOf(form: unknown): unknown[] {
  return typeof form === 'object' && form !== null ? Object.values(form) : [];
}

function compile(
  source: PolicySource,
  tree: PolicyTree,
  actions: ReadonlySet<string>,
  shape: SchemaShape,
  constraints: ReadonlyMap<string, Constraint>,
  report: Report,
): Policy {
  const { asked, problems } = readAnnotations(tree);
  for (const problem of problems) report(source, problem.annotation, problem.message, problem.fix);
  const reason = parseReason(asked.reason);
  checkPlaceholders(source, reason, actions, shape, report);
  checkCovers(source, asked, actions, report);
  return {
    id: asked.id,
    effect: tree.effect,
    text: source.text,
    file: source.file,
    line: source.placeOf(0).line,
    reason,
    verdict: asked.verdict,
    constraints: resolve(source, 'constrain', asked.constrain, constraints, report),
    approvers: asked.approvers,
    quorum: asked.quorum,
    offers: resolve(source, 'offer', asked.offer, constraints, report),
    grant: asked.grant,
    covers: asked.covers,
    shadow: asked.shadow,
    reads: readsOf(tree),
    scope: scopeKeyOf(tree),
    actions,
  };
}

/** A promise that nothing can come of is a mistake: people would still be asked twice. */
function checkCovers(source: PolicySource, { covers }: Asked, actions: ReadonlySet<string>, report: Report): void {
  if (covers === null || [...actions].some(isAnnounced)) return;
  report(
    source,
    'covers',
    '@covers on a policy for nothing that a tool and its request both are',
    'tools.yaml can map a tool to email.send, payment.* or database.*: name that action, or take @covers out',
  );
}

function resolve(
  source: PolicySource,
  annotation: 'constrain' | 'offer',
  names: readonly string[],
  constraints: ReadonlyMap<string, Constraint>,
  report: Report,
): Constraint[] {
  const found: Constraint[] = [];
  for (const name of names) {
    const constraint = constraints.get(name);
    if (constraint !== undefined) found.push(constraint);
    else
      report(
        source,
        annotation,
        `no constraint \`${name}\` in constraints.yaml`,
        constraints.size === 0 ? 'define it there' : `there are ${[...constraints.keys()].join(', ')}`,
      );
  }
  return found;
}

function checkPlaceholders(
  source: PolicySource,
  reason: readonly string[],
  actions: ReadonlySet<string>,
  shape: SchemaShape,
  report: Report,
): void {
  const meant = shape.actions.filter((action) => actions.has(action.name));
  const facts = new Set(meant.flatMap(({ facts: known, budgets = [] }) => [...known.keys(), ...budgets.map(budgetFact)]));
  for (const name of placeholdersOf(reason)) {
    if (facts.has(name) || REASON_WORDS.has(name)) continue;
    report(
      source,
      'reason',
      `@reason names {${name}}, which is no fact of its actions`,
      `known are ${[...facts, ...REASON_WORDS].join(', ')}`,
    );
  }
}

/** Cedar does not look at @id, so that ids are unique is ours to see to: twins would hide one another. */
function refuseTwins(drafts: readonly Draft[], report: Report): void {
  const seen = new Map<string, PolicySource>();
  for (const { source, policy } of drafts) {
    const first = policy.id === '' ? undefined : seen.get(policy.id);
    if (first !== undefined) {
      const { line } = first.placeOf(0);
      report(source, 'id', `@id("${policy.id}") is taken`, `the other policy is at ${first.file}:${line}`);
    }
    if (first === undefined) seen.set(policy.id, source);
  }
}
