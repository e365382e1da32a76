// How long it takes to find something in a large ledger: random ones of each kind, each for the first time.

import { findEntries } from '../src/record/entry-query.ts';
import type { Term, TermKind } from '../src/record/entry-terms.ts';
import type { OpenLedger } from '../src/record/chain.ts';
import { holdsInclusion } from '../src/record/merkle-proof.ts';
import { leafHash } from '../src/record/entry-codec.ts';
import type { History } from '../src/serve/history.ts';
import { agentOf, exchangeOf, SPAN_MS, START_MS, ticketOf } from './scale-load.ts';

const TIMES = 200;
const PAGE = 50;

/** Rows of a name and a figure. Throws when something is not found that must be there. */
export async function seekTimes(
  ledger: OpenLedger,
  history: History,
  requests: number,
): Promise<Array<readonly [string, string]>> {
  const random = (): number => Math.floor(Math.random() * requests);
  const search = async (
    terms: readonly Term[],
    times: { readonly since?: number; readonly until?: number } = {},
  ): Promise<number> => {
    const { since = null, until = null } = times;
    const query = { terms, before: null, limit: PAGE, since, until, matches: () => true };
    return (await findEntries(query, { ledger, index: history.index })).entries.length;
  };
  const byTerm = (kind: TermKind, valueOf: () => string) => () => search([{ kind, value: valueOf() }]);
  const anyTime = (): number => START_MS + Math.random() * SPAN_MS;
  const { size } = ledger;
  const rows: ReadonlyArray<readonly [string, () => Promise<number>]> = [
    ['an entry by its id', async () => ((await ledger.get(Math.floor(Math.random() * size))) === undefined ? 0 : 1)],
    ['50 entries before a time', () => search([], { until: anyTime() })],
    ['50 of an agent', byTerm('agent', () => agentOf(random()))],
    ['50 of an agent before a time', () => search([{ kind: 'agent', value: agentOf(random()) }], { until: anyTime() })],
    ['50 of an action', byTerm('action', () => 'email.send')],
    ['50 of a verdict', byTerm('verdict', () => 'BLOCK')],
    ['50 of a rare verdict (one in 1,000)', byTerm('verdict', () => 'WAIT')],
    ['an exchange', byTerm('exchange', () => exchangeOf(random()))],
    ['a ticket', byTerm('ticket', () => ticketOf(random()))],
    [
      '50 of an agent, an action and a verdict',
      () =>
        search([
          { kind: 'agent', value: agentOf(random()) },
          { kind: 'action', value: 'http.write' },
          { kind: 'verdict', value: 'BLOCK' },
        ]),
    ],
    ['prove an entry (made and checked)', () => prove(ledger)],
  ];
  const told: Array<readonly [string, string]> = [];
  for (const [name, seek] of rows) told.push([`seek: ${name}`, await timed(name, seek)]);
  return told;
}

async function timed(name: string, seek: () => Promise<number>): Promise<string> {
  const times: number[] = [];
  let empty = 0;
  for (let i = 0; i < TIMES; i += 1) {
    const began = performance.now();
    if ((await seek()) === 0) empty += 1;
    times.push(performance.now() - began);
  }
  // A random time may be before the first entry, an agent's combination may not exist; all of them empty is a fault.
  if (empty > TIMES / 2) throw new Error(`${name}: ${empty} of ${TIMES} found nothing`);
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(TIMES * share)] ?? 0).toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}

async function prove({ prover, size, signedHead }: OpenLedger): Promise<number> {
  const sequence = Math.floor(Math.random() * size);
  const { text, path } = await prover.evidence(sequence, signedHead.size);
  if (!holdsInclusion(leafHash(text), sequence, signedHead.size, path, signedHead.hash))
    throw new Error(`entry ${sequence} is not proven`);
  return 1;
}
