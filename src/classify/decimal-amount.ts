// Amounts as decimal text in main units ("10.00"), taken to whole minor units exactly or not at all.

import { decimalsOf, type MinorPerMajor } from './currency.ts';

/** No sign, exponent, comma, blank or leading zero: readers differ on what those mean (E33). */
const DECIMAL = /^(0|[1-9][0-9]{0,15})(?:\.([0-9]{1,3}))?$/;

/** Amounts of assets that have no minor unit here: up to 30 digits on either side of the point. */
const ASSET_AMOUNT = /^(?:0|[1-9][0-9]{0,29})(?:\.[0-9]{1,30})?$/;

/**
 * `"10.5"` at 100 minor units in one is 1050. Null when the text is no plain decimal number, has more decimals than the currency (even
 * zeros: an API that counts otherwise would read another amount), or comes to more than a JavaScript number holds exactly. No floating
 * point arithmetic is involved.
 */
export function decimalMinorUnits(text: string, minorPerMajor: MinorPerMajor): number | null {
  const match = DECIMAL.exec(text);
  if (match === null) return null;
  const [, whole = '', fraction = ''] = match;
  const decimals = decimalsOf(minorPerMajor);
  if (fraction.length > decimals) return null;
  const amount = Number(whole + fraction.padEnd(decimals, '0'));
  return Number.isSafeInteger(amount) ? amount : null;
}

/** Is this a plain decimal number that may be shown and compared as text? */
export function isAssetAmount(text: string): boolean {
  return ASSET_AMOUNT.test(text);
}
