// Refunds up to a sum in a day.

import type { Recipe } from './recipe.ts';

const BUDGET = 'dailyRefunds';

export const DAILY_REFUND_BUDGET: Recipe = {
  name: 'daily-refund-budget',
  summary:
    'Each agent of a team refunds up to a sum in 24 hours alone; beyond it, and where the amount is unknown, people decide.',
  parameters: [
    {
      name: 'budget',
      kind: 'whole',
      about: 'what one agent refunds in 24 hours, in minor units of the currency: 200000 is 2000.00 USD',
      initial: '200000',
    },
    { name: 'currency', kind: 'name', about: 'its currency (ISO 4217)', initial: 'USD' },
    { name: 'team', kind: 'name', about: 'the team of agents that may refund', initial: 'support' },
    { name: 'approvers', kind: 'name', about: 'the group that approves the rest', initial: 'finance' },
  ],
  write(values) {
    const budget = values.whole('budget');
    const currency = values.text('currency').toUpperCase();
    const team = values.text('team');
    const within = `context.budget.${BUDGET} <= ${budget} && context has currency && context.currency == ${JSON.stringify(currency)}`;
    const refund = (
      name: string,
      facts: Record<string, string | number | boolean>,
      used: number | null,
      verdict: 'ALLOW' | 'WAIT' | 'BLOCK',
      teams = [team],
    ) => ({
      name,
      teams,
      action: 'payment.refund',
      resource: { type: 'Account', id: 'daily-refund-budget-account' },
      facts,
      ...(used === null ? {} : { budget: { [BUDGET]: used } }),
      verdict,
    });
    const one = { amountKnown: true, amountMinor: 1, currency };
    return {
      policies: `// Refunds: ${budget} minor units of ${currency} at most in 24 hours for each agent, people decide beyond it. An amount that nobody knows
// is more than any budget, and a refund of another currency has none.

@id("daily-refund-budget-within")
@reason("With {amount} the agent's refunds come to {budget.${BUDGET}} minor units in 24 hours, which is within its budget.")
permit (principal in Team::${JSON.stringify(team)}, action == Action::"payment.refund", resource)
when { ${within} };

@id("daily-refund-budget-rest")
@reason("This is not within what the agent may refund in 24 hours alone: it must be approved.")
@verdict("wait")
@approvers(${JSON.stringify(values.text('approvers'))})
permit (principal in Team::${JSON.stringify(team)}, action == Action::"payment.refund", resource)
unless { ${within} };

@id("daily-refund-budget-others")
@reason("Only the team ${team} refunds.")
forbid (principal, action == Action::"payment.refund", resource)
unless { principal in Team::${JSON.stringify(team)} };
`,
      entities: [{ uid: { type: 'Group', id: values.text('approvers') }, attrs: {}, parents: [] }],
      budgets: {
        [BUDGET]: { of: 'payment.refund', measure: 'sum amountMinor', per: 'agent', window: 'sliding 24h' },
      },
      cases: [
        refund('a refund that fills the budget is within it', one, budget, 'ALLOW'),
        refund('one more is not', one, budget + 1, 'WAIT'),
        refund('a first refund larger than the budget is not', { ...one, amountMinor: budget + 1 }, null, 'WAIT'),
        refund('nor is another currency', { ...one, currency: currency === 'EUR' ? 'USD' : 'EUR' }, 1, 'WAIT'),
        refund('nor an amount that nobody knows', { amountKnown: false, currency }, null, 'WAIT'),
        refund('other agents refund nothing', one, 1, 'BLOCK', []),
      ],
    };
  },
};
