// `import { Interlock } from 'interlock/client'`: asks the gateway of the proxy variables what would become of what an agent means to do.

import type { ActionSearch, Ask, AskedTicket, Decision, FoundActions, Semantic } from './asking.ts';
import { AskError } from './ask-error.ts';
import { evaluation, withParents } from './evaluation.ts';
import { isPlan, planMessage, planPath, PLANS } from './plan-message.ts';
import type { PlanAsk, PlanStatus } from './planning.ts';
import { member, type ProxyAddress, proxied, proxyAddress } from './proxied.ts';

export { AskError };
export type * from './asking.ts';
export type * from './planning.ts';

interface InterlockOptions {
  /** Default: HTTPS_PROXY or https_proxy of the environment, with the agent's token in it. */
  readonly proxyUrl?: string;
  /** For one answer, beside what a ticket is waited for. Default 30,000. */
  readonly timeoutMs?: number;
}

const MAX_WAIT_SECONDS = 300;

/** An answer is no permission: the request itself is judged again when it is made. */
export class Interlock {
  readonly #proxy: ProxyAddress;
  readonly #timeoutMs: number;

  /** Throws AskError NO_PROXY. */
  constructor({ proxyUrl, timeoutMs = 30_000 }: InterlockOptions = {}) {
    this.#proxy = proxyAddress(proxyUrl ?? process.env['HTTPS_PROXY'] ?? process.env['https_proxy']);
    this.#timeoutMs = timeoutMs;
  }

  /** May I do this? All of these throw AskError. */
  evaluate(ask: Ask): Promise<Decision> {
    return this.#post('/access/v1/evaluation', evaluation(ask), isDecision);
  }

  /** Several at once, in order; fewer answers than questions when the semantic ends it early. */
  async evaluateAll(asks: readonly Ask[], semantic: Semantic = 'execute_all'): Promise<readonly Decision[]> {
    if (asks.length === 0) return [];
    const message = { evaluations: asks.map(evaluation), options: { evaluations_semantic: semantic } };
    return (await this.#post('/access/v1/evaluations', message, isBoxcar)).evaluations;
  }

  /** What may I do with this? */
  searchActions({ resource, parents, facts, obligations }: ActionSearch): Promise<FoundActions> {
    const message = {
      resource: withParents(resource, parents),
      context: { facts: facts ?? {}, ...(obligations === true ? { obligations } : {}) },
    };
    return this.#post('/access/v1/search/action', message, isFound);
  }

  /** A ticket of one's own; with `waitSeconds` (at most 300) the answer comes when it is decided, or then. */
  async ticket(id: string, { waitSeconds = 0 }: { readonly waitSeconds?: number } = {}): Promise<AskedTicket> {
    const seconds = Math.max(0, Math.min(MAX_WAIT_SECONDS, Math.floor(waitSeconds)));
    const wait = seconds === 0 ? '' : `?waitSeconds=${seconds}`;
    const path = `/v1/tickets/${encodeURIComponent(id)}${wait}`;
    return readable(await proxied(this.#proxy, { path }, this.#timeoutMs + seconds * 1000), isTicket);
  }

  /**
   * May I do these, one after the other? Each step is judged before the first runs. One that is not accepted at once waits for people (follow
   * its ticket), or is `rejected`, with what is in its way in `blocked`. The session that asks has to be the one that takes the steps.
   */
  async submitPlan(plan: PlanAsk): Promise<PlanStatus> {
    const sending = { path: PLANS, message: planMessage(plan), statuses: [201, 422] };
    return readable(await proxied(this.#proxy, sending, this.#timeoutMs), isPlan);
  }

  /** A plan of one's own: its state, and each step with what took it. */
  async plan(id: string): Promise<PlanStatus> {
    return readable(await proxied(this.#proxy, { path: planPath(id) }, this.#timeoutMs), isPlan);
  }

  /** Ends a plan of one's own: nothing more goes by it. */
  async endPlan(id: string): Promise<PlanStatus> {
    return readable(await proxied(this.#proxy, { path: planPath(id), method: 'DELETE' }, this.#timeoutMs), isPlan);
  }

  async #post<T>(path: string, message: unknown, fits: (said: unknown) => said is T): Promise<T> {
    return readable(await proxied(this.#proxy, { path, message }, this.#timeoutMs), fits);
  }
}

function readable<T>(said: unknown, fits: (said: unknown) => said is T): T {
  if (fits(said)) return said;
  throw new AskError(200, 'UNREADABLE', 'that is no answer of Interlock: does HTTPS_PROXY lead to one?');
}

function isDecision(said: unknown): said is Decision {
  return typeof member(said, 'decision') === 'boolean' && typeof member(said, 'context') === 'object';
}

function isBoxcar(said: unknown): said is { readonly evaluations: readonly Decision[] } {
  const evaluations = member(said, 'evaluations');
  return Array.isArray(evaluations) && evaluations.every(isDecision);
}

function isFound(said: unknown): said is FoundActions {
  return Array.isArray(member(said, 'results')) && typeof member(said, 'context') === 'object';
}

function isTicket(said: unknown): said is AskedTicket {
  return typeof member(said, 'id') === 'string' && typeof member(said, 'state') === 'string';
}
