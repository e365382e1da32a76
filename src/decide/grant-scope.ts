// `@grant("session 10m target")`: how much more than this once the approvers of a WAIT policy may give.

export interface GrantScope {
  /** For the session that asked alone. */
  readonly session: boolean;
  /** For the same resource and the same other side alone. */
  readonly target: boolean;
  /** At most a day, which is also what a scope has that names only a count. */
  readonly seconds: number;
  /** Null: as often as wanted within the time. */
  readonly uses: number | null;
}

const MAX_SECONDS = 24 * 60 * 60;
const MAX_USES = 1_000;
const TIME = /^([1-9]\d{0,4})([mh])$/;
const COUNT = /^([1-9]\d{0,3})x$/;

/** Words in any order, each kind at most once, at least a time (`10m`, `1h`, up to `24h`) or a count (`5x`). Null: not a scope. */
export function parseGrantScope(text: string): GrantScope | null {
  const words = text.trim().split(/ +/);
  const kinds = words.map(kindOf);
  if (new Set(kinds).size !== words.length || kinds.includes(null)) return null;
  const time = TIME.exec(words[kinds.indexOf('time')] ?? '');
  const count = COUNT.exec(words[kinds.indexOf('count')] ?? '');
  if (time === null && count === null) return null;
  const seconds = time === null ? MAX_SECONDS : Number(time[1]) * (time[2] === 'h' ? 3600 : 60);
  const uses = count === null ? null : Number(count[1]);
  if (seconds > MAX_SECONDS || (uses ?? 0) > MAX_USES) return null;
  return { session: kinds.includes('session'), target: kinds.includes('target'), seconds, uses };
}

function kindOf(word: string): 'session' | 'target' | 'time' | 'count' | null {
  if (word === 'session' || word === 'target') return word;
  if (TIME.test(word)) return 'time';
  return COUNT.test(word) ? 'count' : null;
}

/** The one way in which a scope is written. */
export function formatGrantScope({ session, target, seconds, uses }: GrantScope): string {
  const time = seconds % 3600 === 0 ? `${seconds / 3600}h` : `${seconds / 60}m`;
  return [...(session ? ['session'] : []), time, ...(uses === null ? [] : [`${uses}x`]), ...(target ? ['target'] : [])].join(' ');
}

/** What all of them allow: several WAIT policies matched, and each must. */
export function strictestScope(a: GrantScope, b: GrantScope): GrantScope {
  return {
    session: a.session || b.session,
    target: a.target || b.target,
    seconds: Math.min(a.seconds, b.seconds),
    uses: a.uses === null || b.uses === null ? (a.uses ?? b.uses) : Math.min(a.uses, b.uses),
  };
}

/** INVARIANT: what was given under one policy is not used under one that gives less by now. */
export function isWithin(given: GrantScope, allowed: GrantScope): boolean {
  const joined = strictestScope(given, allowed);
  return formatGrantScope(joined) === formatGrantScope(given);
}
