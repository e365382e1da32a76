// The question behind a payment that names an id and no amount: one GET of the object, whose answer has the amount.

import type { Action, Facts } from '../../classify/action.ts';
import { minorPerMajor } from '../../classify/currency.ts';
import { textAt } from '../../classify/json-path.ts';
import { isJsonObject, type JsonObject, readJson } from '../../classify/strict-json.ts';
import type { Lookup } from '../lookup.ts';
import type { Money } from './json-money.ts';

export interface Question {
  /** The path to ask; `id` is the last one of the call's path. */
  readonly target: (id: string) => string;
  /** Where the answer has its own id: it must be the one that was asked for. */
  readonly id: string;
  /** Null or undefined when the answer does not tell: an object in another state, part of it refunded. */
  readonly read: (answer: JsonObject) => Money | null | undefined;
}

/** Ids that can stand in a path as they are. */
const PLAIN_ID = /^[A-Za-z0-9_-]{1,128}$/;

/** At most one look-up, for a call that is one action whose amount its request left open. */
export function paymentLookups(
  question: Question,
  id: string,
  actions: readonly Action[],
  copiedHeaders: readonly string[],
): readonly Lookup[] {
  const [action, other] = actions;
  const open = action?.facts['amountKnown'] === false && action.facts['inspected'] === true;
  if (!open || other !== undefined || !PLAIN_ID.test(id)) return [];
  return [
    {
      action: 0,
      method: 'GET',
      target: question.target(id),
      copiedHeaders,
      headers: ['accept', 'application/json'],
      body: Buffer.alloc(0),
      read(bytes) {
        const { value } = readJson(bytes);
        if (!isJsonObject(value) || textAt(value, question.id) !== id) return null;
        return lookedUp(question.read(value));
      },
    },
  ];
}

/**
 * INVARIANT (enrich/fill-facts): what is looked up is counted as `minorPerMajor` counts, whatever the vendor's own scale is. Null when
 * it can't be told so in whole minor units.
 */
function lookedUp(money: Money | null | undefined): Facts | null {
  if (money === null || money === undefined) return null;
  const amountMinor = (money.amountMinor * minorPerMajor(money.currency)) / money.minorPerMajor;
  return Number.isSafeInteger(amountMinor) ? { amountMinor, currency: money.currency } : null;
}
