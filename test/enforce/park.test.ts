// WAIT: a grant is spent or a ticket opened, the exchange held, and policy asked again before anything goes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ticket, WaitOutcome } from '../../src/approve/ticket.ts';
import type { ParkRequest, TicketBook } from '../../src/approve/tickets.ts';
import type { Judgement, Verdict } from '../../src/decide/judgement.ts';
import { InterlockError } from '../../src/errors.ts';
import type { BodyShelf } from '../../src/http/parkable-body.ts';
import { approversOf, askAgain, holdUntilDecided, park, type ParkDeps } from '../../src/enforce/park.ts';
import { square } from '../../src/providers/payment/square.ts';
import { NO_GRANTS, NO_WISHES, decisionOf, handMade, judgementOf, PRINCIPAL, proposalOf } from '../support/exchange.ts';
import { memoryLedger } from '../support/memory-ledger.ts';
import { memoryShelf } from '../support/memory-shelf.ts';
import { TICKET as SAMPLE } from '../support/sample-ticket.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const WAIT = { policy: 'big', reason: 'big', approvers: ['finance', 'legal'], quorum: 1 };
const TICKET: Ticket = { ...SAMPLE, waits: [WAIT], deniedBy: 'kim' };

interface Book {
  readonly opened: ParkRequest[];
  readonly kept: string[];
  readonly signals: AbortSignal[];
}

function depsWith(
  options: {
    grant?: Ticket;
    outcome?: WaitOutcome;
    now?: [Verdict, Partial<Judgement>?];
    covers?: boolean;
    inspectBytes?: number;
    shelf?: BodyShelf;
  } = {},
): ParkDeps & Book {
  const opened: ParkRequest[] = [];
  const kept: string[] = [];
  const signals: AbortSignal[] = [];
  const unused = (): never => {
    throw new Error('not asked for here');
  };
  const tickets: TicketBook = {
    spendGrant: () => Promise.resolve(options.grant ?? null),
    open: (request) => Promise.resolve((opened.push(request), TICKET)),
    wait: (_ticket, _exchange, signal) =>
      Promise.resolve((signals.push(signal), options.outcome ?? { kind: 'approved', ticket: TICKET })),
    covers: () => options.covers ?? true,
    get: (id) => (id === TICKET.id ? TICKET : undefined),
    list: unused,
    approve: unused,
    deny: unused,
    watch: () => () => undefined,
    settle: () => Promise.resolve(),
    ...NO_GRANTS,
  };
  const [verdict, parts] = options.now ?? ['WAIT', { waits: [WAIT] }];
  const judge = {
    bundle: 'b',
    mayPassUnopened: () => false,
    mayApprove: () => false,
    userBy: () => null,
    judge: () => judgementOf(verdict, proposalOf(handMade('POST', '/a')), parts),
  };
  return {
    opened,
    kept,
    signals,
    tickets,
    judge,
    ledger: memoryLedger(),
    inspectBytes: options.inspectBytes ?? 1_000,
    ...NO_WISHES,
    shelf: options.shelf ?? memoryShelf(),
    keepBody: (_ticket, body) => Promise.resolve(void kept.push(body.toString())),
  };
}

function waiting(body = 'refund=1') {
  const exchange = handMade('POST', '/a', body);
  const proposal = proposalOf(exchange);
  return { exchange, decision: decisionOf('WAIT', proposal, { judgement: judgementOf('WAIT', proposal, { waits: [WAIT] }) }) };
}

const hold = (deps: ParkDeps) => {
  const { exchange, decision } = waiting();
  return holdUntilDecided(exchange, decision, 't_1', deps);
};

test('without a grant a ticket is opened for it, and its body is kept beside', async () => {
  const deps = depsWith();
  const { exchange, decision } = waiting();
  assert.deepEqual(await park(exchange, PRINCIPAL, decision, deps), { ticket: TICKET, mustWait: true, scoped: false });
  assert.deepEqual(
    deps.opened.map((one) => [one.agent, one.waits]),
    [['bot', [WAIT]]],
  );
  assert.deepEqual(deps.kept, ['refund=1']);
});

test('a grant is spent, and nothing waits', async () => {
  const deps = depsWith({ grant: TICKET });
  const { exchange, decision } = waiting();
  assert.equal((await park(exchange, PRINCIPAL, decision, deps)).mustWait, false);
  assert.deepEqual(deps.opened, []);
});

test('the vendor\'s key for "once" is no part of a binding, and goes to the ticket', async () => {
  const keys = ['k1', 'k2'].map(async (key) => {
    const body = JSON.stringify({ idempotency_key: key, payment_id: 'p' });
    const exchange = handMade('POST', '/v2/refunds', body, { headers: ['Content-Type', 'application/json'] });
    const proposal = { ...proposalOf(exchange), provider: square };
    const deps = depsWith();
    await park(
      exchange,
      PRINCIPAL,
      decisionOf('WAIT', proposal, { judgement: judgementOf('WAIT', proposal, { waits: [WAIT] }) }),
      deps,
    );
    return deps.opened[0];
  });
  const [first, second] = await Promise.all(keys);
  assert.equal(first?.binding, second?.binding);
  assert.deepEqual([first?.idempotency?.key, second?.idempotency?.key], ['k1', 'k2']);
});

// INVARIANT: another body is another binding (threat D6).
test('the binding covers the body, and a body too large to bind does not wait', async () => {
  const bindings = await Promise.all(
    ['refund=1', 'refund=2', 'refund=1'].map(async (body) => {
      const deps = depsWith();
      const { exchange, decision } = waiting(body);
      await park(exchange, PRINCIPAL, decision, deps);
      return deps.opened[0]?.binding;
    }),
  );
  assert.equal(bindings[0], bindings[2]);
  assert.notEqual(bindings[0], bindings[1]);
  const { exchange, decision } = waiting();
  await throwsWithCode('CONSTRAINT_FAILED', () => park(exchange, PRINCIPAL, decision, depsWith({ inspectBytes: 3 })));
});

for (const [kind, code] of [
  ['denied', 'TICKET_DENIED'],
  ['expired', 'TICKET_DENIED'],
  ['superseded', 'TICKET_PENDING'],
  ['held-out', 'TICKET_PENDING'],
] as const) {
  test(`${kind} does not go`, async () => {
    await throwsWithCode(code, () => hold(depsWith({ outcome: { kind, ticket: TICKET } })));
  });
}

test('approved goes', async () => {
  await hold(depsWith());
});

// INVARIANT: policy is asked again after the wait.
test('the same answer as before goes', async () => {
  const { exchange, decision } = waiting();
  await askAgain(exchange, PRINCIPAL, { decision, ticket: 't_1', scoped: false }, depsWith());
});

for (const [name, options, ticket] of [
  ['a BLOCK', { now: ['BLOCK', { policies: ['new'] }] }, 't_1'],
  ['a new constraint', { now: ['CONSTRAIN', { constraints: [{ name: 'cap', type: 'set', field: '/a', value: 1 }] }] }, 't_1'],
  ['an approval that does not cover what waits now', { covers: false }, 't_1'],
  ['a ticket that is gone', {}, 't_2'],
] as const) {
  test(`${name} after the wait refuses`, async () => {
    const { now, ...rest } = { now: undefined, ...options };
    const deps = depsWith({ ...rest, ...(now === undefined ? {} : { now: [now[0], now[1]] }) });
    await throwsWithCode('POLICY_BLOCKED', () => {
      const { exchange, decision } = waiting();
      return askAgain(exchange, PRINCIPAL, { decision, ticket, scoped: false }, deps);
    });
  });
}

test('who may approve is named once, in order', () => {
  assert.equal(approversOf({ ...TICKET, waits: [WAIT, { ...WAIT, approvers: ['finance'] }] }), 'finance and legal');
  assert.equal(approversOf({ ...TICKET, waits: [] }), 'an approver');
});

test('a body is on the shelf while it waits, and the same again before it goes', async () => {
  const text = 'x'.repeat(600_000);
  const { exchange, decision } = waiting(text);
  const body = await exchange.body.inspect({ kind: 'whole' }, 1_000_000);
  const shelf = memoryShelf();
  const deps = depsWith({ shelf });
  const wait: TicketBook['wait'] = (ticket, id, signal) => {
    assert.throws(() => body.bytes, { code: 'INTERNAL' });
    assert.equal(shelf.kept.get('x1')?.length, text.length);
    return deps.tickets.wait(ticket, id, signal);
  };
  await holdUntilDecided(exchange, decision, 't_1', { ...deps, tickets: { ...deps.tickets, wait } });
  assert.equal(body.bytes.toString(), text);
  assert.equal(exchange.body.outgoing()?.toString(), text);
  assert.equal(shelf.kept.size, 0);
});

test('a body that can not be put away is not held: its ticket waits, and the agent is told', async () => {
  const { exchange, decision } = waiting('x'.repeat(600_000));
  await exchange.body.inspect({ kind: 'whole' }, 1_000_000);
  const deps = depsWith({ shelf: { put: () => Promise.reject(new InterlockError('BODY_UNKEPT', 'the disk is full')) } });
  const error = await throwsWithCode('BODY_UNKEPT', () => holdUntilDecided(exchange, decision, 't_1', deps));
  assert.match(error.message, /the disk is full, so it is not held: waiting for .*repeat the same request/);
  assert.deepEqual(deps.signals, []);
});

for (const kind of ['approved', 'denied'] as const) {
  test(`${kind}, and its body is lost: nothing goes, and a denial is still told`, async () => {
    const { exchange, decision } = waiting('x'.repeat(600_000));
    await exchange.body.inspect({ kind: 'whole' }, 1_000_000);
    const lost = { take: () => Promise.reject(new InterlockError('BODY_LOST', 'changed')), drop: () => Promise.resolve() };
    const deps = depsWith({ outcome: { kind, ticket: TICKET }, shelf: { put: () => Promise.resolve(lost) } });
    await throwsWithCode(kind === 'approved' ? 'BODY_LOST' : 'TICKET_DENIED', () =>
      holdUntilDecided(exchange, decision, 't_1', deps),
    );
  });
}
