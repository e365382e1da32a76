// Amounts as people read them, from whole minor units. No floating point on the way.

import type { Facts } from './shapes.ts';

/** `4,200.00 USD`, and `1,250 JPY`. Null when the amount is not known or its scale is not. */
export function amountText(facts: Facts): string | null {
  const { amountMinor, currency, minorPerMajor, amountMajor, asset, assetAmount } = facts;
  if (typeof assetAmount === 'string' && typeof asset === 'string') return `${assetAmount} ${asset}`;
  if (typeof amountMinor === 'number') {
    const code = typeof currency === 'string' ? currency : null;
    if (typeof minorPerMajor === 'number') return withCode(fromMinor(amountMinor, minorPerMajor), code);
    return `${grouped(String(amountMinor))} minor units${code === null ? '' : ` of ${code}`}`;
  }
  if (typeof amountMajor === 'string') return withCode(grouped(amountMajor), typeof currency === 'string' ? currency : null);
  return null;
}

/** `123456`, 100 → `1,234.56`. Decimals are those of the scale: none for 1, three for 1000. */
export function fromMinor(minor: number, perMajor: number): string {
  const decimals = perMajor === 1 ? 0 : String(perMajor).length - 1;
  const digits = String(Math.abs(minor)).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const rest = decimals === 0 ? '' : `.${digits.slice(digits.length - decimals)}`;
  return `${minor < 0 ? '−' : ''}${grouped(whole)}${rest}`;
}

function withCode(amount: string, code: string | null): string {
  return code === null ? amount : `${amount} ${code}`;
}

/** Groups of three in the whole part; anything that is no plain number stays as it is. */
function grouped(number: string): string {
  const match = /^(-?\d+)(\.\d+)?$/.exec(number);
  if (match === null) return number;
  const [, whole = '', rest = ''] = match;
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${rest}`;
}
