// What an entry can be found by: each term is a kind and a value.

import type { EntryBody } from './entry.ts';
import { FOUND_BY_TYPE } from './entry-types.ts';

export type TermKind = 'type' | 'verdict' | 'agent' | 'action' | 'host' | 'exchange' | 'ticket' | 'plan';

export interface Term {
  readonly kind: TermKind;
  readonly value: string;
}

/** What somebody looks for: the value, or another one of them. */
export interface WantedTerm extends Term {
  readonly or?: readonly string[];
}

/** Actions of one exchange that it can be found by. */
const MAX_ACTIONS = 32;

/** Calls back with each: this runs for every entry, and a list of objects would not outlive the call. */
export function eachTerm(body: EntryBody, found: (kind: TermKind, value: string) => void): void {
  const add = (kind: TermKind, value: unknown): void => {
    if (typeof value === 'string' && value !== '') found(kind, value);
  };
  if (FOUND_BY_TYPE.has(body.type)) add('type', body.type);
  switch (body.type) {
    case 'plan':
      add('agent', body.agent);
      add('exchange', body.exchange);
      add('ticket', body.ticket);
      add('plan', body.plan);
      break;
    case 'verdict':
      add('plan', body.plan?.id);
      add('verdict', body.verdict);
      add('agent', body.agent);
      add('exchange', body.exchange);
      // What Interlock itself asked on its behalf belongs to its story.
      add('exchange', body.cause);
      add('ticket', body.ticket);
      for (const name of actionNames(body.actions)) add('action', name);
      add('host', body.actions[0]?.facts['host']);
      break;
    case 'outcome':
    case 'budget':
      add('exchange', body.exchange);
      break;
    case 'ticket':
      add('agent', body.agent);
      add('exchange', body.exchange);
      add('ticket', body.ticket);
      break;
    case 'question':
      // INVARIANT: never by a verdict or an exchange: nothing was done.
      add('agent', body.agent);
      add('ticket', body.ticket);
      for (const name of actionNames(body.actions)) add('action', name);
      add('host', body.actions[0]?.facts['host']);
      break;
    case 'shadow':
      add('agent', body.agent);
      add('exchange', body.exchange);
      for (const name of actionNames(body.actions)) add('action', name);
      break;
    case 'refusals':
    case 'directory':
    case 'disclosure':
    case 'erasure':
    case 'retention':
    case 'hold':
    case 'bundle':
    case 'key':
    case 'anchor':
    case 'start':
    case 'stop':
    case 'clock':
    case 'gap':
    case 'lost':
    case 'repair':
      break;
  }
}

/** Each name once. Nearly every exchange is one action. */
export function actionNames(actions: ReadonlyArray<{ readonly action: string }>): Iterable<string> {
  const [first] = actions;
  if (first === undefined) return [];
  return actions.length === 1 ? [first.action] : new Set(actions.slice(0, MAX_ACTIONS).map(({ action }) => action));
}

/** The part of an index key that is the term's own. A value never holds the separator. */
export function termKey({ kind, value }: Term): string {
  return `i:${kind}:${encodeURIComponent(value.slice(0, 200).toWellFormed())}/`;
}
