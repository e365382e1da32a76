// Braintree's GraphQL mutations that move money, and where in their input the amount stands. It is in the merchant account's own currency,
// which no request names.

import type { GraphqlField } from '../../classify/graphql.ts';
import { textAt } from '../../classify/json-path.ts';
import type { JsonObject } from '../../classify/strict-json.ts';
import { type JsonCall, readCounterparty } from './json-payment.ts';
import type { PaymentDetail, PaymentVerb } from './payment-action.ts';

interface Mutation {
  readonly verb: PaymentVerb;
  /** Places of the amount, an old one and a new one; where both are there they must agree. */
  readonly amounts: readonly string[];
  readonly counterparty: readonly string[];
}

const CHARGE: Mutation = { verb: 'charge', amounts: ['input.transaction.amount'], counterparty: ['input.paymentMethodId'] };
const DETACHED: Mutation = { verb: 'refund', amounts: ['input.refund.amount'], counterparty: ['input.paymentMethodId'] };

/** By the schema that Braintree publishes. */
const MUTATIONS: ReadonlyMap<string, Mutation> = new Map([
  ['chargePaymentMethod', CHARGE],
  ['chargeCreditCard', CHARGE],
  ['chargeVenmoAccount', CHARGE],
  ['chargePayPalAccount', CHARGE],
  ['chargeUsBankAccount', CHARGE],
  ['authorizePaymentMethod', CHARGE],
  ['authorizeCreditCard', CHARGE],
  ['authorizeVenmoAccount', CHARGE],
  ['authorizePayPalAccount', CHARGE],
  ['captureTransaction', ofTransaction('capture', 'input.transaction.amount', 'input.amount')],
  ['partialCaptureTransaction', ofTransaction('capture', 'input.transaction.amount')],
  ['refundTransaction', ofTransaction('refund', 'input.refund.amount', 'input.amount')],
  ['reverseTransaction', ofTransaction('refund')],
  ['refundCreditCard', DETACHED],
  ['refundUsBankAccount', DETACHED],
  ['updateTransactionAmount', ofTransaction('charge', 'input.amount')],
]);

/** Braintree's scalar `Amount`: whole, or with two or three decimals. */
const AMOUNT = /^(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{2,3})?$/;
/** In the customer's currency at a rate agreed before, so not in the account's. */
const OTHER_CURRENCY = 'input.transaction.exchangeRateQuoteId';
const MERCHANT = ['input.transaction.merchantAccountId', 'input.refund.merchantAccountId'];

interface BraintreeCall {
  readonly verb: PaymentVerb;
  /** Null when the input can't be read surely. */
  readonly detail: PaymentDetail | null;
  /** Undefined: the default merchant account. Null: named in a way that can't be read surely. */
  readonly merchant: string | undefined | null;
}

/** Null: no mutation that is known to move money. */
export function braintreeCall({ name, args }: GraphqlField): BraintreeCall | null {
  const mutation = MUTATIONS.get(name);
  if (mutation === undefined) return null;
  if (args === null) return { verb: mutation.verb, detail: null, merchant: undefined };
  const call: JsonCall = { document: args, items: [], ids: [], known: { find: () => undefined } };
  const amount = agreed(args, mutation.amounts);
  const counterparty = readCounterparty(call, mutation.counterparty);
  const quoted = textAt(args, OTHER_CURRENCY);
  const readable = (amount === undefined || (amount !== null && AMOUNT.test(amount))) && quoted !== null && counterparty !== null;
  return {
    verb: mutation.verb,
    detail: readable ? { amountMajor: quoted === undefined ? amount : undefined, counterparty } : null,
    merchant: readCounterparty(call, MERCHANT),
  };
}

function agreed(args: JsonObject, places: readonly string[]): string | undefined | null {
  const named = places.map((place) => textAt(args, place)).filter((text) => text !== undefined);
  const [first] = named;
  return named.every((text) => text === first) ? first : null;
}

function ofTransaction(verb: PaymentVerb, ...amounts: readonly string[]): Mutation {
  return { verb, amounts, counterparty: ['input.transactionId'] };
}
