// From a Stripe route and its parameters to a payment: every reading of a judged parameter must agree, or nothing is granted on it.

import type { EntityRef } from '../../classify/action.ts';
import { type FieldReading, readField } from '../../classify/fields.ts';
import type { FormField } from '../../classify/form.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { type Payment, readCurrency, readMinorUnits } from './payment-action.ts';
import { stripeFields } from './stripe-fields.ts';
import type { StripeRoute } from './stripe-routes.ts';

/** `acct_1`, and in Stripe-Context also `acct_1/acct_2` or other prefixed ids. Never the bare word `stripe`: that is the key's own account. */
const ACCOUNT_ID = /^[a-z]{2,16}_[A-Za-z0-9]{1,64}$/;
const OWN_ACCOUNT: EntityRef = { type: 'Account', id: 'stripe' };
/** Ids of Stripe objects; anything else is not a name to show to people or to compare. */
const OBJECT_ID = /^[A-Za-z0-9_.-]{1,128}$/;

/** What a refund may be of. */
const REFUND_OF = ['charge', 'payment_intent'] as const;

interface AccountReading {
  readonly account: EntityRef;
  readonly sure: boolean;
}

/**
 * `Account::"acct_…"` when a header names one, else `Account::"stripe"`: the account of the key, whose id no request tells. Not sure when
 * the headers disagree, repeat or name no account.
 */
export function stripeAccount(request: RequestView): AccountReading {
  const named = [...request.headers.all('stripe-account'), ...request.headers.all('stripe-context')].map((value) => value.trim());
  const [first] = named;
  if (first === undefined) return { account: OWN_ACCOUNT, sure: true };
  const path = first.split('/');
  const id = path.at(-1) ?? '';
  if (named.some((value) => value !== first) || path.length > 4 || !path.every((part) => ACCOUNT_ID.test(part))) {
    return { account: OWN_ACCOUNT, sure: false };
  }
  return { account: { type: 'Account', id }, sure: true };
}

/** What the request would do to money. `inspected` is false when any judged parameter has more than one reading, or none. */
export function readPayment(request: RequestView, body: InspectedBody, route: StripeRoute, id: string | undefined): Payment {
  const { account, sure } = stripeAccount(request);
  const fields = stripeFields(request, body, judgedRoots(route));
  if (fields === null) return { verb: route.verb, account, inspected: false };
  const amount = readAmount(fields, route);
  const currency = readRequestCurrency(fields, route);
  const counterparty =
    route.verb === 'refund' && namesTwoPayments(fields, route, id) ? null : readCounterparty(fields, route, id);
  const inspected = sure && amount !== null && currency !== null && counterparty !== null;
  return {
    verb: route.verb,
    account,
    inspected,
    amountMinor: amount ?? undefined,
    currency: currency ?? undefined,
    counterparty: counterparty ?? undefined,
  };
}

function judgedRoots(route: StripeRoute): ReadonlySet<string> {
  const names = [
    ...route.counterparty,
    ...route.unless,
    ...(route.verb === 'refund' ? REFUND_OF : []),
    'currency',
    'origin',
    'amount',
  ];
  for (const name of [route.amount, route.currency]) if (name !== null) names.push(name);
  return new Set(names.filter((name) => name !== ':id').map((name) => name.split('[', 1)[0] ?? name));
}

/** Undefined: the request does not say. Null: it says so in a way that can be read otherwise. */
type Read<T> = T | undefined | null;

function readAmount(fields: readonly FormField[], route: StripeRoute): Read<number> {
  if (route.amount === null) return undefined;
  const reading = readField(fields, route.amount);
  if (reading.state === 'absent') return undefined;
  const amount = reading.state === 'one' ? readMinorUnits(reading.value) : null;
  if (amount === null || (amount < 0 && route.signed !== true)) return null;
  const partial = route.unless.some((name) => readField(fields, name).state !== 'absent');
  return partial ? undefined : Math.abs(amount);
}

/**
 * A refund is in the currency of its charge; only one of a customer's balance names its own. Elsewhere a currency is a parameter that the
 * API should refuse, and what it means is not known.
 */
function readRequestCurrency(fields: readonly FormField[], route: StripeRoute): Read<string> {
  const isBalanceRefund = sole(readField(fields, 'origin')) === 'customer_balance';
  const name = route.currency ?? 'currency';
  const reading = readField(fields, name);
  if (reading.state === 'absent') return undefined;
  if (reading.state !== 'one' || (route.currency === null && !isBalanceRefund)) return null;
  return readCurrency(reading.value);
}

function readCounterparty(fields: readonly FormField[], route: StripeRoute, id: string | undefined): Read<string> {
  let found: string | undefined;
  for (const name of route.counterparty) {
    const reading: FieldReading =
      name === ':id' ? (id === undefined ? { state: 'absent' } : { state: 'one', value: id }) : readField(fields, name);
    if (reading.state === 'many') return null;
    const value = sole(reading);
    if (value === undefined || value === '') continue;
    if (!OBJECT_ID.test(value)) return null;
    found ??= value;
  }
  return found;
}

/** Which of two payments the API would refund is not ours to guess: a charge in the path and another in the form, a charge and an intent. */
function namesTwoPayments(fields: readonly FormField[], route: StripeRoute, id: string | undefined): boolean {
  const named = REFUND_OF.filter((name) => readField(fields, name).state !== 'absent').length;
  return named + (route.counterparty.includes(':id') && id !== undefined ? 1 : 0) > 1;
}

function sole(reading: FieldReading): string | undefined {
  return reading.state === 'one' ? reading.value : undefined;
}
