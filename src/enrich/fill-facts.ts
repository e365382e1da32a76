// What a look-up adds to an action: facts that the request left unknown, and never another word on those that it names.

import type { Action, Fact, Facts } from '../classify/action.ts';
import { minorPerMajor } from '../classify/currency.ts';

/** What was asked, of whom and by whom is no vendor's to say; the last three follow from the amount and the currency. */
const NOT_LOOKED_UP: ReadonlySet<string> = new Set([
  'host',
  'method',
  'path',
  'inspected',
  'user',
  'session',
  'amountKnown',
  'currencySource',
  'minorPerMajor',
]);

/** ISO 4217, and the longer codes of stable coins. */
const CURRENCY = /^[A-Z]{3,5}$/;

/**
 * INVARIANT: a fact that the request names is never replaced, and an action that could not be read is not touched. Answers that
 * contradict each other, or the request's own currency, tell nothing.
 */
export function fillFacts(action: Action, answers: readonly Facts[]): Action {
  if (answers.length === 0 || action.facts['inspected'] === false) return action;
  const told = agreed(answers);
  const money = moneyFacts(action.facts, told);
  told.delete('amountMinor');
  told.delete('currency');
  const filled: Record<string, Fact> = { ...money };
  for (const [name, fact] of told) if (!NOT_LOOKED_UP.has(name) && action.facts[name] === undefined) filled[name] = fact;
  return Object.keys(filled).length === 0 ? action : { ...action, facts: { ...action.facts, ...filled } };
}

/** Two answers about one action that differ on a fact leave it unknown. */
function agreed(answers: readonly Facts[]): Map<string, Fact> {
  const told = new Map<string, Fact>();
  const disputed = new Set<string>();
  for (const answer of answers) {
    for (const [name, fact] of Object.entries(answer)) {
      const before = told.get(name);
      if (before !== undefined && JSON.stringify(before) !== JSON.stringify(fact)) disputed.add(name);
      told.set(name, fact);
    }
  }
  for (const name of disputed) told.delete(name);
  return told;
}

/** An amount means nothing without its currency: the two go together or not at all. `assumeCurrency` comes later, in decide. */
function moneyFacts(facts: Facts, told: ReadonlyMap<string, Fact>): Facts {
  const named = facts['currency'];
  const currency = told.get('currency');
  if (typeof currency !== 'string' || !CURRENCY.test(currency)) return {};
  if (named !== undefined && named !== currency) return {};
  const amount = told.get('amountMinor');
  const isAmount = typeof amount === 'number' && Number.isSafeInteger(amount) && amount >= 0;
  return {
    ...(named === undefined ? { currency, currencySource: 'lookup', minorPerMajor: minorPerMajor(currency) } : {}),
    ...(isAmount && facts['amountKnown'] === false && facts['amountMinor'] === undefined
      ? { amountKnown: true, amountMinor: amount }
      : {}),
  };
}
