// Amounts in JSON payment APIs: a value and a currency at two places of the document, in minor units or as decimals in main ones.

import { type CurrencyScale, type MinorPerMajor, isCurrency } from '../../classify/currency.ts';
import { decimalMinorUnits } from '../../classify/decimal-amount.ts';
import { textAt } from '../../classify/json-path.ts';
import type { JsonObject } from '../../classify/strict-json.ts';
import { readCurrency, readMinorUnits } from './payment-action.ts';

/** Where an amount stands: `amount.value` and `amount.currency`. */
export interface MoneyPlace {
  readonly value: string;
  readonly currency: string;
  /** `minor`: whole minor units. `major`: a decimal number, as text or not. */
  readonly unit: 'minor' | 'major';
  /** What the API documents for a request that names no currency. */
  readonly fallback?: string;
}

export interface Money {
  readonly amountMinor: number;
  readonly currency: string;
  readonly minorPerMajor: MinorPerMajor;
  /** Set when it is the API's default. */
  readonly currencySource?: 'api';
}

/** Undefined: the request names no amount. Null: it names one that can't be read surely. */
export type MoneyReading = Money | undefined | null;

/** `{value, currency}` below one name, in whole minor units. */
export function minorAt(name: string, value = 'value', currency = 'currency'): MoneyPlace {
  return { value: `${name}.${value}`, currency: `${name}.${currency}`, unit: 'minor' };
}

/** `{value, currency}` below one name, as a decimal number of main units. */
export function majorAt(name: string, value = 'value', currency = 'currency'): MoneyPlace {
  return { value: `${name}.${value}`, currency: `${name}.${currency}`, unit: 'major' };
}

/** INVARIANT: an amount without a readable currency is null, never an amount of anything. Negative amounts are null. */
export function readMoney(document: JsonObject, place: MoneyPlace, scale: CurrencyScale): MoneyReading {
  const value = textAt(document, place.value);
  if (value === undefined) return textAt(document, place.currency) === null ? null : undefined;
  const named = textAt(document, place.currency);
  const code = named === undefined ? place.fallback : named;
  const currency = typeof code === 'string' ? readCurrency(code) : null;
  if (value === null || currency === null || !isCurrency(currency)) return null;
  const minorPerMajor = scale(currency);
  const amountMinor = place.unit === 'minor' ? readMinorUnits(value) : decimalMinorUnits(value, minorPerMajor);
  if (amountMinor === null || amountMinor < 0) return null;
  return { amountMinor, currency, minorPerMajor, ...(named === undefined ? { currencySource: 'api' } : {}) };
}

/** What is paid on top (a tip): null when the two are not in one currency, or come to more than can be held exactly. */
export function addMoney(a: MoneyReading, b: MoneyReading): MoneyReading {
  if (a === null || b === null) return null;
  if (a === undefined || b === undefined) return a ?? b;
  const amountMinor = a.amountMinor + b.amountMinor;
  if (a.currency !== b.currency || !Number.isSafeInteger(amountMinor)) return null;
  return { ...a, amountMinor };
}

/** One sum for each currency, in order of first appearance. Null when any amount is missing or unsure, or there is none at all. */
export function sumByCurrency(readings: readonly MoneyReading[]): readonly Money[] | null {
  const sums = new Map<string, Money>();
  for (const reading of readings) {
    if (reading === null || reading === undefined) return null;
    const sum = addMoney(sums.get(reading.currency), reading);
    if (sum === null || sum === undefined) return null;
    sums.set(reading.currency, sum);
  }
  return sums.size === 0 ? null : [...sums.values()];
}
