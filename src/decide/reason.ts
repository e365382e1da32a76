// The sentence of a policy's @reason, with facts filled in when it is judged: `{host}`, `{domains}`, `{amount}`.

import { EXCEEDS, isBudgetFact } from '../budget/budget.ts';
import type { Action, Fact } from '../classify/action.ts';
import { sentenceText } from './sentence-text.ts';

/** Words and, at odd places, names of placeholders. */
export type ReasonTemplate = readonly string[];

/** What can stand in braces besides the facts of the action. */
export const REASON_WORDS: ReadonlySet<string> = new Set(['resource', 'action', 'agent', 'amount']);

const MAX_REASON_CHARACTERS = 600;
const MAX_VALUE_CHARACTERS = 160;
const MAX_LISTED = 8;

export function parseReason(text: string): ReasonTemplate {
  return text.split(/\{([A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z0-9_]+)?)\}/);
}

/** Names in braces, in order. */
export function placeholdersOf(template: ReasonTemplate): string[] {
  return template.filter((_, index) => index % 2 === 1);
}

export function fillReason(template: ReasonTemplate, action: Action, agent: string): string {
  const only = template[0];
  if (template.length === 1 && only !== undefined) return only;
  const filled = template.map((part, index) => (index % 2 === 0 ? part : valueText(part, action, agent))).join('');
  return filled.length <= MAX_REASON_CHARACTERS ? filled : sentenceText(filled, MAX_REASON_CHARACTERS);
}

function valueText(name: string, action: Action, agent: string): string {
  const fact = action.facts[name] ?? ownValue(action, name);
  if (fact === EXCEEDS && isBudgetFact(name)) return 'more than can be told';
  if (fact !== undefined) return factText(fact);
  if (name === 'resource') return sentenceText(action.resource.id, MAX_VALUE_CHARACTERS);
  if (name === 'action') return action.name;
  if (name === 'agent') return sentenceText(agent, MAX_VALUE_CHARACTERS);
  if (name === 'amount') return amountText(action);
  return 'unknown';
}

/** `budget.refundsPerDay`: a member of a record that Interlock itself fills. */
function ownValue({ own }: Action, name: string): Fact | undefined {
  const [record = '', member = ''] = name.split('.');
  return own?.[record]?.[member];
}

function factText(fact: Fact): string {
  if (typeof fact !== 'object') return sentenceText(String(fact), MAX_VALUE_CHARACTERS);
  const listed = fact.slice(0, MAX_LISTED).map((item) => sentenceText(item, MAX_VALUE_CHARACTERS));
  const rest = fact.length - listed.length;
  if (listed.length === 0) return 'none';
  return rest > 0 ? `${listed.join(', ')} and ${rest} more` : listed.join(', ');
}

/** `20.00 EUR`; an amount in an unknown currency is told in minor units. */
export function amountText(action: Pick<Action, 'facts'>): string {
  const { amountKnown, amountMinor, currency, minorPerMajor } = action.facts;
  if (amountKnown !== true || typeof amountMinor !== 'number') return 'an unknown amount';
  if (typeof currency !== 'string' || typeof minorPerMajor !== 'number')
    return `${amountMinor} minor units of an unknown currency`;
  const decimals = minorPerMajor === 1 ? 0 : minorPerMajor === 1_000 ? 3 : 2;
  return `${(amountMinor / minorPerMajor).toFixed(decimals)} ${sentenceText(currency, 8)}`;
}
