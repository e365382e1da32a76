// A payment as policy reads it, whatever vendor it is for, and the `payment.*` action that it is.

import type { Action, EntityRef, Facts } from '../../classify/action.ts';
import { baseFacts } from '../../classify/base-facts.ts';
import { minorPerMajor } from '../../classify/currency.ts';
import type { RequestView } from '../../http/request-view.ts';

/** `config` redirects money or who hears of it: bank accounts, webhooks, keys. */
export type PaymentVerb =
  | 'refund'
  | 'charge'
  | 'capture'
  | 'payout'
  | 'transfer'
  | 'topup'
  | 'subscribe'
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
  /** Who gets, or gave, the money: an account, customer, charge or payment id. */
  readonly counterparty?: string | undefined;
}

/** INVARIANT: `amountMinor` is there exactly when `amountKnown`, so no limit can hold for an amount that nobody knows. */
export function paymentAction(request: RequestView, payment: Payment): Action {
  const { verb, account, inspected, amountMinor, currency, counterparty } = payment;
  const facts: Facts = {
    ...baseFacts(request, inspected),
    amountKnown: amountMinor !== undefined,
    ...(amountMinor === undefined ? {} : { amountMinor }),
    ...(currency === undefined ? {} : { currency, currencySource: 'request', minorPerMajor: minorPerMajor(currency) }),
    ...(counterparty === undefined ? {} : { counterparty }),
  };
  return { name: `payment.${verb}`, resource: account, parents: [], facts };
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
