// Typed questions are held to the schema: what classify could not have made is not asked.

import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { typedAction } from '../../src/ask/typed-action.ts';
import { ASKER, askDesk, starterJudge } from '../support/ask-desk.ts';

const stack = new DisposableStack();
after(() => stack.dispose());
const { post } = stack.use(await askDesk());

const FACTS = { host: 'api.example.com', method: 'POST', path: '/', inspected: true };
const refund = (facts: object, resource: object = { type: 'Account', id: 'stripe:acct_1' }) => ({
  action: { name: 'payment.refund', properties: { ...FACTS, amountKnown: true, ...facts } },
  resource,
});

async function refusal(message: object): Promise<string> {
  const { status, body } = await post('/access/v1/evaluation', message);
  assert.deepEqual([status, body.decision, body.context?.verdict], [200, false, 'BLOCK'], JSON.stringify(body));
  return body.context.error?.message ?? '';
}

describe('refused with a reason that helps', () => {
  const CASES: ReadonlyArray<readonly [name: string, message: object, reason: RegExp]> = [
    ['an unknown action', { action: { name: 'http.fly' }, resource: { type: 'Host', id: 'a' } }, /no action `http\.fly`/],
    [
      'an action of people',
      { action: { name: 'ticket.approve' }, resource: { type: 'Ticket', id: 't' } },
      /not an action of agents/,
    ],
    ['a resource of another type', refund({}, { type: 'Repo', id: 'a/b' }), /applies to/],
    ['an unknown fact', refund({ amountMinr: 5 }), /no fact `amountMinr`/],
    ['a fact of another type', refund({ amountMinor: '5' }), /`amountMinor` is not a whole number/],
    ['a number that would be rounded', refund({ amountMinor: 2 ** 60 }), /not (a whole number|text)/],
    ['a set of something else', refund({ inspected: 'yes' }), /`inspected` is neither true nor false/],
    [
      'a parent of a type that it can not have',
      refund({}, { type: 'Account', id: 'a', properties: { parents: [{ type: 'Team', id: 'x' }] } }),
      /is in no Team/,
    ],
    [
      "a domain that is not the host's",
      {
        action: { name: 'http.read', properties: { ...FACTS } },
        resource: { type: 'Host', id: 'api.example.com', properties: { parents: [{ type: 'Domain', id: 'good.com' }] } },
      },
      /not in the domain good\.com/,
    ],
  ];
  for (const [name, message, reason] of CASES) {
    test(name, async () => {
      const { status, body } = await post('/access/v1/evaluation', message);
      const text = status === 400 ? body.detail : body.context.error.message;
      assert.equal(status === 400 || body.decision === false, true);
      assert.match(text, reason);
    });
  }
});

test('a required fact that is missing is named', async () => {
  const said = await refusal({
    action: { name: 'http.write', properties: { host: 'a.com' } },
    resource: { type: 'Host', id: 'a.com' },
  });
  assert.match(said, /also needs the facts inspected, method, path|also needs the facts/);
});

test('nobody claims another user or session', async () => {
  for (const claim of [{ user: 'ceo' }, { session: 's9' }]) assert.match(await refusal(refund(claim)), /not this agent's to say/);
  const anonymous = { ...ASKER, user: null };
  const { body } = await post('/access/v1/evaluation', refund({ user: 'ceo' }), { as: anonymous });
  assert.match(body.context.error.message, /not this agent's to say/);
});

test('a fact given twice, a nested one, and a property of the resource are no question', async () => {
  const host = { type: 'Host', id: 'a.com' };
  for (const message of [
    { action: { name: 'http.read', properties: FACTS }, resource: host, context: { facts: { host: 'b.com' } } },
    { action: { name: 'http.read', properties: { ...FACTS, path: { __extn: 1 } } }, resource: host },
    { action: { name: 'http.read', properties: FACTS }, resource: { ...host, properties: { writes: true } } },
  ])
    assert.equal((await post('/access/v1/evaluation', message)).status, 400);
});

test('a host in another spelling is none', async () => {
  for (const host of ['API.example.com', 'api.example.com.', '0x7f.1', 'bücher.example']) {
    const said = await refusal({
      action: { name: 'http.read', properties: { ...FACTS, host } },
      resource: { type: 'Host', id: host },
    });
    assert.match(said, /canonical/);
  }
});

test('a host is in its domains whether that is said or not, so a forbid of a domain holds', () => {
  const shape = starterJudge().shape;
  const resource = { type: 'Host', id: 'a.b.example.com:8443' };
  const asked = {
    kind: 'typed',
    name: 'http.read',
    resource,
    parents: [],
    facts: { ...FACTS, host: 'a.b.example.com' },
  } as const;
  assert.deepEqual(
    typedAction(asked, shape, ASKER).parents.map(({ id }) => id),
    ['a.b.example.com', 'b.example.com', 'example.com'],
  );
});
