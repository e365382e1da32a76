// `interlock budgets`: what is used of the bundle's budgets, by whom, and when it is free again.

import type { Command } from 'commander';
import type { BudgetView } from '../budget/budget-view.ts';
import type { Cli } from './cli.ts';
import { answer, type CommonOptions, group, leaf, withOperator } from './common-options.ts';
import { table } from './table.ts';

export function registerBudgets(program: Command, cli: Cli): void {
  const budgets = group(program, 'budgets', "show what is used of the bundle's budgets", 'budgets list');
  leaf(budgets, 'list', 'list what is used, a line for each subject and currency', [
    'budgets list',
    'budgets list --json',
  ]).action((_: CommonOptions, command: Command) => list(cli, command.optsWithGlobals()));
}

async function list(cli: Cli, options: CommonOptions): Promise<void> {
  const budgets = await withOperator(cli, options, (operator) => operator.listBudgets());
  answer(cli, options, budgets, () =>
    budgets.length === 0
      ? ['Nothing is used of any budget.']
      : table(['BUDGET', 'OF', 'USED', 'MEASURE', 'WINDOW', 'NEXT FREE', 'ALL FREE'], budgets.map(row)),
  );
}

function row({ budget, per, subject, used, currency, measure, window, nextFreeAt, freeAt }: BudgetView): string[] {
  const whose = subject === '' ? `no ${per}` : subject;
  const amount = used === null ? 'not known' : String(used);
  return [budget, whose, currency === null ? amount : `${amount} ${currency}`, measure, window, nextFreeAt, freeAt];
}
