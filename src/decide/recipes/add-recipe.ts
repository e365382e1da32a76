// A recipe put into a bundle, in memory: the files that would be new or longer, once the whole loads and its cases come out strict enough.

import { stringify } from 'yaml';
import { parseCases } from '../case-file.ts';
import { type ActionCase, CASE_AGENT } from '../case.ts';
import { bundleError, checkFiles } from '../bundle.ts';
import type { Bundle } from '../bundle.ts';
import { BUDGETS_FILE, CONSTRAINTS_FILE, ENTITIES_FILE } from '../bundle-files.ts';
import type { BundleFiles } from '../bundle-files.ts';
import { createBundleJudge } from '../bundle-judge.ts';
import { openInstance } from '../engine.ts';
import { createEngineSlots } from '../engine-slots.ts';
import { formatPolicies } from '../format-policies.ts';
import { InterlockError } from '../../errors.ts';
import { VERDICTS } from '../judgement.ts';
import type { Judgement } from '../judgement.ts';
import { sliceTexts } from '../slices.ts';
import { mergeBudgets, mergeConstraints, mergeEntities } from './merge-files.ts';
import type { Recipe, RecipeCase, Values } from './recipe.ts';

export interface AddedRecipe {
  /** What to write, by name relative to the bundle's directory. `added`: a new file; else one that was there, with more at its end. */
  readonly files: ReadonlyArray<{ readonly name: string; readonly text: string; readonly added: boolean }>;
  /** Cases that other policies of the bundle make stricter than the recipe alone would be. */
  readonly notes: readonly string[];
}

/** Throws BUNDLE_INVALID when the bundle with the recipe in it would not load, and nothing should be written then. */
export function addRecipe(recipe: Recipe, values: Values, files: BundleFiles): AddedRecipe {
  const parts = recipe.write(values);
  const name = `${recipe.name}.cedar`;
  const laidOut = formatPolicies(name, parts.policies, openInstance());
  const policies = 'text' in laidOut ? laidOut.text : parts.policies;
  const entities = mergeEntities(files.entities, parts.entities ?? []);
  const constraints = mergeConstraints(files.constraints, parts.constraints ?? {});
  const budgets = mergeBudgets(files.budgets, parts.budgets ?? {});
  const counted = budgets === undefined ? {} : { budgets };
  const merged = { ...files, entities, constraints, ...counted, policies: new Map([...files.policies, [name, policies]]) };
  const { bundle, findings } = checkFiles(merged);
  if (bundle === null) throw bundleError(files.directory, findings);
  const { text, notes } = tryCases(recipe.name, parts.cases, bundle);
  return {
    files: [
      { name, text: policies, added: true },
      { name: `cases/${recipe.name}.yaml`, text, added: true },
      ...(entities === files.entities ? [] : [{ name: ENTITIES_FILE, text: entities, added: false }]),
      ...(constraints === files.constraints ? [] : [{ name: CONSTRAINTS_FILE, text: constraints, added: false }]),
      ...(budgets === undefined || budgets === files.budgets
        ? []
        : [{ name: BUDGETS_FILE, text: budgets, added: files.budgets === undefined }]),
    ],
    notes,
  };
}

/** Every case with what it comes to in this bundle: other policies may decide too. INVARIANT: never less strict than the recipe promises. */
function tryCases(
  recipe: string,
  cases: readonly RecipeCase[],
  bundle: Bundle,
): { readonly text: string; readonly notes: readonly string[] } {
  const judge = judgeOf(bundle);
  const notes: string[] = [];
  const written = cases.map((each) => {
    const judged = judge(parsed(caseOf(each, { verdict: each.verdict, policies: [] })));
    if (VERDICTS.indexOf(judged.verdict) < VERDICTS.indexOf(each.verdict))
      throw new InterlockError('INTERNAL', `the recipe ${recipe} is weaker than it says: ${each.name}`);
    if (judged.verdict !== each.verdict) notes.push(`${each.name}: ${judged.verdict} here, by ${judged.policies.join(', ')}`);
    return stringify([caseOf(each, expectationOf(judged))], { lineWidth: 0 });
  });
  return { text: written.join('\n'), notes };
}

function judgeOf(bundle: Bundle): (each: ActionCase) => Judgement {
  const slots = createEngineSlots();
  const generation = slots.prepare(sliceTexts(bundle.slices));
  slots.activate(generation);
  const judge = createBundleJudge(bundle, slots, generation, { generation: 0, user: () => undefined });
  return ({ as, action, resource, parents, facts, own }) => {
    const principal = { agent: as.agent ?? CASE_AGENT, teams: as.teams, user: null, session: null, provedBy: 'token' } as const;
    return judge.judge(principal, [{ name: action, resource, parents, facts, own }]);
  };
}

function caseOf(each: RecipeCase, expect: object): object {
  const { name, teams, action, resource, parents, facts, budget, taint } = each;
  return {
    case: name,
    ...(teams === undefined || teams.length === 0 ? {} : { as: { teams } }),
    action,
    resource,
    ...(parents === undefined ? {} : { parents }),
    ...(facts === undefined ? {} : { facts }),
    ...(budget === undefined ? {} : { budget }),
    ...(taint === undefined ? {} : { taint }),
    expect,
  };
}

function parsed(each: object): ActionCase {
  const { cases, findings } = parseCases('recipe', stringify([each]));
  const [only] = cases;
  if (only?.kind !== 'action')
    throw new InterlockError('INTERNAL', `a recipe's case does not read: ${findings[0]?.message ?? ''}`);
  return only;
}

function expectationOf(judged: Judgement): object {
  const constraints = judged.constraints.map(({ name }) => name).toSorted();
  const approvers = [...new Set(judged.waits.flatMap((wait) => wait.approvers))].toSorted();
  return {
    verdict: judged.verdict,
    policies: judged.policies,
    ...(constraints.length === 0 ? {} : { constraints }),
    ...(approvers.length === 0 ? {} : { approvers }),
  };
}
