// Which actions a budget counts, and whether they have what it measures.

import { isScalar, isSeq } from 'yaml';
import type { SchemaShape } from '../decide/schema-shape.ts';
import type { Measure } from './budget.ts';

/** The fact that a measure adds up. */
const MEASURED: Readonly<Record<Measure, string | null>> = {
  'sum amountMinor': 'amountMinor',
  count: null,
  'distinct recipients': 'recipients',
};

/** Names of agents' actions, groups resolved; null when reported. */
export function actionsOf(
  budget: string,
  measure: Measure,
  node: unknown,
  fallback: unknown,
  shape: SchemaShape,
  report: (node: unknown, message: string, fix?: string) => null,
): ReadonlySet<string> | null {
  const items: readonly unknown[] = isSeq(node) ? node.items : isScalar(node) ? [node] : [];
  if (items.length === 0)
    return report(
      node ?? fallback,
      `\`of\` of \`${budget}\` names no action`,
      'write `of: payment.refund`, or a list, or a group',
    );
  const agents = shape.actions.filter((action) => action.principals.has('Agent'));
  const actions = new Set<string>();
  for (const item of items) {
    const name = isScalar(item) && typeof item.value === 'string' ? item.value : '';
    const named = agents.filter((action) => action.groups.has(name));
    if (named.length === 0)
      return report(
        item,
        `\`${name}\`, which \`${budget}\` counts, is no action of agents and no group of them`,
        'look into the schema',
      );
    for (const action of named) actions.add(action.name);
  }
  const fact = MEASURED[measure];
  if (fact !== null && !agents.some((action) => actions.has(action.name) && action.facts.has(fact)))
    return report(
      node,
      `no action that \`${budget}\` counts has the fact \`${fact}\``,
      'count other actions, or use `measure: count`',
    );
  return actions;
}
