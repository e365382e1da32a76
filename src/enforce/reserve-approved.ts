// What goes by an approval (a ticket's, an edit's or a standing grant's) reserves at that moment, with an entry of its own.

import type { BudgetBook } from '../budget/budget-book.ts';
import type { Judgement } from '../decide/judgement.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Ledger } from '../record/ledger.ts';
import { reserveWith } from './within-budget.ts';

interface ApprovedDeps {
  readonly budgets: BudgetBook;
  readonly ledger: Ledger;
}

/** False when another exchange got ahead since it was judged: then nothing is reserved or written, and it is to be judged anew. */
export async function reserveApproved(
  exchange: Exchange,
  { budget }: Judgement,
  { budgets, ledger }: ApprovedDeps,
): Promise<boolean> {
  if (budget === undefined) return true;
  if (!budgets.isCurrent(budget)) return false;
  const names = budget.charges.map((charge) => charge.budget.name);
  const body = { type: 'budget', move: 'reserved', exchange: exchange.id, budgets: names, used: budget.values } as const;
  await reserveWith(exchange, budget, budgets, (state) => ledger.append(body, 'synced', state));
  return true;
}
