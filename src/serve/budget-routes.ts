// /v1/budgets: what is used of each budget, by whom, and when it is free again.

import type { FastifyInstance } from 'fastify';
import type { BudgetBook } from '../budget/budget-book.ts';
import { answers, list, object, orNull, READ_SECURITY, TEXT, TIME } from './api-schema.ts';
import type { operatorsOnly } from './operators.ts';

export interface BudgetRouteDeps {
  readonly operators: ReturnType<typeof operatorsOnly>;
  readonly budgets: Pick<BudgetBook, 'list'>;
}

const BUDGET = object({
  budget: TEXT,
  measure: TEXT,
  per: TEXT,
  window: TEXT,
  subject: { ...TEXT, description: 'Whose it is; empty for those without a user or a team.' },
  currency: { ...orNull(TEXT), description: 'Of a sum. `?`: of amounts whose currency nobody knows.' },
  used: { ...orNull({ type: 'integer' }), description: 'Null: something of it is not known, so it is more than any limit.' },
  nextFreeAt: TIME,
  freeAt: TIME,
});

export function addBudgetRoutes(app: FastifyInstance, { operators, budgets }: BudgetRouteDeps): void {
  app.get(
    '/v1/budgets',
    {
      onRequest: operators,
      schema: {
        tags: ['house'],
        summary: "What is used of the bundle's budgets now",
        security: READ_SECURITY,
        response: answers({ 200: list(BUDGET) }),
      },
    },
    async () => budgets.list(),
  );
}
