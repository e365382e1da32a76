// How many minor units make one main unit of a currency, as payment APIs count them.

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

/**
 * Amounts are whole main units. UGX: Stripe's list has it here while one note asks for × 100; for a limit the larger reading counts.
 */
const ZERO_DECIMAL: ReadonlySet<string> = new Set('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF'.split(' '));

/** Amounts are thousandths. */
const THREE_DECIMAL: ReadonlySet<string> = new Set('BHD IQD JOD KWD LYD OMR TND'.split(' '));

/**
 * For an upper-case code. ISK counts in hundredths at Stripe though the króna has none left; HUF and TWD count in hundredths too.
 * A code that is not known counts as whole units, the reading that reaches a limit first.
 */
export function minorPerMajor(currency: string): 1 | 100 | 1000 {
  if (ZERO_DECIMAL.has(currency) || !KNOWN.has(currency)) return 1;
  return THREE_DECIMAL.has(currency) ? 1000 : 100;
}

export function isCurrency(code: string): boolean {
  return KNOWN.has(code);
}
