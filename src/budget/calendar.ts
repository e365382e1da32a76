// Days, weeks and months as the clocks on the wall of a time zone have them, through every change of those clocks.

const DAY_MS = 86_400_000;

type PeriodName = 'day' | 'week' | 'month';

interface Period {
  /** Its first day, `2026-03-29`. Weeks begin on Monday (ISO 8601). */
  readonly first: string;
  /** The first instant, in milliseconds since 1970, of the next one. */
  readonly endMs: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();
/** The last answer for each zone and period: finding an end takes a search, and it is the same for as long as the period lasts. */
const last = new Map<string, Period & { readonly fromMs: number }>();

export function isTimezone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** Throws RangeError for a time zone that there is not. */
export function periodOf(period: PeriodName, timezone: string, nowMs: number): Period {
  const key = `${period} ${timezone}`;
  const known = last.get(key);
  if (known !== undefined && nowMs >= known.fromMs && nowMs < known.endMs) return known;
  const first = firstDay(period, localDay(timezone, nowMs));
  const found = { first: textOf(first), endMs: beginningOf(timezone, nextFirst(period, first)), fromMs: nowMs };
  last.set(key, found);
  return found;
}

/** Days since 1970-01-01 on that zone's calendar. */
function localDay(timezone: string, atMs: number): number {
  const parts = new Map(
    formatOf(timezone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  return Math.floor(Date.UTC(parts.get('year') ?? NaN, (parts.get('month') ?? NaN) - 1, parts.get('day') ?? NaN) / DAY_MS);
}

function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  });
  formats.set(timezone, made);
  return made;
}

function firstDay(period: PeriodName, day: number): number {
  if (period === 'day') return day;
  // 1970-01-01 was a Thursday.
  if (period === 'week') return day - ((((day + 3) % 7) + 7) % 7);
  const date = new Date(day * DAY_MS);
  return Math.floor(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / DAY_MS);
}

function nextFirst(period: PeriodName, first: number): number {
  if (period === 'day') return first + 1;
  if (period === 'week') return first + 7;
  const date = new Date(first * DAY_MS);
  return Math.floor(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / DAY_MS);
}

/**
 * The first instant of that local day. Searched for, not computed: where clocks change at midnight there is no 00:00, and a day that a zone
 * left out has no instant at all (then it is the next day's).
 */
function beginningOf(timezone: string, day: number): number {
  let before = (day - 2) * DAY_MS;
  let at = (day + 3) * DAY_MS;
  while (at - before > 1) {
    const middle = Math.floor((before + at) / 2);
    if (localDay(timezone, middle) >= day) at = middle;
    else before = middle;
  }
  return at;
}

function textOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
