// A small ledger on disk with a waited-for action in it, and the rooms that proofs of it are made in.

import type { TestContext } from 'node:test';
import { belongs } from '../../src/proof/belonging.ts';
import { makeProof, type ProofRooms, type Wanted } from '../../src/proof/make-proof.ts';
import type { ProofFile } from '../../src/proof/proof-file.ts';
import { openLedger, type OpenLedger } from '../../src/record/chain.ts';
import { decodeEntry } from '../../src/record/entry-codec.ts';
import type { TicketBody } from '../../src/record/entry.ts';
import { bundleDigest } from '../../src/decide/bundle-digest.ts';
import { outcomeOf, verdictOf } from '../record/sample-bodies.ts';
import { temporaryFolder } from '../record/temporary-folder.ts';

export const POLICY = `// refunds
@id("refund-ceiling")
@reason("refunds above the ceiling wait for finance")
@verdict("wait")
@approvers("finance")
permit (principal, action == Action::"payment.refund", resource);
`;
export const FILES: ReadonlyMap<string, string> = new Map([
  ['schema.cedarschema', 'entity Agent;\n'],
  ['entities.json', '[]\n'],
  ['constraints.yaml', ''],
  ['payment.cedar', POLICY],
]);
export const DIGEST = bundleDigest(FILES);

/** Sequences of what was appended. */
export const WAITED = 1;
export const OPENED = 2;
export const APPROVED = 3;
export const OUTCOME = 4;
export const OTHER_TICKET = 5;

export function ticketMove(move: TicketBody['move'], changes: Partial<TicketBody> = {}): TicketBody {
  return {
    type: 'ticket',
    ticket: 't_1',
    exchange: 'x1',
    move,
    agent: 'support-bot',
    by: null,
    channel: 'proxy',
    binding: 'b'.repeat(64),
    note: 'a note',
    ...changes,
  };
}

export interface Proven {
  readonly dataDir: string;
  readonly ledger: OpenLedger;
  readonly rooms: ProofRooms;
  prove(changes?: Partial<Wanted>): Promise<ProofFile>;
}

export async function provenLedger(t: TestContext, more = 0): Promise<Proven> {
  const dataDir = temporaryFolder(t);
  const ledger = await openLedger({ dataDir, version: 'test', clock: () => Date.parse('2026-11-28T10:02:11.000Z') });
  t.after(() => ledger.close());
  const refund = {
    action: 'payment.refund',
    resource: { type: 'Account', id: 'acct_1' },
    verdict: 'WAIT',
    policies: ['refund-ceiling'],
    facts: { host: 'api.stripe.com', method: 'POST', inspected: true, amountMinor: 90_000, recipients: ['zoë@customer.example'] },
  } as const;
  await ledger.append(
    verdictOf('x1', { verdict: 'WAIT', actions: [refund], bundle: DIGEST, policies: ['refund-ceiling'], ticket: 't_1' }),
    'written',
  );
  await ledger.append(ticketMove('opened'), 'written');
  await ledger.append(ticketMove('approved', { by: 'una', channel: 'slack' }), 'written');
  await ledger.append(outcomeOf('x1', String(WAITED)), 'written');
  await ledger.append(ticketMove('approved', { ticket: 't_2', by: 'eve' }), 'written');
  for (let i = 0; i < more; i += 1) await ledger.append(verdictOf(`y${i}`), 'written');
  const rooms: ProofRooms = {
    prover: ledger.prover,
    candidates: async (entry) => {
      const all = Array.from({ length: ledger.size }, (_, i) => i);
      const texts = await Promise.all(all.map((i) => ledger.prover.evidence(i, ledger.size)));
      return all.filter((i) => belongs(entry, decodeEntry(texts[i]?.text ?? '') ?? entry));
    },
    bundles: { read: async (digest) => ({ files: bundleFiles(digest), cases: new Map() }) },
  };
  return { dataDir, ledger, rooms, prove: async (changes = {}) => (await makeProof(wantedOf(changes), rooms)).file };
}

export function wantedOf(changes: Partial<Wanted> = {}): Wanted {
  return { sequence: WAITED, related: true, bundle: true, since: null, disclose: [], beside: null, ...changes };
}

export function bundleFiles(digest: string) {
  const [schema, entities, constraints, policy] = [...FILES.values()];
  return {
    directory: '/kept',
    schema: schema ?? '',
    entities: entities ?? '',
    constraints: constraints ?? '',
    policies: new Map([['payment.cedar', policy ?? '']]),
    digest,
  };
}
