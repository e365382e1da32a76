// From judgement to decision: a substitute is judged again, and whatever does not come out clean is a BLOCK.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Action } from '../../src/classify/action.ts';
import { propose } from '../../src/classify/propose.ts';
import type { Constraint } from '../../src/decide/constraint.ts';
import type { Judge } from '../../src/decide/judge.ts';
import type { Judgement, Verdict } from '../../src/decide/judgement.ts';
import { decide } from '../../src/enforce/constrain.ts';
import { HeaderList } from '../../src/http/headers.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { handMade, judgementOf, NO_WISHES, PRINCIPAL, proposalOf } from '../support/exchange.ts';
import { fakeProvider } from '../support/fake-provider.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const SET: Constraint = { name: 'cap', type: 'set', field: '/amount', value: 1 };
const changing = fakeProvider('changing', ['*'], {
  edit: (_request, body) => ({ bytes: Buffer.from(`${body.bytes?.toString()}!`), changed: ['amount: set'] }),
});
const idle = fakeProvider('idle', ['*'], { edit: (_request, body) => ({ bytes: body.bytes, changed: [] }) });

/** Says the first verdict first and the second when asked again. */
function judgeSaying(...said: readonly (readonly [Verdict, Partial<Judgement>?])[]): Judge & { asked: number } {
  const judge = {
    asked: 0,
    bundle: 'b',
    mayPassUnopened: () => false,
    mayApprove: () => false,
    userBy: () => null,
    judge: (): Judgement => {
      const [verdict, parts] = said[Math.min(judge.asked, said.length - 1)] ?? ['BLOCK' as const];
      judge.asked += 1;
      return judgementOf(verdict, proposalOf(handMade('POST', '/a')), parts);
    },
  };
  return judge;
}

function run(judge: Judge, provider: Provider | null) {
  const exchange = handMade('POST', '/a', 'body');
  const proposal = proposalOf(exchange, { provider, body: { bytes: Buffer.from('body'), problem: null } });
  return decide(exchange, PRINCIPAL, proposal, { judge, ...NO_WISHES });
}

test('without constraints the judgement is the decision, and a BLOCK is not constrained', async () => {
  assert.equal((await run(judgeSaying(['ALLOW']), changing)).verdict, 'ALLOW');
  const judge = judgeSaying(['BLOCK', { constraints: [SET] }]);
  assert.deepEqual([(await run(judge, changing)).substitute, judge.asked], [null, 1]);
});

test('a substitute that comes out clean is what is sent', async () => {
  const decision = await run(judgeSaying(['CONSTRAIN', { constraints: [SET] }], ['ALLOW']), changing);
  assert.deepEqual(
    [decision.verdict, decision.substitute?.body.bytes.toString(), decision.substitute?.changed],
    ['CONSTRAIN', 'body!', ['amount: set']],
  );
  assert.equal(decision.substitute?.request.headers.get('content-length'), '5');
  assert.equal(decision.rejudged?.verdict, 'ALLOW');
});

test('a constraint that changes nothing is ALLOW_LOG, or still WAIT', async () => {
  assert.equal((await run(judgeSaying(['CONSTRAIN', { constraints: [SET] }]), idle)).verdict, 'ALLOW_LOG');
  assert.equal((await run(judgeSaying(['WAIT', { constraints: [SET] }]), idle)).verdict, 'WAIT');
});

// INVARIANT: the substitute is judged again and must come out clean.
for (const [name, again] of [
  ['is blocked', ['BLOCK']],
  ['would have to wait', ['WAIT']],
  ['asks for another constraint', ['CONSTRAIN', { constraints: [{ ...SET, name: 'other' }] }]],
  ['would be changed again', ['CONSTRAIN', { constraints: [SET] }]],
] as const) {
  test(`a substitute that ${name} is a BLOCK`, async () => {
    const [verdict, parts] = again;
    const decision = await run(judgeSaying(['CONSTRAIN', { constraints: [SET] }], [verdict, parts ?? {}]), changing);
    assert.deepEqual([decision.verdict, decision.substitute], ['BLOCK', null]);
  });
}

test('a provider that cannot edit is a BLOCK, one that throws something else is a failure', async () => {
  assert.equal((await run(judgeSaying(['CONSTRAIN', { constraints: [SET] }]), null)).verdict, 'BLOCK');
  const throwing = fakeProvider('throwing', ['*'], {
    edit: () => {
      throw new TypeError('x');
    },
  });
  await throwsWithCode('INTERNAL', async () => {
    try {
      await run(judgeSaying(['CONSTRAIN', { constraints: [SET] }]), throwing);
    } catch (error) {
      const { toInterlockError } = await import('../../src/errors.ts');
      throw toInterlockError(error);
    }
  });
});

test('what a substitute leaves unsaid is looked up as well', async () => {
  const headers = ['Content-Type', 'application/x-www-form-urlencoded', 'Authorization', 'Bearer k'];
  const exchange = handMade('POST', '/v1/refunds', 'charge=ch_1&metadata[a]=5', { host: 'api.stripe.com', headers });
  const charge = { object: 'charge', id: 'ch_1', amount: 500, amount_refunded: 0, currency: 'eur' };
  const judged: (readonly Action[])[] = [];
  const decision = await decide(exchange, PRINCIPAL, await propose(exchange, 10_000), {
    judge: {
      ...judgeSaying(['ALLOW']),
      judge(_principal, actions) {
        judged.push(actions);
        const first = judged.length === 1;
        return judgementOf(first ? 'CONSTRAIN' : 'ALLOW', proposalOf(exchange, { actions }), {
          constraints: first ? [{ ...SET, field: 'metadata[a]' }] : [],
        });
      },
    },
    wishes: { asksFor: () => true },
    originate: () =>
      Promise.resolve({ status: 200, headers: new HeaderList([]), body: Buffer.from(JSON.stringify(charge)), refused: null }),
  });
  assert.deepEqual(
    [decision.verdict, decision.substitute?.body.bytes.toString()],
    ['CONSTRAIN', 'charge=ch_1&metadata%5Ba%5D=1'],
  );
  assert.deepEqual([judged[1]?.[0]?.facts['amountMinor'], judged[1]?.[0]?.facts['currency']], [500, 'EUR']);
  assert.equal(decision.revised?.lookedUp, true);
});

test('INVARIANT: what is judged again is what the substitute would do, read from its own bytes', async () => {
  const headers = ['Content-Type', 'application/x-www-form-urlencoded'];
  const exchange = handMade('POST', '/v1/refunds', 'charge=ch_1&amount=500', { host: 'api.stripe.com', headers });
  const amounts: unknown[] = [];
  const decision = await decide(exchange, PRINCIPAL, await propose(exchange, 10_000), {
    judge: {
      ...judgeSaying(['ALLOW']),
      judge(_principal, actions) {
        amounts.push(actions[0]?.facts['amountMinor']);
        const first = amounts.length === 1;
        return judgementOf(first ? 'CONSTRAIN' : 'ALLOW', proposalOf(exchange, { actions }), {
          constraints: first ? [{ ...SET, field: 'amount', value: 100 }] : [],
        });
      },
    },
    ...NO_WISHES,
  });
  assert.deepEqual([amounts, decision.substitute?.body.bytes.toString()], [[500, 100], 'charge=ch_1&amount=100']);
});
