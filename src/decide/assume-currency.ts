// A payment that names no currency is in its account's currency: filled in before judging, and marked as assumed.

import type { Action, Facts } from '../classify/action.ts';
import { minorPerMajor, type MinorPerMajor } from '../classify/currency.ts';
import { decimalMinorUnits } from '../classify/decimal-amount.ts';

/** The `currency` attribute of an Account in the bundle's entities, upper case, or undefined. */
type AccountCurrency = (accountId: string) => string | undefined;

/**
 * INVARIANT: a currency that the request names is never replaced. Without an account in the bundle there is no `currency` fact and
 * no `minorPerMajor`, so no limit in main units can hold.
 */
export function assumeCurrency(action: Action, accountCurrency: AccountCurrency): Action {
  if (!action.name.startsWith('payment.')) return action;
  const { currency, minorPerMajor: scale } = action.facts;
  if (currency === undefined) return withAssumed(action, accountCurrency);
  if (scale !== undefined || typeof currency !== 'string') return action;
  const facts: Facts = { currencySource: 'request', ...action.facts, minorPerMajor: minorPerMajor(currency) };
  return { ...action, facts };
}

function withAssumed(action: Action, accountCurrency: AccountCurrency): Action {
  const currency = action.resource.type === 'Account' ? accountCurrency(action.resource.id) : undefined;
  if (currency === undefined) return withoutScale(action);
  const scale = minorPerMajor(currency);
  const facts: Facts = {
    ...action.facts,
    currency,
    currencySource: 'assumed',
    minorPerMajor: scale,
    ...assumedAmount(action.facts, scale),
  };
  return { ...action, facts };
}

/** Main units of a currency that the request does not name become minor units once the account tells it. What does not fit stays unknown. */
function assumedAmount({ amountKnown, amountMajor }: Facts, scale: MinorPerMajor): Facts {
  if (amountKnown !== false || typeof amountMajor !== 'string') return {};
  const amountMinor = decimalMinorUnits(amountMajor, scale);
  return amountMinor === null ? {} : { amountKnown: true, amountMinor };
}

/** A scale without a currency would let an amount of nobody knows what pass a limit. */
function withoutScale(action: Action): Action {
  if (action.facts['minorPerMajor'] === undefined) return action;
  const { minorPerMajor: _, ...facts } = action.facts;
  return { ...action, facts };
}
