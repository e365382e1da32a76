// What may have changed while people thought: who asks, and what a constraint asks for.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ticket } from '../../src/approve/ticket.ts';
import type { TicketBook } from '../../src/approve/tickets.ts';
import { propose } from '../../src/classify/propose.ts';
import type { Constraint } from '../../src/decide/constraint.ts';
import type { Judgement } from '../../src/decide/judgement.ts';
import { askAgain, holdUntilDecided, type ParkDeps } from '../../src/enforce/park.ts';
import { InterlockError } from '../../src/errors.ts';
import { HeaderList } from '../../src/http/headers.ts';
import type { Exchange } from '../../src/http/exchange.ts';
import { NO_GRANTS, NO_WISHES, decisionOf, handMade, judgementOf, PRINCIPAL, proposalOf } from '../support/exchange.ts';
import { memoryLedger } from '../support/memory-ledger.ts';
import { memoryShelf } from '../support/memory-shelf.ts';
import { TICKET as SAMPLE } from '../support/sample-ticket.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const TICKET: Ticket = { ...SAMPLE, state: 'spent' };
const unused = (): never => {
  throw new Error('not asked for here');
};
const tickets: TicketBook = {
  spendGrant: unused,
  open: unused,
  list: unused,
  approve: unused,
  deny: unused,
  watch: () => () => undefined,
  settle: () => Promise.resolve(),
  ...NO_GRANTS,
  wait: () => Promise.resolve({ kind: 'approved', ticket: TICKET }),
  covers: () => true,
  get: () => TICKET,
};
const keep = (...domains: string[]): Constraint => ({ name: 'inside', type: 'keep-recipients', domains });

test('a token that was revoked meanwhile sends nothing, and a team that was left does not count', async () => {
  const deps: ParkDeps = {
    tickets,
    judge: { bundle: 'b', judge: unused, mayPassUnopened: unused, mayApprove: unused, userBy: unused },
    ledger: memoryLedger(),
    inspectBytes: 1_000,
    keepBody: unused,
    shelf: memoryShelf(),
    ...NO_WISHES,
  };
  const revoked = (): never => {
    throw new InterlockError('IDENTITY_REJECTED', 'revoked');
  };
  const hold = (identify: Exchange['identify']) => {
    const exchange = { ...handMade('POST', '/'), identify };
    return holdUntilDecided(exchange, decisionOf('WAIT', proposalOf(exchange)), 't_1', deps);
  };
  await throwsWithCode('IDENTITY_REJECTED', () => hold(revoked));
  const moved = { ...PRINCIPAL, teams: [] };
  assert.equal(await hold(() => moved), moved);
});

test('a constraint that was tightened under its old name stops what waited', async () => {
  const mail = JSON.stringify({ from: 'a@ex.com', to: ['b@ex.com', 'c@ex.org'] });
  const exchange = handMade('POST', '/emails', mail, { host: 'api.resend.com', headers: ['Content-Type', 'application/json'] });
  const proposal = await propose(exchange, 10_000);
  const decision = decisionOf('WAIT', proposal, {
    judgement: judgementOf('WAIT', proposal, { constraints: [keep('ex.com', 'ex.org')] }),
  });
  const asked = async (constraint: Constraint): Promise<void> => {
    const judge = {
      bundle: 'b',
      mayPassUnopened: unused,
      mayApprove: unused,
      userBy: unused,
      judge: () => judgementOf('WAIT', proposal, { constraints: [constraint] }),
    };
    const deps = {
      tickets,
      judge,
      ledger: memoryLedger(),
      inspectBytes: 1_000,
      keepBody: unused,
      shelf: memoryShelf(),
      ...NO_WISHES,
    };
    await askAgain(exchange, PRINCIPAL, { decision, ticket: 't_1', scoped: false }, deps);
  };
  await asked(keep('ex.com', 'ex.org'));
  await throwsWithCode('POLICY_BLOCKED', () => asked(keep('ex.com')));
});

test('what hangs on more than its bytes is asked anew, and must be what was shown', async () => {
  const exchange = handMade('POST', '/v1/payment_intents/pi_1/confirm', 'a=1', {
    host: 'api.stripe.com',
    headers: ['Content-Type', 'application/x-www-form-urlencoded', 'Authorization', 'Bearer k'],
  });
  const proposal = { ...(await propose(exchange, 10_000)), lookedUp: true };
  const shownAt = (amountMinor: number): Ticket => ({
    ...TICKET,
    actions: proposal.actions.map(({ name, resource }) => ({
      action: name,
      resource,
      verdict: 'WAIT',
      policies: [],
      facts: { amountKnown: true, amountMinor, currency: 'EUR', session: 'another' },
    })),
  });
  const asked = (shown: Ticket, amount: number | null): Promise<unknown> =>
    askAgain(
      exchange,
      PRINCIPAL,
      { decision: decisionOf('WAIT', proposal), ticket: 't_1', scoped: false },
      {
        tickets: { ...tickets, get: () => shown },
        judge: {
          bundle: 'b',
          mayPassUnopened: unused,
          mayApprove: unused,
          userBy: unused,
          judge: (_principal, actions) => judgementOf('WAIT', { ...proposal, actions }),
        },
        ledger: memoryLedger(),
        inspectBytes: 1_000,
        keepBody: unused,
        shelf: memoryShelf(),
        announcements: NO_WISHES.announcements,
        wishes: { asksFor: () => true },
        originate: () =>
          Promise.resolve({
            status: amount === null ? 500 : 200,
            headers: new HeaderList([]),
            body: Buffer.from(JSON.stringify({ object: 'payment_intent', id: 'pi_1', amount, currency: 'eur' })),
            refused: null,
          }),
      },
    );
  await asked(shownAt(100), 100);
  await throwsWithCode('POLICY_BLOCKED', () => asked(shownAt(100), 5_000));
  await throwsWithCode('POLICY_BLOCKED', () => asked(shownAt(100), null));
});

test("what was given with another request's ticket is enough for what it waited for then, by that bundle, and for no more", async () => {
  const [known, other] = ['big', 'abroad'].map((policy) => ({ policy, reason: 'r', approvers: ['finance'], quorum: 1 }));
  assert.ok(known !== undefined && other !== undefined);
  const exchange = handMade('POST', '/');
  const proposal = proposalOf(exchange);
  const judged = (parts: Partial<Judgement>) => judgementOf('WAIT', proposal, { waits: [known], ...parts });
  const decision = decisionOf('WAIT', proposal, { judgement: judged({}) });
  const asked = (now: Partial<Judgement>, scoped = true): Promise<unknown> => {
    const judge = { bundle: 'b', judge: () => judged(now), mayPassUnopened: unused, mayApprove: unused, userBy: unused };
    const deps = {
      tickets,
      judge,
      ledger: memoryLedger(),
      inspectBytes: 1_000,
      keepBody: unused,
      shelf: memoryShelf(),
      ...NO_WISHES,
    };
    return askAgain(exchange, PRINCIPAL, { decision, ticket: 't_1', scoped }, deps);
  };
  await asked({});
  await asked({ waits: [known, other] }, false);
  await throwsWithCode('POLICY_BLOCKED', () => asked({ waits: [known, other] }));
  await throwsWithCode('POLICY_BLOCKED', () => asked({ bundle: 'another' }));
});
