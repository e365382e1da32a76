// What is offered to approvers, and that what they chose is what goes: judged again, and never the request as it is.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ticket } from '../../src/approve/ticket.ts';
import type { Action } from '../../src/classify/action.ts';
import { propose } from '../../src/classify/propose.ts';
import type { Constraint } from '../../src/decide/constraint.ts';
import type { Judgement, Verdict } from '../../src/decide/judgement.ts';
import { editChosen, findOffers, type OfferDeps } from '../../src/enforce/offer.ts';
import { approvalDesk, parkRequest } from '../support/approval-desk.ts';
import { NO_WISHES, decisionOf, handMade, judgementOf, PRINCIPAL } from '../support/exchange.ts';
import { memoryLedger } from '../support/memory-ledger.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const CAP: Constraint = { name: 'cap', type: 'set', field: 'amount', value: 500 };
const WAIT = { policy: 'large', reason: 'large', approvers: ['finance'], quorum: 1 };

const refund = (amount: number) =>
  handMade('POST', '/v1/refunds', `charge=ch_1&amount=${amount}`, {
    host: 'api.stripe.com',
    headers: ['Content-Type', 'application/x-www-form-urlencoded', 'Authorization', 'Bearer k'],
  });

/** Waits for what is more than 500, and says of the rest what a test wants. */
function depsWith(rest: Verdict = 'ALLOW', parts: Partial<Judgement> = {}, offers: readonly Constraint[] = [CAP]): OfferDeps {
  const judge = (_principal: unknown, actions: readonly Action[]): Judgement => {
    const proposal = { ...decisionOf('WAIT', base).proposal, actions };
    const large = actions.some(({ facts }) => Number(facts['amountMinor']) > 500);
    const judged = large ? judgementOf('WAIT', proposal, { waits: [WAIT], offers }) : judgementOf(rest, proposal, parts);
    return { ...judged, actions: judged.actions.map((one) => ({ ...one, offers: judged.offers })) };
  };
  return {
    ...NO_WISHES,
    ledger: memoryLedger(),
    judge: { bundle: 'b', judge, mayPassUnopened: () => false, mayApprove: () => false },
  } as unknown as OfferDeps;
}

const base = await propose(refund(9_000), 10_000);

async function waiting(amount: number, deps: OfferDeps) {
  const exchange = refund(amount);
  const proposal = await propose(exchange, 10_000);
  const judgement = deps.judge.judge(PRINCIPAL, proposal.actions);
  return { exchange, judged: { proposal, judgement }, decision: decisionOf('WAIT', proposal, { judgement }) };
}

test('an offer shows what it would make of the request', async () => {
  const deps = depsWith();
  const { exchange, decision } = await waiting(9_000, deps);
  const [offer, ...others] = await findOffers(exchange, PRINCIPAL, decision, deps);
  assert.deepEqual(others, []);
  assert.equal(offer?.constraint, 'cap');
  assert.ok((offer?.changed.length ?? 0) > 0);
  assert.equal(offer?.actions[0]?.facts['amountMinor'], 500);
});

test('nothing is offered that is blocked, changes nothing, asks for more or waits for another policy', async () => {
  const offered = async (deps: OfferDeps, amount = 9_000): Promise<number> => {
    const { exchange, decision } = await waiting(amount, deps);
    return (await findOffers(exchange, PRINCIPAL, decision, deps)).length;
  };
  assert.equal(await offered(depsWith('ALLOW')), 1);
  assert.equal(await offered(depsWith('WAIT', { waits: [WAIT] })), 1);
  assert.equal(await offered(depsWith('BLOCK')), 0);
  assert.equal(await offered(depsWith('WAIT', { waits: [{ ...WAIT, policy: 'other' }] })), 0);
  assert.equal(await offered(depsWith('WAIT', { waits: [{ ...WAIT, quorum: 2 }] })), 0);
  assert.equal(await offered(depsWith('CONSTRAIN', { constraints: [{ ...CAP, name: 'new' }] })), 0);
  assert.equal(await offered(depsWith('ALLOW', {}, [{ ...CAP, value: 9_000 }])), 0);
  const six = Array.from({ length: 6 }, (_, i) => ({ ...CAP, name: `cap${i}`, value: 100 + i }));
  assert.equal(await offered(depsWith('ALLOW', {}, six)), 5);
});

test('what was chosen goes, and what it is now must be what was shown', async () => {
  const deps = depsWith();
  const { exchange, judged, decision } = await waiting(9_000, deps);
  const offers = await findOffers(exchange, PRINCIPAL, decision, deps);
  using desk = await approvalDesk();
  const ticket: Ticket = { ...(await desk.book.open(parkRequest({ offers }))), edit: 'cap' };
  const chosen = await editChosen(exchange, PRINCIPAL, judged, ticket, deps);
  assert.equal(chosen.verdict, 'CONSTRAIN');
  assert.match(String(chosen.substitute?.body.bytes), /amount=500$/);
  assert.deepEqual(
    chosen.judgement.constraints.map(({ name }) => name),
    ['cap'],
  );
  const refused = async (other: OfferDeps, told: RegExp, edit = 'cap'): Promise<void> => {
    const now = await waiting(9_000, other);
    const error = await throwsWithCode('POLICY_BLOCKED', () =>
      editChosen(now.exchange, PRINCIPAL, now.judged, { ...ticket, edit }, other),
    );
    assert.match(error.message, told);
  };
  await refused(depsWith('ALLOW', {}, []), /does not offer it/);
  await refused(depsWith('ALLOW', {}, [{ ...CAP, value: 400 }]), /something else/);
  await refused(depsWith('BLOCK'), /blocked/);
  await refused(depsWith('WAIT', { waits: [{ ...WAIT, policy: 'other' }] }), /another approval/);
  await refused(depsWith(), /does not offer it/, 'other');
});

test('a WebSocket message is offered nothing', async () => {
  const deps = depsWith();
  const { exchange, decision } = await waiting(9_000, deps);
  assert.deepEqual(await findOffers({ ...exchange, message: true }, PRINCIPAL, decision, deps), []);
});
