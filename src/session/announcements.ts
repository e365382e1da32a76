// What models have announced by calls that were judged and passed: each covers the one request that then does what it said.

import type { ApprovedCall } from '../approve/approved-call.ts';
import type { Action, Fact, OwnRecord } from '../classify/action.ts';
import type { Principal } from '../identify/principal.ts';

/** A call that its client was given. */
export interface Announced {
  readonly tool: string;
  /** The entry of its verdict. */
  readonly entry: string;
  /** What it was judged as. */
  readonly actions: readonly Action[];
  /** It was let go by people, whose approval may be for its request too. Null: nothing of the kind. */
  readonly approved: ApprovedCall | null;
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
  /**
   * The approval of the call that announced this exchange, while that may still be used; null where there is none. `exchange` null: of the one that
   * these actions would take.
   */
  approvedFor(principal: Principal, actions: readonly Action[], exchange: string | null): ApprovedCall | null;
  /** Nothing was sent by this exchange, so what it took covers the next. */
  giveBack(exchange: string): void;
  /** It was sent. */
  spend(exchange: string): void;
}

interface Kept extends Announced {
  readonly untilMs: number;
  readonly approvedUntilMs: number;
  takenBy: string | null;
}

const KEPT_MS = 15 * 60_000;
const MAX_PER_SESSION = 64;
const MAX_SESSIONS = 10_000;
const CALL = 'llm.tool-call';

/** Of how a model is asked for a call, not of what the call does. Of a tool that asks for a URL it is what it does. */
const ROUTE: ReadonlySet<string> = new Set(['host', 'method', 'path']);
/** Of who asks and how, in any case. */
const MANNER: ReadonlySet<string> = new Set([
  ...['inspected', 'user', 'session', 'api', 'tool', 'model'],
  // How a currency is known, and what follows of it.
  ...['currencySource', 'minorPerMajor'],
]);
/** Many an API leaves it to the account, so a request that does not name it says nothing else than the call. */
const CURRENCY = 'currency';

/** `grantSeconds`: how long an approval may be used. */
export function createAnnouncements(
  { grantSeconds }: { readonly grantSeconds: number },
  nowMs: () => number = () => performance.now(),
): Announcements {
  const sessions = new Map<string, Kept[]>();
  /** Of exchanges that took one. */
  const taken = new Map<string, Kept>();

  const known = (principal: Principal): Kept[] =>
    (sessions.get(keyOf(principal)) ?? []).filter(({ untilMs }) => untilMs > nowMs());

  const free = (principal: Principal, exchange: string | null): Kept[] =>
    known(principal).filter(({ takenBy }) => takenBy === null || takenBy === exchange);

  return {
    announce(principal, announced) {
      const key = keyOf(principal);
      const now = nowMs();
      const times = { untilMs: now + KEPT_MS, approvedUntilMs: now + Math.min(KEPT_MS, grantSeconds * 1000) };
      const kept = [...known(principal), { ...announced, ...times, takenBy: null }].slice(-MAX_PER_SESSION);
      sessions.delete(key);
      sessions.set(key, kept);
      const [oldest] = sessions.keys();
      if (sessions.size > MAX_SESSIONS && oldest !== undefined) sessions.delete(oldest);
    },
    of(principal, actions, exchange) {
      if (sessions.size === 0) return null;
      const open = free(principal, exchange);
      const equal = equalOf(open, actions);
      const near = equal ?? open.find((one) => isAbout(one, actions));
      if (near === undefined) return null;
      if (equal !== undefined && exchange !== null) {
        equal.takenBy = exchange;
        taken.set(exchange, equal);
      }
      return { tool: near.tool, entry: near.entry, equal: equal !== undefined };
    },
    approvedFor(principal, actions, exchange) {
      // INVARIANT: callers without a token are all one agent: what was approved for one of them is not the next one's.
      if (sessions.size === 0 || principal.provedBy === 'anonymous') return null;
      const one = exchange === null ? equalOf(free(principal, null), actions) : taken.get(exchange);
      return one === undefined || one.approvedUntilMs <= nowMs() ? null : one.approved;
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

/** What an exchange has taken stays its own; then what people let go comes first, which may cover more. */
function equalOf(open: readonly Kept[], actions: readonly Action[]): Kept | undefined {
  const equal = open.filter((one) => covers(one, actions));
  return equal.find(({ takenBy }) => takenBy !== null) ?? equal.find(({ approved }) => approved !== null) ?? equal[0];
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
  const isByCall = said.facts['method'] === 'CALL';
  const isLeft = (name: string): boolean =>
    MANNER.has(name) || (isByCall && ROUTE.has(name)) || (name === CURRENCY && done.facts[CURRENCY] === undefined);
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
