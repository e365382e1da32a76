// PayPal's payouts: one request pays many receivers. Each currency is an action with its sum and everybody who gets some of it.

import { paypalScale } from '../../classify/currency.ts';
import { readPath } from '../../classify/json-path.ts';
import { isJsonArray, isJsonObject } from '../../classify/strict-json.ts';
import { addMoney, type Money, majorAt, readMoney } from './json-money.ts';
import { type JsonCall, readCounterparty } from './json-payment.ts';
import type { PaymentDetail } from './payment-action.ts';

const AMOUNT = majorAt('amount');

/** PayPal takes 15,000 items; more than this are not read, and the payout is uninspected (threat C9). */
const MAX_ITEMS = 2000;

interface Share {
  money: Money;
  readonly receivers: Set<string>;
}

/** Null when any item's amount or receiver can't be read surely. */
export function payoutDetails({ document, known }: JsonCall): readonly PaymentDetail[] | null {
  const items = readPath(document, 'items');
  if (items.state !== 'one' || !isJsonArray(items.value) || items.value.length === 0 || items.value.length > MAX_ITEMS)
    return null;
  const shares = new Map<string, Share>();
  for (const item of items.value) {
    if (!isJsonObject(item)) return null;
    const money = readMoney(item, AMOUNT, paypalScale);
    const receiver = readCounterparty({ document: item, items: [], ids: [], known }, ['receiver']);
    if (money === null || money === undefined || typeof receiver !== 'string') return null;
    const share = shares.get(money.currency);
    if (share === undefined) {
      shares.set(money.currency, { money, receivers: new Set([receiver]) });
      continue;
    }
    const sum = addMoney(share.money, money);
    if (sum === null || sum === undefined) return null;
    share.money = sum;
    share.receivers.add(receiver);
  }
  return [...shares.values()].map(({ money, receivers }) => {
    const [only, other] = receivers;
    const counterparties = [...receivers];
    return { ...money, counterparties, ...(only !== undefined && other === undefined ? { counterparty: only } : {}) };
  });
}
