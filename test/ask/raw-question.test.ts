// Raw requests, MCP calls and tool calls: judged as the wire judges them, and a ticket only for bytes that will be sent.

import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { InterlockError } from '../../src/errors.ts';
import { ASKER, askDesk, starterJudge } from '../support/ask-desk.ts';

const stack = new DisposableStack();
after(() => stack.dispose());
const { post, desk, kept } = stack.use(await askDesk());
const ask = async (context: object, more: object = {}, as = ASKER) =>
  (await post('/access/v1/evaluation', { ...more, context }, { as })).body;

const REFUND =
  'POST /v1/refunds HTTP/1.1\r\nHost: api.stripe.com\r\nAuthorization: Bearer sk_test_1\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\ncharge=ch_1&amount=';
const large = `${REFUND}420000`;

describe('a raw request', () => {
  test('as text or base64: the same verdict, policies and actions, and its digests on record', async () => {
    const text = await ask({ request: large });
    const base64 = await ask({ request: { base64: Buffer.from(large).toString('base64') } });
    assert.deepEqual([text.decision, text.context.verdict, text.context.policies], [false, 'WAIT', ['refund-large']]);
    assert.deepEqual({ ...base64.context, entry: '' }, { ...text.context, entry: '' });
    assert.deepEqual(text.context.approvers, ['finance']);
    const [one, other] = desk.ledger.bodies('question').slice(-2);
    assert.deepEqual([one?.given, one?.headDigest, one?.bodyDigest], ['request', other?.headDigest, other?.bodyDigest]);
    assert.equal(text.context.ticket, null);
    assert.deepEqual(desk.book.list(), []);
  });

  test('what a constraint would change is a yes only for who says that it carries obligations out', async () => {
    const mail =
      '{"from":"Support <support@example.com>","to":["a@example.com","b@example.org"],"subject":"Hello","text":"Hello"}';
    const request = `POST /emails HTTP/1.1\r\nHost: api.resend.com\r\nAuthorization: Bearer re_1\r\nContent-Type: application/json\r\n\r\n${mail}`;
    const answers = [];
    for (const more of [{}, { obligations: false }, { obligations: true }]) {
      const { decision, context } = await ask({ request, ...more });
      answers.push([context.verdict, decision, context.substitute.actions[0].facts.recipients]);
    }
    const substitute = ['a@example.com'];
    assert.deepEqual(answers, [
      ['CONSTRAIN', false, substitute],
      ['CONSTRAIN', false, substitute],
      ['CONSTRAIN', true, substitute],
    ]);
  });

  test('what the wire would refuse is a no that says why', async () => {
    for (const [request, reason] of [
      ['nonsense', /first line/],
      ['GET / HTTP/1.1\r\n\r\n', /no Host/],
      ['GET /../x HTTP/1.1\r\nHost: a.com\r\n\r\n', /dot segment/],
      ['GET / HTTP/1.1\r\nHost: interlock.internal\r\n\r\n', /Interlock itself/],
      ['POST / HTTP/1.1\r\nHost: a.com\r\nContent-Length: 5\r\n\r\nabc', /Content-Length/],
    ] as const) {
      const { decision, context } = await ask({ request });
      assert.deepEqual([decision, context.verdict], [false, 'BLOCK']);
      assert.match(context.reason, reason);
      assert.notEqual(desk.ledger.bodies('question').at(-1)?.code, null);
    }
  });

  test('another port is a tunnel, as on the wire', async () => {
    const { context } = await ask({ request: 'GET / HTTP/1.1\r\nHost: a.example.com:8443\r\n\r\n' });
    assert.deepEqual(
      [context.verdict, context.actions[0].name, context.actions[0].facts.protocol],
      ['BLOCK', 'tunnel.open', 'raw'],
    );
  });

  test('an address that is never dialled is a no, though policy lets it pass', async () => {
    const checkAddress = () => {
      throw new InterlockError('ADDRESS_DENIED', 'a cloud metadata address');
    };
    using guarded = await askDesk({ change: { checkAddress } });
    const { body } = await guarded.post('/access/v1/evaluation', {
      context: { request: 'GET / HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n' },
    });
    assert.deepEqual([body.decision, body.context.error.code], [false, 'ADDRESS_DENIED']);
    assert.equal((await ask({ request: 'GET / HTTP/1.1\r\nHost: 9.9.9.9\r\n\r\n' })).decision, true);
  });

  test('an action that is named beside it must be what it is', async () => {
    const request = 'GET /a HTTP/1.1\r\nHost: a.example.com\r\n\r\n';
    const host = { type: 'Host', id: 'a.example.com' };
    assert.equal((await ask({ request }, { action: { name: 'http.read' }, resource: host })).decision, true);
    for (const claim of [
      { action: { name: 'http.write' }, resource: host },
      { action: { name: 'http.read' }, resource: { ...host, id: 'b.example.com' } },
    ]) {
      const { decision, context } = await ask({ request }, claim);
      assert.deepEqual([decision, context.error.code], [false, 'QUESTION_INVALID']);
    }
  });
});

describe('park', () => {
  test('opens one ticket for the bytes, joins it when asked again, and spends nothing', async () => {
    const first = await ask({ request: large, park: true });
    assert.deepEqual([first.decision, first.context.ticket.state], [false, 'pending']);
    assert.match(first.context.ticket.next, /Wait/);
    const moves = desk.moves().length;
    assert.equal((await ask({ request: large, park: true })).context.ticket.id, first.context.ticket.id);
    assert.equal((await ask({ request: large })).context.ticket.id, first.context.ticket.id);
    assert.equal(desk.moves().length, moves);
    assert.deepEqual(kept, [first.context.ticket.id]);
    assert.equal(desk.ledger.bodies('question').at(-1)?.ticket, first.context.ticket.id);
    await desk.book.approve(first.context.ticket.id, { user: 'fay' }, 'cli');
    const approved = await ask({ request: large, park: true });
    assert.deepEqual(
      [approved.decision, approved.context.ticket.state, approved.context.ticket.grant],
      [false, 'approved', true],
    );
    assert.match(approved.context.ticket.next, /Repeat the same request now/);
    // Another amount is another request.
    assert.equal((await ask({ request: `${REFUND}420001` })).context.ticket, null);
  });

  test('not for an MCP call that would wait: its bytes are not those that a client will send', async () => {
    const starter = starterJudge();
    const waits = [{ policy: 'p', reason: 'r', approvers: ['finance'], quorum: 1 }];
    const judge: typeof starter = {
      ...starter,
      judge(who, actions) {
        const judged = starter.judge(who, actions);
        const waiting = judged.actions.map((one) => ({ ...one, verdict: 'WAIT' as const, waits }));
        return { ...judged, verdict: 'WAIT', actions: waiting, waits };
      },
    };
    using other = await askDesk({ change: { judge } });
    const call = { server: 'https://tools.example.com/mcp', tool: 'search' };
    const { body } = await other.post('/access/v1/evaluation', { context: { mcp: call, park: true } });
    assert.deepEqual([body.context.verdict, body.context.ticket, body.context.error?.code], ['WAIT', null, 'QUESTION_FORBIDDEN']);
    assert.deepEqual(other.desk.book.list(), []);
  });

  test('not for what is typed, called or claimed by nobody in particular, and that is said', async () => {
    const before = desk.book.list().length;
    const typed = {
      action: {
        name: 'payment.refund',
        properties: {
          host: 'api.stripe.com',
          method: 'POST',
          path: '/v1/refunds',
          inspected: true,
          amountKnown: true,
          amountMinor: 420000,
          currency: 'USD',
        },
      },
      resource: { type: 'Account', id: 'stripe' },
    };
    const { context } = await ask({ park: true }, typed);
    assert.deepEqual(
      [context.verdict, context.ticket, context.error?.code],
      ['WAIT', null, 'QUESTION_FORBIDDEN'],
      JSON.stringify(context),
    );
    const nobody = { agent: 'anonymous', teams: ['support'], user: null, session: null, provedBy: 'anonymous' } as const;
    const anonymous = await ask({ request: `${REFUND}430000`, park: true }, {}, nobody);
    assert.deepEqual([anonymous.context.ticket, anonymous.context.error.code], [null, 'QUESTION_FORBIDDEN']);
    assert.equal(desk.book.list().length, before);
  });

  test('no more tickets than an agent may have', async () => {
    let last;
    for (let i = 0; i < 11; i += 1) last = await ask({ request: `${REFUND}${500000 + i}`, park: true });
    assert.deepEqual([last.context.verdict, last.context.ticket, last.context.error.code], ['WAIT', null, 'TICKET_LIMIT']);
    assert.ok(desk.book.list({ state: 'pending' }).length <= 10);
  });

  test('nothing is opened while a look-up could still change what it is', async () => {
    using other = await askDesk({ change: { wishes: { asksFor: (_ref, wish) => wish === 'lookup' } } });
    const request = `${REFUND.replace('&amount=', '')}`;
    const { context } = (await other.post('/access/v1/evaluation', { context: { request, park: true } })).body;
    assert.deepEqual([context.unknown, context.ticket, other.desk.book.list()], ['look-up', null, []]);
    assert.match(context.error?.message ?? context.verdict, /once the server is asked|BLOCK/);
  });
});

describe('an MCP call', () => {
  const call = { server: 'https://tools.example.com/mcp', tool: 'search', arguments: { word: 'a' } };
  test('is the request that the SDK would make', async () => {
    const { context } = await ask({ mcp: call });
    assert.deepEqual(
      [context.actions[0].name, context.actions[0].resource, context.actions[0].facts.inspected],
      ['mcp.call', { type: 'Tool', id: 'tools.example.com/mcp#search' }, true],
    );
    assert.equal(desk.ledger.bodies('question').at(-1)?.given, 'mcp');
  });

  test('nothing is smuggled through it', async () => {
    for (const mcp of [
      { ...call, server: 'https://tools.example.com/mcp HTTP/1.1\r\nHost: b' },
      { ...call, server: 'ftp://tools.example.com' },
      { ...call, headers: { Authorization: 'a\r\nMcp-Name: b' } },
      { ...call, headers: { Host: 'b' } },
      { ...call, arguments: [] },
      { ...call, tool: '' },
    ])
      assert.equal((await post('/access/v1/evaluation', { context: { mcp } })).status, 400, JSON.stringify(mcp));
  });
});

test('one thing at a time', async () => {
  assert.equal((await post('/access/v1/evaluation', { context: { request: large, mcp: {} } })).status, 400);
});
