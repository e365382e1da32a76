// How many minor units make one main unit of a currency: by ISO 4217, and as each payment API counts them where it differs.

/** Active codes of ISO 4217, without funds, metals and testing codes. */
const KNOWN: ReadonlySet<string> = new Set(
  (
    'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP ' +
    'CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY ' +
    'KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK ' +
    'NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT ' +
    'TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG'
  ).split(' '),
);

export type MinorPerMajor = 1 | 100 | 1000;

/** For an upper-case code. A code that is not known counts as whole units: the reading that reaches a limit first. */
export type CurrencyScale = (currency: string) => MinorPerMajor;

/** ISO 4217: none, three, and two for all others. */
const ISO_ZERO: ReadonlySet<string> = codes('BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF');
const ISO_THREE: ReadonlySet<string> = codes('BHD IQD JOD KWD LYD OMR TND');

/** Decimals by ISO 4217: Square, Plaid, Wise, Coinbase. */
export const isoScale: CurrencyScale = scale({});

/**
 * Stripe, https://docs.stripe.com/currencies. ISK counts in hundredths there though the króna has none left, MGA in whole units. UGX: the
 * list has it among the whole ones while one note asks for × 100; for a limit the larger reading counts.
 */
export const minorPerMajor: CurrencyScale = scale({ ISK: 100, MGA: 1 });

/** Adyen, https://docs.adyen.com/development-resources/currency-codes: "differs from standard". */
export const adyenScale: CurrencyScale = scale({ CLP: 100, CVE: 1, IDR: 1, ISK: 100 });

/** PayPal, https://developer.paypal.com/api/rest/reference/currency-codes: "does not support decimals". */
export const paypalScale: CurrencyScale = scale({ HUF: 1, TWD: 1 });

export function isCurrency(code: string): boolean {
  return KNOWN.has(code);
}

/** 0, 2 or 3. */
export function decimalsOf(perMajor: MinorPerMajor): number {
  if (perMajor === 1) return 0;
  return perMajor === 1000 ? 3 : 2;
}

function scale(differing: Readonly<Record<string, MinorPerMajor>>): CurrencyScale {
  const exceptions = new Map(Object.entries(differing));
  return (currency) => {
    const exception = exceptions.get(currency);
    if (exception !== undefined) return exception;
    if (ISO_ZERO.has(currency) || !KNOWN.has(currency)) return 1;
    return ISO_THREE.has(currency) ? 1000 : 100;
  };
}

function codes(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}
