// Everything around the stages by hand: a judge that says what it is told, an upstream that answers, a book with one ticket.

import assert from 'node:assert/strict';
import type { Ticket, WaitOutcome } from '../../src/approve/ticket.ts';
import type { TicketBook } from '../../src/approve/tickets.ts';
import type { Judge } from '../../src/decide/judge.ts';
import type { Judgement, Verdict } from '../../src/decide/judgement.ts';
import type { Constraint } from '../../src/decide/constraint.ts';
import { InterlockError } from '../../src/errors.ts';
import { createRefuser } from '../../src/enforce/refuser.ts';
import type { Outgoing, Upstream } from '../../src/forward/outgoing.ts';
import { createMemoryBudget } from '../../src/http/memory-budget.ts';
import { handleExchange } from '../../src/pipeline.ts';
import { createRecall } from '../../src/recall/recall.ts';
import { createStages } from '../../src/stages.ts';
import { NO_GRANTS, handMade, type HandMade, judgementOf, NO_BUDGETS, NO_WISHES, proposalOf } from './exchange.ts';
import { type MemoryLedger, memoryLedger } from './memory-ledger.ts';
import { noPlans } from './no-plans.ts';
import { TICKET as SAMPLE } from './sample-ticket.ts';
import { memoryShelf } from './memory-shelf.ts';

const TICKET: Ticket = { ...SAMPLE, deniedBy: 'kim' };

export interface Rig {
  readonly ledger: MemoryLedger;
  readonly sent: Outgoing[];
  readonly observed: string[];
  readonly parked: string[];
  /** What the ticket's book was told of what became of it. */
  readonly fates: string[];
  run(exchange: HandMade): Promise<{ readonly status: number; readonly body: string; readonly verdict: string | undefined }>;
}

interface Choices {
  readonly says: (asked: number) => readonly [Verdict, Partial<Judgement>?];
  readonly outcome?: WaitOutcome['kind'];
  readonly grant?: boolean;
  /** What its approvers choose instead. */
  readonly edit?: string;
  /** Whether the approvals cover it, at each asking; left out: always. */
  readonly covers?: (asked: number) => boolean;
  /** The upstream's answer; null: the connection breaks after it was written. */
  readonly answers?: number | null;
}

/** Everything around the stages by hand: a judge that says what it is told, an upstream that answers 200, a book with one ticket. */
export function rig({ says, outcome = 'approved', grant = false, edit, covers = () => true, answers = 200 }: Choices): Rig {
  const fates: string[] = [];
  const ledger = memoryLedger();
  const sent: Outgoing[] = [];
  const observed: string[] = [];
  const parked: string[] = [];
  let asked = 0;
  const judge: Judge = {
    bundle: 'digest',
    mayPassUnopened: () => false,
    mayApprove: () => false,
    userBy: () => null,
    judge(_principal, actions) {
      const [verdict, parts] = says(asked++);
      return judgementOf(verdict, proposalOf(handMade('POST', '/a'), { actions }), parts);
    },
  };
  const upstream: Upstream = {
    send(outgoing, sink) {
      // INVARIANT: the verdict is on record before anything leaves.
      assert.ok(ledger.bodies('verdict').length > 0, 'sent before it was recorded');
      sent.push(outgoing);
      sink.begin({ pause: () => undefined, resume: () => undefined, abort: () => undefined });
      if (answers === null) return sink.fail(new InterlockError('UPSTREAM_CLOSED', 'gone'));
      sink.head(answers, [], false);
      sink.end([]);
    },
    stats: () => ({ pools: 0, http2Sessions: 0, open: 0, busy: 0 }),
    close: () => Promise.resolve(),
  };
  const stages = createStages({
    judge,
    lens: noPlans(judge),
    recall: createRecall(),
    budget: createMemoryBudget(1_000_000),
    ledger,
    upstream,
    inspectBytes: 10_000,
    tickets: book(parked, outcome, { grant, edit: edit ?? null, covers }, fates),
    keepBody: () => Promise.resolve(),
    shelf: memoryShelf(),
    budgets: NO_BUDGETS,
    callGate: () => null,
    beside: { consider: () => undefined },
    enforcement: 'enforce',
    ...NO_WISHES,
    messageGate: () => null,
    refuser: createRefuser({
      ledger,
      tally: () => undefined,
      onRefused: (_exchange, _progress, error) => void observed.push(error.code),
    }),
    observer: {
      decided: () => void observed.push('decided'),
      leaving: () => void observed.push('leaving'),
      finished: () => void observed.push('finished'),
    },
  });
  const run: Rig['run'] = async (exchange) => {
    await handleExchange(exchange, stages);
    const { status, headers, body } = await exchange.reply.answered;
    return { status, body: body.toString(), verdict: headers.get('interlock-verdict') };
  };
  return { ledger, sent, observed, parked, fates, run };
}

function book(
  parked: string[],
  kind: WaitOutcome['kind'],
  { grant, edit, covers }: { readonly grant: boolean; readonly edit: string | null } & Required<Pick<Choices, 'covers'>>,
  fates: string[],
): TicketBook {
  const unused = (): never => assert.fail('not asked for here');
  let ticket = TICKET;
  let covered = 0;
  return {
    spendGrant: () => Promise.resolve(grant ? ticket : null),
    open({ exchange, offers }) {
      parked.push(exchange);
      ticket = { ...TICKET, offers, edit };
      return Promise.resolve(ticket);
    },
    wait: () => Promise.resolve({ kind, ticket }),
    covers: () => covers(covered++),
    get: () => ticket,
    list: unused,
    approve: unused,
    deny: unused,
    watch: () => () => undefined,
    settle: (id, exchange, fate) => Promise.resolve(void fates.push(`${id} ${exchange} ${fate}`)),
    ...NO_GRANTS,
  };
}

export const CAP = { name: 'cap', type: 'set', field: 'amount', value: 1 } as const satisfies Constraint;

export function refund(): HandMade {
  const headers = ['Content-Type', 'application/x-www-form-urlencoded'];
  return handMade('POST', '/v1/refunds', 'charge=ch_1&amount=500', { host: 'api.stripe.com', headers });
}
