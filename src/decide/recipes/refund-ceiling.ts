// Refunds up to a ceiling.

import type { Recipe } from './recipe.ts';

export const REFUND_CEILING: Recipe = {
  name: 'refund-ceiling',
  summary: 'One team refunds up to a ceiling alone; more, an unknown amount or another currency waits for people.',
  parameters: [
    {
      name: 'ceiling',
      kind: 'whole',
      about: 'the largest refund, in minor units of the currency: 50000 is 500.00 USD',
      initial: '50000',
    },
    { name: 'currency', kind: 'name', about: 'its currency (ISO 4217)', initial: 'USD' },
    { name: 'team', kind: 'name', about: 'the team of agents that may refund', initial: 'support' },
    { name: 'approvers', kind: 'name', about: 'the group that approves the rest', initial: 'finance' },
  ],
  write(values) {
    const ceiling = values.whole('ceiling');
    const currency = values.text('currency').toUpperCase();
    const team = values.text('team');
    const small = `context.amountKnown && context has amountMinor && context.amountMinor > 0 && context.amountMinor <= ${ceiling} && context has currency && context.currency == ${JSON.stringify(currency)}`;
    const refund = (
      name: string,
      facts: Record<string, string | number | boolean>,
      verdict: 'ALLOW' | 'WAIT' | 'BLOCK',
      teams = [team],
    ) => ({
      name,
      teams,
      action: 'payment.refund',
      resource: { type: 'Account', id: 'refund-ceiling-account' },
      facts,
      verdict,
    });
    return {
      policies: `// Refunds: ${ceiling} minor units of ${currency} at most, people decide the rest. A refund of another currency is no small one.

@id("refund-ceiling-small")
@reason("A refund of {amount} is within what agents may give alone.")
permit (principal in Team::${JSON.stringify(team)}, action == Action::"payment.refund", resource)
when { ${small} };

@id("refund-ceiling-rest")
@reason("A refund of {amount} is not within what agents may give alone: it must be approved.")
@verdict("wait")
@approvers(${JSON.stringify(values.text('approvers'))})
permit (principal in Team::${JSON.stringify(team)}, action == Action::"payment.refund", resource)
unless { ${small} };

@id("refund-ceiling-others")
@reason("Only the team ${team} refunds.")
forbid (principal, action == Action::"payment.refund", resource)
unless { principal in Team::${JSON.stringify(team)} };
`,
      entities: [{ uid: { type: 'Group', id: values.text('approvers') }, attrs: {}, parents: [] }],
      cases: [
        refund('the ceiling itself is within it', { amountKnown: true, amountMinor: ceiling, currency }, 'ALLOW'),
        refund('one more is not', { amountKnown: true, amountMinor: ceiling + 1, currency }, 'WAIT'),
        refund(
          'nor is another currency',
          { amountKnown: true, amountMinor: 1, currency: currency === 'EUR' ? 'USD' : 'EUR' },
          'WAIT',
        ),
        refund('nor an amount that nobody knows', { amountKnown: false }, 'WAIT'),
        refund('other agents refund nothing', { amountKnown: true, amountMinor: 1, currency }, 'BLOCK', []),
      ],
    };
  },
};
