// An action's facts as rows of label and value, without what the headline and the page around it say already.

import { amountText } from './money.ts';
import type { Fact, Facts } from './shapes.ts';

export interface FactRow {
  readonly name: string;
  readonly label: string;
  readonly values: readonly string[];
}

/** Said elsewhere, or parts of the amount. */
const UNSHOWN: ReadonlySet<string> = new Set([
  'host',
  'method',
  'path',
  'user',
  'session',
  'inspected',
  'amountKnown',
  'recipientsKnown',
  'repoKnown',
  'toolKnown',
  'argumentsKnown',
  'toolsKnown',
  'minorPerMajor',
  'refFolded',
  'amountMajor',
]);
const MONEY: ReadonlySet<string> = new Set(['amountMinor', 'currency']);

export function factRows(facts: Facts): readonly FactRow[] {
  const amount = amountText(facts);
  const rows = Object.entries(facts)
    .filter(([name]) => !UNSHOWN.has(name) && !(amount !== null && MONEY.has(name)))
    .map(([name, fact]) => ({ name, label: labelOf(name), values: valuesOf(fact) }));
  return amount === null ? rows : [{ name: 'amount', label: 'Amount', values: [amount] }, ...rows];
}

/** `currencySource` → `Currency source`. */
export function labelOf(name: string): string {
  const words = name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function valuesOf(fact: Fact): readonly string[] {
  if (typeof fact === 'object') return fact;
  if (typeof fact === 'boolean') return [fact ? 'yes' : 'no'];
  return [String(fact)];
}
