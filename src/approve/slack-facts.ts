// What a ticket is about, in the words of a card: what, how much, to whom, why it was stopped, and who asks.

import { amountText } from '../decide/reason.ts';
import type { RecordedAction } from '../record/entry.ts';
import { fieldSection, MAX_FIELDS, note, section, shown } from './slack-text.ts';
import type { SlackBlock } from './slack-client.ts';
import type { Ticket } from './ticket.ts';

/** Told elsewhere on the card, or part of the amount. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'amountKnown',
  'amountMinor',
  'currency',
  'currencySource',
  'host',
  'inspected',
  'method',
  'minorPerMajor',
  'path',
  'session',
  'user',
]);
const MAX_ACTIONS = 5;
const LISTED = 10;

export function factBlocks(ticket: Ticket): SlackBlock[] {
  const shownActions = ticket.actions.slice(0, MAX_ACTIONS);
  const left = ticket.actions.length - shownActions.length;
  return [
    ...shownActions.flatMap(actionBlocks),
    ...(left > 0 ? [section(`and ${left} more actions, which are not shown here: look at all of them in the console`)] : []),
    fieldSection(askedBy(ticket)),
    section(`Why it was stopped\n${shown(ticket.reason, 1_000)}`),
  ];
}

function actionBlocks(action: RecordedAction): SlackBlock[] {
  const fields: Array<readonly [string, string]> = [
    ['What', action.action],
    ['To', `${action.resource.type} ${action.resource.id}`],
    ...(action.facts['amountKnown'] === undefined ? [] : [['How much', amountText(action)] as const]),
    ...(action.facts['currencySource'] === 'assumed'
      ? [['Currency', "assumed from the account's, not in the request"] as const]
      : []),
    ...(action.facts['inspected'] === false ? [['Inspected', 'no: Interlock could not read all of it'] as const] : []),
    ...Object.entries(action.facts)
      .filter(([name]) => !ELSEWHERE.has(name))
      .map(([name, value]) => [name, factText(value)] as const),
  ];
  const left = fields.length - MAX_FIELDS;
  return [
    fieldSection(fields),
    ...(left > 0 ? [note(`${left} more facts are not shown here: look at all of them in the console`)] : []),
  ];
}

function factText(value: RecordedAction['facts'][string]): string {
  if (typeof value !== 'object') return String(value);
  const rest = value.length - LISTED;
  return `${value.slice(0, LISTED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function askedBy(ticket: Ticket): Array<readonly [string, string]> {
  return [
    ['Agent', ticket.agent],
    ['For', ticket.user ?? 'nobody in particular'],
    ...(ticket.session === null ? [] : [['Session', ticket.session] as const]),
    ['Request', `${ticket.method} ${ticket.host}${ticket.path}`],
    ['Policy', ticket.waits.map(({ policy }) => policy).join(', ')],
  ];
}
