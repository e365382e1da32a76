// The schema with the bundle's budgets in it: each action that one counts gets the record `context.budget`.

import type { SchemaTree } from '../decide/engine.ts';
import type { FactKind, SchemaShape } from '../decide/schema-shape.ts';
import { BUDGET, valueDoc } from './budget.ts';
import type { Budget } from './budget.ts';

type Space = SchemaTree[string];
type ActionTree = Space['actions'][string];

/**
 * INVARIANT: a budget's value is required where it counts, never optional: Interlock always fills it, and were it missing, a policy that
 * reads it would be an evaluation error, which is a BLOCK. With `has` before it a forbid would silently not match.
 */
export function withBudgets(schema: SchemaTree, budgets: readonly Budget[]): SchemaTree {
  const space = schema[''];
  if (space === undefined || budgets.length === 0) return schema;
  const actions = Object.entries(space.actions).map(([name, action]): readonly [string, ActionTree] => {
    const own = budgets.filter((budget) => budget.actions.has(name));
    return [name, own.length === 0 ? action : withRecord(space, action, own)];
  });
  return { ...schema, '': { ...space, actions: Object.fromEntries(actions) } };
}

function withRecord(space: Space, action: ActionTree, budgets: readonly Budget[]): ActionTree {
  if (action.appliesTo === undefined || action.appliesTo === null) return action;
  const values = budgets.map((budget) => [budget.name, { type: 'Long', annotations: { doc: valueDoc(budget) } }]);
  const record = {
    type: 'Record',
    attributes: Object.fromEntries(values),
    annotations: { doc: 'What Interlock counts (budgets.yaml).' },
  };
  const context = { type: 'Record', attributes: { ...attributesOf(space, action.appliesTo.context), [BUDGET]: record } };
  return Object.assign({}, action, { appliesTo: Object.assign({}, action.appliesTo, { context }) });
}

/** Of a record written out, or of a common type by its name. */
function attributesOf(space: Space, context: unknown): Readonly<Record<string, unknown>> {
  if (!isRaw(context)) return {};
  const { type, name, attributes } = context;
  if (type === 'Record') return isRaw(attributes) ? attributes : {};
  const common = typeof type === 'string' ? space.commonTypes?.[type === 'EntityOrCommon' ? String(name) : type] : undefined;
  return common === undefined ? {} : attributesOf(space, common);
}

function isRaw(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same of what the house knows of it. */
export function shapeWithBudgets(shape: SchemaShape, budgets: readonly Budget[]): SchemaShape {
  const record: readonly [string, FactKind] = [BUDGET, 'Record'];
  const actions = shape.actions.map((action) => {
    const own = budgets.filter((budget) => budget.actions.has(action.name)).map(({ name }) => name);
    return own.length === 0 ? action : { ...action, facts: new Map([...action.facts, record]), budgets: own };
  });
  return { ...shape, actions };
}
