// The question behind a payment that names an id and no amount: one GET of the object, whose answer has the amount.

import type { Action } from '../../classify/action.ts';
import { isJsonObject, type JsonObject, readJson } from '../../classify/strict-json.ts';
import type { Lookup } from '../lookup.ts';
import type { Money } from './json-money.ts';

export interface Question {
  /** The path to ask. */
  readonly target: (ids: readonly string[]) => string;
  /** Null when the answer does not tell: an object in another state, part of it refunded. */
  readonly read: (answer: JsonObject) => Money | null | undefined;
}

/** Ids that can stand in a path as they are. */
const PLAIN_ID = /^[A-Za-z0-9_-]{1,128}$/;

/** At most one look-up, for a call that is one action whose amount its request left open. */
export function paymentLookups(
  question: Question,
  ids: readonly string[],
  actions: readonly Action[],
  copiedHeaders: readonly string[],
): readonly Lookup[] {
  const [action, other] = actions;
  const open = action?.facts['amountKnown'] === false && action.facts['inspected'] === true;
  if (!open || other !== undefined || !ids.every((id) => PLAIN_ID.test(id))) return [];
  return [
    {
      action: 0,
      method: 'GET',
      target: question.target(ids),
      copiedHeaders,
      headers: ['accept', 'application/json'],
      body: Buffer.alloc(0),
      read(answer) {
        const { value } = readJson(answer);
        const money = isJsonObject(value) ? question.read(value) : null;
        if (money === null || money === undefined) return null;
        const { amountMinor, currency, minorPerMajor } = money;
        return { amountKnown: true, amountMinor, currency, currencySource: 'lookup', minorPerMajor };
      },
    },
  ];
}
