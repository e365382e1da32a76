// What may have changed while people thought: who asks, and what a constraint asks for.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ticket } from '../../src/approve/ticket.ts';
import type { TicketBook } from '../../src/approve/tickets.ts';
import { propose } from '../../src/classify/propose.ts';
import type { Constraint } from '../../src/decide/constraint.ts';
import { askAgain, holdUntilDecided, type ParkDeps } from '../../src/enforce/park.ts';
import { InterlockError } from '../../src/errors.ts';
import { decisionOf, handMade, judgementOf, PRINCIPAL } from '../support/exchange.ts';
import { memoryLedger } from '../support/memory-ledger.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const TICKET: Ticket = {
  id: 't_1',
  state: 'spent',
  binding: 'b',
  agent: 'bot',
  user: null,
  session: null,
  actions: [],
  host: 'h',
  method: 'POST',
  path: '/',
  reason: 'r',
  waits: [],
  approvals: [],
  deniedBy: null,
  createdAt: '',
  expiresAt: '',
  exchange: 'x1',
  grant: false,
};
const unused = (): never => {
  throw new Error('not asked for here');
};
const tickets: TicketBook = {
  spendGrant: unused,
  open: unused,
  list: unused,
  approve: unused,
  deny: unused,
  wait: () => Promise.resolve({ kind: 'approved', ticket: TICKET }),
  covers: () => true,
  get: () => TICKET,
};
const keep = (...domains: string[]): Constraint => ({ name: 'inside', type: 'keep-recipients', domains });

test('a token that was revoked meanwhile sends nothing, and a team that was left does not count', async () => {
  const deps: ParkDeps = {
    tickets,
    judge: { bundle: 'b', judge: unused, mayPassUnopened: unused, mayApprove: unused },
    ledger: memoryLedger(),
    inspectBytes: 1_000,
    keepBody: unused,
  };
  const revoked = (): never => {
    throw new InterlockError('IDENTITY_REJECTED', 'revoked');
  };
  await throwsWithCode('IDENTITY_REJECTED', () => holdUntilDecided({ ...handMade('POST', '/'), identify: revoked }, 't_1', deps));
  const moved = { ...PRINCIPAL, teams: [] };
  assert.equal(await holdUntilDecided({ ...handMade('POST', '/'), identify: () => moved }, 't_1', deps), moved);
});

test('a constraint that was tightened under its old name stops what waited', async () => {
  const mail = JSON.stringify({ from: 'a@ex.com', to: ['b@ex.com', 'c@ex.org'] });
  const exchange = handMade('POST', '/emails', mail, { host: 'api.resend.com', headers: ['Content-Type', 'application/json'] });
  const proposal = await propose(exchange, 10_000);
  const decision = decisionOf('WAIT', proposal, {
    judgement: judgementOf('WAIT', proposal, { constraints: [keep('ex.com', 'ex.org')] }),
  });
  const asked = (constraint: Constraint): void => {
    const judge = {
      bundle: 'b',
      mayPassUnopened: unused,
      mayApprove: unused,
      judge: () => judgementOf('WAIT', proposal, { constraints: [constraint] }),
    };
    askAgain(PRINCIPAL, decision, 't_1', { tickets, judge, ledger: memoryLedger(), inspectBytes: 1_000, keepBody: unused });
  };
  asked(keep('ex.com', 'ex.org'));
  await throwsWithCode('POLICY_BLOCKED', () => asked(keep('ex.com')));
});
