// What budgets add to the schema, as comments below its text: the file stays what it is, and a reader sees what policies may read.

import type { Budget } from './budget.ts';
import { BUDGET, valueDoc } from './budget.ts';

/** Empty without budgets. Actions that have the same budgets stand together. */
export function budgetSchemaText(budgets: readonly Budget[]): string {
  if (budgets.length === 0) return '';
  const byRecord = new Map<string, string[]>();
  for (const action of [...new Set(budgets.flatMap((budget) => [...budget.actions]))].toSorted()) {
    const record = recordText(budgets.filter((budget) => budget.actions.has(action)));
    byRecord.set(record, [...(byRecord.get(record) ?? []), action]);
  }
  const parts = [...byRecord].map(([record, actions]) =>
    [`action ${actions.map((name) => JSON.stringify(name)).join(', ')}: its context has also`, record].join('\n'),
  );
  const text = [
    'What budgets.yaml adds. Interlock puts it into the context by itself: it is not to be declared above, and no policy needs `has` for it.\n',
    parts.join('\n\n'),
  ].join('\n');
  return `\n${text.replace(/^/gm, '// ').replace(/ +$/gm, '')}\n`;
}

function recordText(budgets: readonly Budget[]): string {
  return [`  ${BUDGET}: {`, ...budgets.flatMap((one) => [`    /// ${valueDoc(one)}`, `    ${one.name}: Long,`]), '  },'].join(
    '\n',
  );
}
