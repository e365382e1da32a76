// Bodies of the usual entries, and pairs of a stored chain, for the record tests.

import { conceal } from '../../src/record/conceal.ts';
import { encodeEntry, leafHash, NO_PREVIOUS } from '../../src/record/entry-codec.ts';
import type { EntryBody, LifecycleBody, OutcomeBody, ShadowBody, VerdictBody } from '../../src/record/entry.ts';
import { entryKey, hiddenKey } from '../../src/record/store-keys.ts';

export type Pair = readonly [string, string];

export function verdictOf(exchange: string, changes: Partial<VerdictBody> = {}): VerdictBody {
  return {
    type: 'verdict',
    exchange,
    cause: null,
    agent: 'support-bot',
    user: null,
    session: 's1',
    verdict: 'ALLOW',
    actions: [mailAction(`${exchange}@customer.example`)],
    bundle: 'b'.repeat(64),
    policies: ['mail-to-customers'],
    reason: `mail to ${exchange}@customer.example is allowed`,
    code: null,
    constraints: [],
    changed: [],
    substitute: [],
    ticket: null,
    headDigest: 'c'.repeat(64),
    bodyDigest: null,
    query: null,
    headers: null,
    ...changes,
  };
}

export function mailAction(recipient: string): VerdictBody['actions'][number] {
  return {
    action: 'email.send',
    resource: { type: 'Mailbox', id: 'bot@our.example' },
    verdict: 'ALLOW',
    policies: ['mail-to-customers'],
    facts: {
      host: 'api.resend.com',
      method: 'POST',
      path: '/emails',
      inspected: true,
      recipients: [recipient],
      domains: ['customer.example'],
    },
  };
}

export function outcomeOf(exchange: string, verdictEntry: string): OutcomeBody {
  return {
    type: 'outcome',
    exchange,
    verdictEntry,
    result: 'sent',
    status: 200,
    requestBytes: 10,
    responseBytes: 20,
    durationMs: 3,
    requestDigest: null,
    responseDigest: 'd'.repeat(64),
    error: null,
  };
}

export const START: LifecycleBody = { type: 'start', version: '0.0.0', syncedSize: 0, note: '' };
export const SAMPLE_TIME = '2026-01-02T03:04:05.678Z';

/** The pairs that a store would hold for these bodies, and the last leaf hash. */
export function chainPairs(bodies: readonly EntryBody[], times: readonly string[] = []): { pairs: Pair[]; head: string } {
  const pairs: Pair[] = [];
  let head = NO_PREVIOUS;
  for (const [sequence, body] of bodies.entries()) {
    const { text, hiddenText } = conceal(body);
    const entry = encodeEntry(text, head, sequence, times[sequence] ?? SAMPLE_TIME);
    pairs.push([entryKey(sequence), entry]);
    if (hiddenText !== null) pairs.push([hiddenKey(sequence), hiddenText]);
    head = leafHash(entry);
  }
  return { pairs, head };
}

export function shadowOf(exchange: string): ShadowBody {
  const policies = ['p2'];
  return {
    type: 'shadow',
    exchange,
    verdictEntry: '1',
    agent: 'bot',
    side: 'policies',
    bundle: 'd',
    was: 'ALLOW',
    would: 'BLOCK',
    policies,
    actions: [{ action: 'http.read', was: 'ALLOW', would: 'BLOCK', policies, constraints: [], approvers: [] }],
  };
}
