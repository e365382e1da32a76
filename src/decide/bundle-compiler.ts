// Turns the files of a bundle into policies, slices and entities, or into findings. Works in an engine of its own that may break.

import { shapeWithBudgets, withBudgets } from '../budget/budget-schema.ts';
import type { ToolMapping } from '../tools/tool-mapping.ts';
import { parseTools } from '../tools/tools-file.ts';
import type { Budget } from '../budget/budget.ts';
import { parseBudgets } from '../budget/budgets-file.ts';
import type { BundleFiles } from './bundle-files.ts';
import { BUDGETS_FILE, CONSTRAINTS_FILE, ENTITIES_FILE, SCHEMA_FILE, TOOLS_FILE } from './bundle-files.ts';
import { errorAt, placesIn, START, warningAt } from './bundle-finding.ts';
import type { BundleFinding } from './bundle-finding.ts';
import { cedarFinding } from './cedar-finding.ts';
import type { OnCheckStep } from './check-step.ts';
import { warnOfUnsupported } from './constraint-support.ts';
import type { Constraint } from './constraint.ts';
import { parseConstraints } from './constraints-file.ts';
import { findDeadPolicies } from './dead-policies.ts';
import { openInstance } from './engine.ts';
import type { EngineInstance, SchemaTree } from './engine.ts';
import { parseEntities, uidKey } from './entities.ts';
import type { EntityMap } from './entities.ts';
import { unmetScope } from './met-actions.ts';
import { peopleOf } from './people.ts';
import type { People } from './people.ts';
import { compilePolicies } from './policy-compiler.ts';
import type { Draft } from './policy-compiler.ts';
import type { Policy } from './policy.ts';
import { NO_SHAPE, shapeOf } from './schema-shape.ts';
import type { SchemaShape } from './schema-shape.ts';
import { joinSlices, slicePolicies } from './slices.ts';
import type { Slices } from './slices.ts';
import { validateStrictly } from './strict-validation.ts';

export interface BundleParts {
  /** All of them, those in shadow too. */
  readonly policies: readonly Policy[];
  readonly policyById: ReadonlyMap<string, Policy>;
  /** INVARIANT: of the policies in force; none in shadow is in them. */
  readonly slices: Slices;
  /** Of all policies, those in force first; null when none is in shadow. */
  readonly shadowSlices: Slices | null;
  readonly entities: EntityMap;
  /** Of the entities. */
  readonly people: People;
  readonly constraints: ReadonlyMap<string, Constraint>;
  /** With the budgets in it. */
  readonly shape: SchemaShape;
  readonly budgets: readonly Budget[];
  readonly tools: readonly ToolMapping[];
}

interface Compiled {
  readonly findings: readonly BundleFinding[];
  /** To be used only when no finding is an error. */
  readonly parts: BundleParts;
}

/** Brackets in a schema: record and set types nest a few levels at most, and a parser's stack is finite. */
const MAX_SCHEMA_NESTING = 40;

export function compileBundle(files: BundleFiles, onStep?: OnCheckStep): Compiled {
  const findings: BundleFinding[] = [];
  const { constraints, findings: inConstraints } = parseConstraints(CONSTRAINTS_FILE, files.constraints);
  findings.push(...inConstraints);
  let shape = NO_SHAPE;
  let budgets: readonly Budget[] = [];
  let tools: readonly ToolMapping[] = [];
  let drafts: readonly Draft[] = [];
  let entities: EntityMap = new Map();
  try {
    // Operators' text can break the parser (deep nesting), so it never meets the engine that serves.
    const engine = openInstance();
    const schema = readSchema(files.schema, engine, findings);
    if (schema.shape.actions.length > 0) {
      const parsed = parseBudgets(BUDGETS_FILE, files.budgets ?? null, schema.shape);
      budgets = parsed.budgets;
      const mapped = parseTools(TOOLS_FILE, files.tools ?? null, schema.shape);
      tools = mapped.tools;
      findings.push(...parsed.findings, ...mapped.findings);
    }
    shape = shapeWithBudgets(schema.shape, budgets);
    drafts = compilePolicies(files, shape, constraints, engine, findings, onStep);
    if (shape.actions.length > 0) {
      findings.push(...unmetScopes(drafts, shape));
      validate(files.schema, withBudgets(schema.tree, budgets), drafts, engine, findings, onStep);
      const parsed = parseEntities(ENTITIES_FILE, files.entities, files.schema, shape, engine);
      entities = parsed.entities;
      findings.push(...parsed.findings);
    }
  } catch (thrown) {
    const cause = thrown instanceof Error ? thrown.message.slice(0, 200) : 'unknown';
    findings.push(
      errorAt(
        '.',
        START,
        `the policy engine broke while it read the bundle: ${cause}`,
        'look for deeply nested or very long expressions',
      ),
    );
  }
  warnOfUnknownGroups(drafts, entities, findings);
  // Of a bundle with errors only the errors are of interest.
  if (findings.every(({ severity }) => severity !== 'error'))
    findings.push(...warnOfUnsupported(drafts), ...findDeadPolicies(drafts, shape, entities, onStep));
  const policies = drafts.map((draft) => draft.policy);
  const slices = slicePolicies(policies.filter(({ shadow }) => !shadow));
  const shadow = policies.filter((policy) => policy.shadow);
  const shadowSlices = shadow.length === 0 ? null : joinSlices(slices, slicePolicies(shadow));
  const policyById = new Map(policies.map((policy) => [policy.id, policy]));
  const people = peopleOf(entities.values());
  const parts = { policies, policyById, slices, shadowSlices, entities, people, constraints, shape, budgets, tools };
  return { findings, parts };
}

interface ReadSchema {
  readonly shape: SchemaShape;
  readonly tree: SchemaTree;
}

function readSchema(text: string, engine: EngineInstance, findings: BundleFinding[]): ReadSchema {
  if (nesting(text) > MAX_SCHEMA_NESTING) {
    findings.push(
      errorAt(SCHEMA_FILE, START, `brackets are nested deeper than ${MAX_SCHEMA_NESTING}`, 'name inner types with `type`'),
    );
    return { shape: NO_SHAPE, tree: {} };
  }
  const parsed = engine.parseSchema(text);
  if ('errors' in parsed) {
    for (const error of parsed.errors) findings.push(cedarFinding(SCHEMA_FILE, placesIn(text), text, error, true));
    return { shape: NO_SHAPE, tree: {} };
  }
  const shape = shapeOf(parsed.value);
  for (const problem of shape.problems) findings.push(errorAt(SCHEMA_FILE, START, problem));
  return { shape, tree: parsed.value };
}

function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of text) {
    if ('([{<'.includes(character)) deepest = Math.max(deepest, (depth += 1));
    else if (')]}>'.includes(character)) depth -= 1;
  }
  return deepest;
}

/** Strict validation: types, optional facts behind `has`, and policies that can never apply. One finding a place. */
function validate(
  schema: string,
  tree: SchemaTree,
  drafts: readonly Draft[],
  engine: EngineInstance,
  findings: BundleFinding[],
  onStep?: OnCheckStep,
): void {
  const validated = drafts.map(({ source, policy }) => ({ text: source.text, actions: policy.actions }));
  const checked = validateStrictly(tree, validated, engine, (done) => onStep?.('validate', done, drafts.length));
  if ('schemaErrors' in checked) {
    for (const error of checked.schemaErrors) findings.push(cedarFinding(SCHEMA_FILE, placesIn(schema), schema, error, true));
    return;
  }
  // What is told of a scope already is not told again in the validator's words.
  const seen = new Set(findings.map(keyOf));
  for (const { place, fatal, error } of checked.problems) {
    const source = drafts[place]?.source;
    if (source === undefined) continue;
    const finding = cedarFinding(source.file, source.placeOf, source.text, error, fatal);
    const key = keyOf(finding);
    if (!seen.has(key)) findings.push(finding);
    seen.add(key);
  }
}

function keyOf({ file, line, column, severity }: BundleFinding): string {
  return `${file}:${line}:${column}:${severity}`;
}

/** A policy that no request can meet is a mistake, not a warning: a forbid like that protects nothing. */
function unmetScopes(drafts: readonly Draft[], shape: SchemaShape): BundleFinding[] {
  return drafts.flatMap(({ policy, source, outline }) => {
    const unmet = unmetScope(outline, policy.actions, shape);
    return unmet === null ? [] : [errorAt(source.file, source.placeOf(0), unmet.message, unmet.fix, 'dead-policy')];
  });
}

function warnOfUnknownGroups(drafts: readonly Draft[], entities: EntityMap, findings: BundleFinding[]): void {
  for (const { policy, source } of drafts) {
    for (const group of policy.approvers) {
      if (entities.has(uidKey('Group', group))) continue;
      const at = source.placeOf(source.annotations.get('approvers') ?? 0);
      findings.push(
        warningAt(
          source.file,
          at,
          `no Group::"${group}" in ${ENTITIES_FILE}`,
          'list it, or check the spelling: nobody in it means nobody can approve',
          'unknown-group',
        ),
      );
    }
  }
}
