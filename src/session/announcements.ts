// What models have announced by calls that were judged and passed: each covers the one request that then does what it said.

import type { Action, Fact, OwnRecord } from '../classify/action.ts';
import type { Principal } from '../identify/principal.ts';

/** A call that its client was given. */
export interface Announced {
  readonly tool: string;
  /** The entry of its verdict. */
  readonly entry: string;
  /** What it was judged as. */
  readonly actions: readonly Action[];
}

/**
 * In memory alone. INVARIANT: what is forgotten (a restart, too many, too old) reads as never announced, which policy can only be stricter
 * about.
 */
export interface Announcements {
  announce(principal: Principal, announced: Announced): void;
  /**
   * What announced these actions; null when nothing did. The one that it is equal to is taken for this exchange, until it is given back;
   * `exchange` null: only looks.
   */
  of(principal: Principal, actions: readonly Action[], exchange: string | null): OwnRecord | null;
  /** Nothing was sent by this exchange, so what it took covers the next. */
  giveBack(exchange: string): void;
  /** It was sent. */
  spend(exchange: string): void;
}

interface Kept extends Announced {
  readonly untilMs: number;
  takenBy: string | null;
}

const KEPT_MS = 15 * 60_000;
const MAX_PER_SESSION = 64;
const MAX_SESSIONS = 10_000;
const CALL = 'llm.tool-call';

/** Of how something is asked, not of what it does. */
const ROUTE: ReadonlySet<string> = new Set([
  ...['host', 'method', 'path', 'inspected', 'user', 'session', 'api', 'tool', 'model'],
  // How a currency is known, and what follows of it.
  ...['currencySource', 'minorPerMajor'],
]);
/** Many an API leaves it to the account, so a request that does not name it says nothing else than the call. */
const CURRENCY = 'currency';

export function createAnnouncements(nowMs: () => number = () => performance.now()): Announcements {
  const sessions = new Map<string, Kept[]>();
  /** Of exchanges that took one. */
  const taken = new Map<string, Kept>();

  const known = (principal: Principal): Kept[] =>
    (sessions.get(keyOf(principal)) ?? []).filter(({ untilMs }) => untilMs > nowMs());

  return {
    announce(principal, announced) {
      const key = keyOf(principal);
      const kept = [...known(principal), { ...announced, untilMs: nowMs() + KEPT_MS, takenBy: null }].slice(-MAX_PER_SESSION);
      sessions.delete(key);
      sessions.set(key, kept);
      const [oldest] = sessions.keys();
      if (sessions.size > MAX_SESSIONS && oldest !== undefined) sessions.delete(oldest);
    },
    of(principal, actions, exchange) {
      if (sessions.size === 0) return null;
      const free = known(principal).filter(({ takenBy }) => takenBy === null || takenBy === exchange);
      const equal = free.find((one) => covers(one, actions));
      const near = equal ?? free.find((one) => isAbout(one, actions));
      if (near === undefined) return null;
      if (equal !== undefined && exchange !== null) {
        equal.takenBy = exchange;
        taken.set(exchange, equal);
      }
      return { tool: near.tool, entry: near.entry, equal: equal !== undefined };
    },
    giveBack(exchange) {
      const one = taken.get(exchange);
      taken.delete(exchange);
      if (one !== undefined) one.takenBy = null;
    },
    spend: (exchange) => void taken.delete(exchange),
  };
}

function keyOf({ agent, session, user }: Principal): string {
  return JSON.stringify([agent, user, session]);
}

/** INVARIANT: every action of the request is one that the call announced, with the very values that it told. */
function covers(announced: Announced, actions: readonly Action[]): boolean {
  return actions.length > 0 && actions.every((action) => announced.actions.some((said) => isEqual(said, action, announced.tool)));
}

/** The same kind of thing, or the same tool, with other values: drift. */
function isAbout({ actions: said, tool }: Announced, actions: readonly Action[]): boolean {
  return actions.some((action) => said.some((one) => (one.name === CALL ? isToolOf(action, tool) : one.name === action.name)));
}

function isEqual(said: Action, done: Action, tool: string): boolean {
  if (said.name === CALL)
    return isToolOf(done, tool) && isSame(said.facts['argumentText'], done.facts['argumentText']) && isSure(said, done);
  if (said.name !== done.name || !isSure(said, done)) return false;
  const isLeft = (name: string): boolean => ROUTE.has(name) || (name === CURRENCY && done.facts[CURRENCY] === undefined);
  return Object.entries(said.facts).every(([name, fact]) => isLeft(name) || isSame(fact, done.facts[name]));
}

function isSure(said: Action, done: Action): boolean {
  return said.facts['inspected'] === true && done.facts['inspected'] === true;
}

/** Clients of MCP name a server's tool to the model as it is, or behind the server's name: `mcp__mail__send`. */
function isToolOf({ name, facts }: Action, tool: string): boolean {
  const called = facts['tool'];
  return name === 'mcp.call' && typeof called === 'string' && (called === tool || tool.endsWith(`__${called}`));
}

function isSame(one: Fact | undefined, other: Fact | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  if (typeof one !== 'object' || typeof other !== 'object') return one === other;
  const all = new Set(other);
  return new Set(one).size === all.size && one.every((item) => all.has(item));
}
