// PayPal's orders: what the purchase units come to, and how a capture that names the order alone gets that amount.

import { paypalScale } from '../../classify/currency.ts';
import { readPath, textAt } from '../../classify/json-path.ts';
import type { Learnt } from '../../classify/known.ts';
import { isJsonArray, isJsonObject, type JsonObject } from '../../classify/strict-json.ts';
import { type Money, majorAt, type MoneyReading, readMoney, sumByCurrency } from './json-money.ts';
import { type JsonCall, readCounterparty } from './json-payment.ts';
import type { PaymentDetail } from './payment-action.ts';
import { learnt, moneyOf, type ReadLearnt, recalled, type SentCall } from './payment-recall.ts';

export const ORDER = 'paypal-order';
export const AUTHORIZATION = 'paypal-authorization';

/** `{currency_code, value}`: decimals in main units. */
export const AMOUNT = majorAt('amount', 'value', 'currency_code');

/** PayPal takes ten; a list of more than this is not read. */
const MAX_UNITS = 100;

/** One detail for each currency; null when any unit can't be read. `payee` is who gets the money when it is not the caller. */
export function orderDetails({ document }: JsonCall): readonly PaymentDetail[] | null {
  const units = unitsOf(document);
  const sums = units === null ? null : sumByCurrency(units.map((unit) => readMoney(unit, AMOUNT, paypalScale)));
  const payees = units === null ? null : payeesOf(units);
  if (sums === null || payees === null) return null;
  const [payee] = payees;
  return sums.map((money) => ({
    ...money,
    ...(payee === undefined ? {} : { counterparty: payee }),
    ...(payees.length > 1 ? { counterparties: payees } : {}),
  }));
}

/**
 * What was sent is what the order is for, unless the answer says otherwise. INVARIANT: under a `PayPal-Request-Id` the answer may be an
 * earlier order's (the API repeats it whatever the new body says), so then only the answer's own word counts.
 */
export function learnOrder(answer: JsonObject, sent: SentCall): readonly Learnt[] {
  const id = textAt(answer, 'id');
  if (typeof id !== 'string' || id === '') return [];
  const [action, other] = sent.actions;
  const isRepeatable = sent.request.headers.has('paypal-request-id');
  const asked = action === undefined || other !== undefined || isRepeatable ? undefined : moneyOf(action.facts);
  const told = readPath(answer, 'purchase_units').state === 'absent' ? asked : orderMoney(answer);
  return [learnt(ORDER, id, told ?? undefined)];
}

/** A patch may change what the order comes to, and does not tell the rest of it. */
export function forgetOrder(_answer: JsonObject, { ids }: SentCall): readonly Learnt[] {
  return ids.map((id) => learnt(ORDER, id, undefined));
}

/** What an answer says the order comes to. Undefined when it does not, or in several currencies. */
export function orderMoney(answer: JsonObject): Money | undefined {
  const units = unitsOf(answer);
  const sums = units === null ? null : sumByCurrency(units.map((unit) => readMoney(unit, AMOUNT, paypalScale)));
  return sums?.length === 1 ? sums[0] : undefined;
}

/** A call on an order or an authorization made before, with an amount of its own or without. */
export function later(kind: string, read: (call: JsonCall) => MoneyReading): (call: JsonCall) => readonly PaymentDetail[] | null {
  return (call) => {
    const [id] = call.ids;
    const own = read(call);
    const counterparty = readCounterparty(call, [':0']);
    if (own === null || counterparty === null) return null;
    return [{ ...(own ?? recalled(call.known, kind, id)), counterparty }];
  };
}

/** The authorizations that an authorized order came to, each with its amount. */
export const learnAuthorizations: ReadLearnt = (answer) => {
  const found: Learnt[] = [];
  for (const unit of unitsOf(answer) ?? []) {
    const list = readPath(unit, 'payments.authorizations');
    if (list.state !== 'one' || !isJsonArray(list.value)) continue;
    for (const item of list.value.slice(0, MAX_UNITS)) {
      const id = isJsonObject(item) ? textAt(item, 'id') : null;
      if (isJsonObject(item) && typeof id === 'string')
        found.push(learnt(AUTHORIZATION, id, readMoney(item, AMOUNT, paypalScale) ?? undefined));
    }
  }
  return found;
};

function unitsOf(document: JsonObject): readonly JsonObject[] | null {
  const reading = readPath(document, 'purchase_units');
  if (reading.state !== 'one' || !isJsonArray(reading.value)) return null;
  const units = reading.value;
  if (units.length === 0 || units.length > MAX_UNITS) return null;
  const objects = units.filter(isJsonObject);
  return objects.length === units.length ? objects : null;
}

/** Each payee once. Null when one can't be read. */
function payeesOf(units: readonly JsonObject[]): readonly string[] | null {
  const payees = new Set<string>();
  for (const document of units) {
    const call: JsonCall = { document, items: [], ids: [], known: { find: () => undefined } };
    const payee = readCounterparty(call, ['payee.merchant_id', 'payee.email_address']);
    if (payee === null) return null;
    if (payee !== undefined) payees.add(payee);
  }
  return [...payees];
}
