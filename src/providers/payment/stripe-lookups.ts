// What Stripe could be asked before a payment is judged: the object that it names tells the amount and the currency.

import type { Action, Facts } from '../../classify/action.ts';
import { readField } from '../../classify/fields.ts';
import { isJsonObject, type JsonObject, readJson } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Lookup } from '../lookup.ts';
import { readCurrency } from './payment-action.ts';
import { stripeFields } from './stripe-fields.ts';

/** A kind of object, how its ids begin, and how much of it a call that names no amount would move. */
interface Source {
  readonly collection: string;
  readonly object: string;
  readonly id: RegExp;
  readonly query: string;
  readonly amount: (object: JsonObject) => number | undefined;
}

function source(collection: string, object: string, prefixes: string, amount: Source['amount'], query = ''): Source {
  return { collection, object, id: new RegExp(`^(?:${prefixes})_[A-Za-z0-9_]{1,64}$`), query, amount };
}

/** `total` less what went back already (docs.stripe.com/api: charges, transfers and application fees count it). */
const lessGone =
  (total: string, gone: string) =>
  (object: JsonObject): number | undefined => {
    const [all, back] = [whole(object, total), whole(object, gone)];
    return all === undefined || back === undefined || back > all ? undefined : all - back;
  };

const CHARGE = source('charges', 'charge', 'ch|py', lessGone('amount', 'amount_refunded'));
const INTENT = source('payment_intents', 'payment_intent', 'pi', (object) => whole(object, 'amount'));
const INTENT_CAPTURE = { ...INTENT, amount: (object: JsonObject) => whole(object, 'amount_capturable') };
/** What a refund by intent takes is what is left of its charge. */
const INTENT_REFUND = {
  ...INTENT,
  query: '?expand%5B%5D=latest_charge',
  amount: (object: JsonObject) => {
    const charge = object['latest_charge'];
    return isJsonObject(charge) ? CHARGE.amount(charge) : undefined;
  },
};
const FEE = source('application_fees', 'application_fee', 'fee', lessGone('amount', 'amount_refunded'));
const TRANSFER = source('transfers', 'transfer', 'tr', lessGone('amount', 'amount_reversed'));
const INVOICE = source('invoices', 'invoice', 'in', (object) => whole(object, 'amount_remaining'));

/** By the path with `:id` for its id; what a form names instead is in `BY_FIELD`. */
const BY_PATH: ReadonlyMap<string, Source> = new Map([
  ['charges/:id/capture', CHARGE],
  ['charges/:id/refund', CHARGE],
  ['charges/:id/refunds', CHARGE],
  ['payment_intents/:id', INTENT],
  ['payment_intents/:id/confirm', INTENT],
  ['payment_intents/:id/apply_customer_balance', INTENT],
  ['payment_intents/:id/increment_authorization', INTENT],
  ['payment_intents/:id/capture', INTENT_CAPTURE],
  ['application_fees/:id/refund', FEE],
  ['application_fees/:id/refunds', FEE],
  ['transfers/:id/reversals', TRANSFER],
  ['invoices/:id/pay', INVOICE],
]);

type ByField = Readonly<Partial<Record<'charge' | 'payment_intent', Source>>>;
const REFUNDED: ByField = { charge: CHARGE, payment_intent: INTENT_REFUND };

const BY_FIELD: ReadonlyMap<string, ByField> = new Map<string, ByField>([
  ['refunds', REFUNDED],
  ['terminal/readers/:id/refund_payment', REFUNDED],
  ['terminal/readers/:id/process_payment_intent', { payment_intent: INTENT }],
  ['terminal/readers/:id/confirm_payment_intent', { payment_intent: INTENT }],
]);

/** Where one of these is named, the call is not for the whole of what its object tells, or not for that object at all. */
const AMOUNT_FIELDS = ['amount', 'amount_to_capture', 'amount_to_confirm'];
const JUDGED: ReadonlySet<string> = new Set(['charge', 'payment_intent', 'origin', ...AMOUNT_FIELDS]);

const COPIED_HEADERS = ['authorization', 'stripe-version', 'stripe-account', 'stripe-context'];

/** At most one question, and none where the request says all. */
export function stripeLookups(request: RequestView, body: InspectedBody, actions: readonly Action[]): readonly Lookup[] {
  const facts = actions[0]?.facts;
  if (actions.length !== 1 || facts === undefined || request.method !== 'POST' || request.query !== '') return [];
  if (facts['amountKnown'] === true && facts['currency'] !== undefined) return [];
  const found = namedObject(request, body, facts['amountKnown'] === false);
  if (found === null) return [];
  const { from, id } = found;
  return [
    {
      action: 0,
      method: 'GET',
      target: `/v1/${from.collection}/${id}${from.query}`,
      copiedHeaders: COPIED_HEADERS,
      headers: [],
      body: Buffer.alloc(0),
      read: (answer) => readObject(answer, from, id),
    },
  ];
}

function namedObject(
  request: RequestView,
  body: InspectedBody,
  amountUnknown: boolean,
): { readonly from: Source; readonly id: string } | null {
  const [version, first = '', second = '', ...rest] = request.segments;
  const fields = version === 'v1' ? stripeFields(request, body, JUDGED) : null;
  if (fields === null || readField(fields, 'origin').state !== 'absent') return null;
  if (amountUnknown && AMOUNT_FIELDS.some((name) => readField(fields, name).state !== 'absent')) return null;
  const byPath = BY_PATH.get([first, ':id', ...rest].join('/'));
  if (byPath !== undefined) return byPath.id.test(second) ? { from: byPath, id: second } : null;
  const path =
    first === 'terminal' ? ['terminal', second, ':id', ...rest.slice(1)].join('/') : request.segments.slice(1).join('/');
  for (const [name, from] of Object.entries(BY_FIELD.get(path) ?? {})) {
    const reading = readField(fields, name);
    if (reading.state === 'one' && from.id.test(reading.value)) return { from, id: reading.value };
  }
  return null;
}

/** Null unless it is the very object that was asked for. */
function readObject(answer: Buffer, from: Source, id: string): Facts | null {
  const { value } = readJson(answer);
  if (!isJsonObject(value) || value['object'] !== from.object || value['id'] !== id) return null;
  const named = value['currency'];
  const currency = typeof named === 'string' ? readCurrency(named) : null;
  const amountMinor = from.amount(value);
  return { ...(currency === null ? {} : { currency }), ...(amountMinor === undefined ? {} : { amountMinor }) };
}

function whole(object: JsonObject, name: string): number | undefined {
  const value = object[name];
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
