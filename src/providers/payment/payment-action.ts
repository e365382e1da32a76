// A payment as policy reads it, whatever vendor it is for, and the `payment.*` action that it is.

import type { Action, EntityRef, Fact } from '../../classify/action.ts';
import { baseFacts, hostDomains, hostResource } from '../../classify/base-facts.ts';
import { minorPerMajor, type MinorPerMajor } from '../../classify/currency.ts';
import type { RequestView } from '../../http/request-view.ts';

/**
 * `config` redirects money or who hears of it: bank accounts, webhooks, keys. `order` trades one asset for another. `quote` asks for an
 * offer or a decision, and `sign-in` trades the account's key for an access token: neither moves anything.
 */
export type PaymentVerb =
  | 'refund'
  | 'charge'
  | 'capture'
  | 'payout'
  | 'transfer'
  | 'topup'
  | 'subscribe'
  | 'order'
  | 'quote'
  | 'sign-in'
  | 'config'
  | 'unknown-write';

export interface Payment {
  readonly verb: PaymentVerb;
  readonly account: EntityRef;
  /** False when any judged field could not be read surely. */
  readonly inspected: boolean;
  /** In minor units, never negative. Undefined: the request does not say (everything that is left, a price by its id). */
  readonly amountMinor?: number | undefined;
  /** Upper case, as the request names it. Undefined: it does not. */
  readonly currency?: string | undefined;
  /** How its API counts that currency; undefined: as Stripe does. */
  readonly minorPerMajor?: MinorPerMajor | undefined;
  /** Whose word the currency is: undefined for the request's own. */
  readonly currencySource?: CurrencySource | undefined;
  /** Who gets, or gave, the money: an account, customer, charge or payment id. */
  readonly counterparty?: string | undefined;
  /** All of them, where one request pays several. */
  readonly counterparties?: readonly string[] | undefined;
  /** Seen from the other side's account: `debit` takes from it, `credit` gives to it. */
  readonly direction?: 'debit' | 'credit' | undefined;
  /** Of a trade: whether the first of the two assets is bought or sold. */
  readonly side?: 'buy' | 'sell' | undefined;
  /** What is moved when it is no currency of ISO 4217, and how much of it as decimal text: then `amountMinor` is undefined. */
  readonly asset?: string | undefined;
  readonly assetAmount?: string | undefined;
  /** Decimal text in main units of a currency that only the account tells: then `amountMinor` is undefined. */
  readonly amountMajor?: string | undefined;
}

/** `api`: the API's documented default. `recall`: an earlier answer of the same API to the same agent. */
type CurrencySource = 'request' | 'api' | 'recall';

/** All but where; the verb only where the body decides it. */
export type PaymentDetail = Omit<Payment, 'verb' | 'account' | 'inspected'> & { readonly verb?: PaymentVerb };

/** INVARIANT: `amountMinor` is there exactly when `amountKnown`, so no limit can hold for an amount that nobody knows. */
export function paymentAction(request: RequestView, payment: Payment): Action {
  const { verb, account, inspected, amountMinor } = payment;
  const facts: Record<string, Fact> = { ...baseFacts(request, inspected), amountKnown: amountMinor !== undefined };
  if (amountMinor !== undefined) facts['amountMinor'] = amountMinor;
  if (payment.currency !== undefined) {
    facts['currency'] = payment.currency;
    facts['currencySource'] = payment.currencySource ?? 'request';
    facts['minorPerMajor'] = payment.minorPerMajor ?? minorPerMajor(payment.currency);
  }
  for (const name of DETAILS) {
    const value = payment[name];
    if (value !== undefined) facts[name] = value;
  }
  return { name: `payment.${verb}`, resource: account, parents: [], facts };
}

const DETAILS = ['counterparty', 'counterparties', 'direction', 'side', 'asset', 'assetAmount', 'amountMajor'] as const;

/** A write to a payment API that nobody here knows. */
export function unknownPaymentWrite(request: RequestView, inspected: boolean): Action {
  return {
    name: 'payment.unknown-write',
    resource: hostResource(request),
    parents: hostDomains(request.authority.host),
    facts: { ...baseFacts(request, inspected), amountKnown: false },
  };
}

/**
 * A plain integer in minor units: no sign but `-`, no exponent, no fraction, no blanks. Null when it is anything else or beyond what a
 * JavaScript number holds exactly (threat C6).
 */
export function readMinorUnits(text: string): number | null {
  if (!/^-?[0-9]{1,16}$/.test(text)) return null;
  const amount = Number(text);
  return Number.isSafeInteger(amount) && !Object.is(amount, -0) ? amount : null;
}

/** Upper case; null when it is no code. One that is not known keeps its name, and counts in whole units (see minorPerMajor). */
export function readCurrency(text: string): string | null {
  return /^[A-Za-z]{3,5}$/.test(text) ? text.toUpperCase() : null;
}
