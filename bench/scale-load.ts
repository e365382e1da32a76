// The entries of a large ledger: reads, mails with hidden values, blocks and waits of many agents, over ninety days of a clock that is made up.

import { setTimeout as sleep } from 'node:timers/promises';
import type { OutcomeBody, VerdictBody } from '../src/record/entry.ts';
import type { OpenLedger } from '../src/record/chain.ts';
import { mailAction, outcomeOf, verdictOf } from '../test/record/sample-bodies.ts';

/** What a search is later asked for. */
export const AGENTS = 199;
export const HOSTS = 50;
/** One in a thousand requests waits for people. */
const TICKET_EVERY = 1_000;
const LINES = 256;
/** Entries that the index may be behind: it takes up to 20,000 as they are written, and reads back the others. */
const MAX_BEHIND = 15_000;

export interface ScaleClock {
  now(): number;
}

export const START_MS = Date.UTC(2026, 0, 1);
export const SPAN_MS = 90 * 86_400_000;

export function exchangeOf(number: number): string {
  return `x0123456789ab-${number.toString(36)}`;
}

export function ticketOf(number: number): string {
  return `t_${Math.floor(number / TICKET_EVERY).toString(36)}`;
}

export function agentOf(number: number): string {
  return `agent-${(number * 7919) % AGENTS}`;
}

/** Request `number`: 70 % plain reads, 20 % mails with a hidden recipient and reason, 9 % blocked writes, the rest waits. */
export function verdictAt(number: number): VerdictBody {
  const exchange = exchangeOf(number);
  const agent = agentOf(number);
  const kind = number % 10;
  if (number % TICKET_EVERY === 0)
    return verdictOf(exchange, {
      agent,
      verdict: 'WAIT',
      ticket: ticketOf(number),
      actions: [mailAction(`c${number}@customer.example`)],
    });
  if (kind >= 7 && kind <= 8)
    return verdictOf(exchange, {
      agent,
      actions: [mailAction(`c${number}@customer.example`)],
      reason: 'mail to customers is allowed',
    });
  const host = `api-${(number * 31) % HOSTS}.example.com`;
  const action = kind === 9 ? 'http.write' : 'http.read';
  const verdict = kind === 9 ? 'BLOCK' : 'ALLOW';
  const facts = { host, method: kind === 9 ? 'POST' : 'GET', path: `/v1/orders/${number}`, inspected: true };
  const policies = [kind === 9 ? 'unknown-writes' : 'reading'];
  return verdictOf(exchange, {
    agent,
    verdict,
    actions: [{ action, resource: { type: 'Host', id: host }, verdict, policies, facts }],
    policies,
    reason: kind === 9 ? 'no policy permits it' : 'reading is free',
  });
}

function outcomeAt(number: number, entry: string): OutcomeBody {
  return outcomeOf(exchangeOf(number), entry);
}

/** Appends requests `from` to `to`, each a verdict that is waited for and an outcome, as fast as the index follows. What each verdict waited, in ms. */
export async function appendRequests(
  ledger: OpenLedger,
  feed: { readonly size: number },
  from: number,
  to: number,
): Promise<Float64Array> {
  const waited = new Float64Array(to - from);
  let next = from;
  const line = async (): Promise<void> => {
    for (let number = next++; number < to; number = next++) {
      while (ledger.size - feed.size > MAX_BEHIND) await sleep(5);
      const before = performance.now();
      const { entry } = await ledger.append(verdictAt(number), 'written');
      waited[number - from] = performance.now() - before;
      ledger.note(outcomeAt(number, entry));
    }
  };
  await Promise.all(Array.from({ length: LINES }, line));
  await ledger.flush();
  return waited;
}
