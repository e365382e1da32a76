// The AuthZEN endpoints as an agent speaks to them: shapes, statuses, semantics, and what is on record of each question.

import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { createQuestionRate } from '../../src/ask/question-rate.ts';
import { ASKER, askDesk } from '../support/ask-desk.ts';

const stack = new DisposableStack();
after(() => stack.dispose());
const here = stack.use(await askDesk());
const { post, desk } = here;
const questions = () => desk.ledger.bodies('question');

const read = (host = 'docs.example.com') => ({
  action: { name: 'http.read', properties: { method: 'GET', path: '/', inspected: true } },
  resource: { type: 'Host', id: host },
});
const write = { ...read(), action: { name: 'http.write', properties: { method: 'POST', path: '/', inspected: true } } };

test('the metadata names the endpoints that there are, and no other', async () => {
  const { status, body } = await post('/.well-known/authzen-configuration', '', { method: 'GET' });
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body), [
    'policy_decision_point',
    'access_evaluation_endpoint',
    'access_evaluations_endpoint',
    'search_action_endpoint',
  ]);
  assert.equal(body.access_evaluation_endpoint, 'http://interlock.internal/access/v1/evaluation');
});

test('one evaluation: yes with its policies, no with its reason, each on record and none as something done', async () => {
  const before = questions().length;
  const yes = await post('/access/v1/evaluation', { subject: { type: 'Agent', id: 'bot' }, ...read() });
  assert.deepEqual([yes.status, yes.body.decision, yes.body.context.verdict], [200, true, 'ALLOW']);
  assert.deepEqual(yes.body.context.policies, ['read']);
  const no = await post('/access/v1/evaluation', write);
  assert.deepEqual([no.status, no.body.decision, no.body.context.verdict], [200, false, 'BLOCK']);
  assert.notEqual(no.body.context.reason, '');
  const recorded = questions().slice(before);
  assert.deepEqual(
    recorded.map(({ given, verdict, agent, user }) => [given, verdict, agent, user]),
    [
      ['typed', 'ALLOW', 'bot', 'ada'],
      ['typed', 'BLOCK', 'bot', 'ada'],
    ],
  );
  assert.equal(String(desk.ledger.appended.findLastIndex(({ body }) => body.type === 'question')), no.body.context.entry);
  assert.deepEqual([desk.ledger.bodies('verdict'), desk.ledger.bodies('outcome')], [[], []]);
});

test('members that nobody knows are left alone; the request id comes back', async () => {
  const { body, headers } = await post(
    '/access/v1/evaluation',
    { ...read(), extra: { a: 1 }, context: { time: '1985-10-26T01:22-07:00', ip: '192.168.1.1' } },
    { headers: ['X-Request-ID', 'bfe9eb29-ab87-4ca3-be83-a1d5d8305716'] },
  );
  assert.equal(body.decision, true);
  assert.equal(headers.get('x-request-id'), 'bfe9eb29-ab87-4ca3-be83-a1d5d8305716');
});

test('asking as another is refused, told as 403, and on record', async () => {
  const before = questions().length;
  for (const subject of [
    { type: 'user', id: 'alice' },
    { type: 'Agent', id: 'other' },
    { type: 'user', id: 'bot' },
  ]) {
    const { status, body } = await post('/access/v1/evaluation', { subject, ...read() });
    assert.deepEqual([status, body.status, body.code], [403, 403, 'QUESTION_FORBIDDEN']);
  }
  const { status, body } = await post('/access/v1/evaluations', {
    ...read(),
    evaluations: [{}, { subject: { type: 'Agent', id: 'other' } }],
  });
  assert.equal(status, 200);
  assert.deepEqual(
    body.evaluations.map((one: { decision: boolean; context: { error?: { status: number } } }) => [
      one.decision,
      one.context.error?.status,
    ]),
    [
      [true, undefined],
      [false, 403],
    ],
  );
  assert.deepEqual(
    questions()
      .slice(before)
      .map(({ code }) => code),
    ['QUESTION_FORBIDDEN', 'QUESTION_FORBIDDEN', 'QUESTION_FORBIDDEN', null, 'QUESTION_FORBIDDEN'],
  );
});

describe('several at once', () => {
  const three = [read(), write, read()];
  const decisions = async (semantic?: string) => {
    const options = semantic === undefined ? {} : { options: { evaluations_semantic: semantic, another_option: 'value' } };
    const { body } = await post('/access/v1/evaluations', { evaluations: three, ...options });
    return body.evaluations.map((one: { decision: boolean }) => one.decision);
  };

  test('all, or until the first no, or until the first yes', async () => {
    assert.deepEqual(await decisions(), [true, false, true]);
    assert.deepEqual(await decisions('execute_all'), [true, false, true]);
    assert.deepEqual(await decisions('deny_on_first_deny'), [true, false]);
    assert.deepEqual(await decisions('permit_on_first_permit'), [true]);
    const unknown = await post('/access/v1/evaluations', { evaluations: three, options: { evaluations_semantic: 'some' } });
    assert.equal(unknown.status, 400);
  });

  test('what is not asked is not on record', async () => {
    const before = questions().length;
    await decisions('permit_on_first_permit');
    assert.equal(questions().length, before + 1);
  });

  test('defaults are taken whole, and one that can not be read is a no in its place', async () => {
    const { body } = await post('/access/v1/evaluations', {
      ...read(),
      evaluations: [{ resource: { type: 'Host', id: 'other.example.com' } }, { action: {} }, {}],
    });
    assert.deepEqual(
      body.evaluations.map((one: { decision: boolean }) => one.decision),
      [true, false, true],
    );
    assert.equal(body.evaluations[1].context.error.status, 400);
  });

  test('without any it is one evaluation', async () => {
    assert.equal((await post('/access/v1/evaluations', read())).body.decision, true);
    assert.equal((await post('/access/v1/evaluations', { ...read(), evaluations: [] })).body.decision, true);
  });

  test('at most fifty', async () => {
    const many = await post('/access/v1/evaluations', { evaluations: Array.from({ length: 51 }, () => read()) });
    assert.deepEqual([many.status, many.body.code], [400, 'QUESTION_INVALID']);
  });
});

test('a message that is no question is a problem with a status, and is counted, not written down one by one', async () => {
  const before = questions().length;
  here.refused.length = 0;
  for (const [message, type, status] of [
    ['{', 'application/json', 400],
    ['[]', 'application/json', 400],
    ['{"action":{"name":"a"},"action":{"name":"b"}}', 'application/json', 400],
    ['{}', 'text/plain', 400],
    ['{}', 'application/json', 400],
    ['{"action":{"name":"http.read"}}', 'application/json', 400],
    ['{"action":{},"resource":{"type":"Host","id":"a"}}', 'application/json', 400],
    [`{"pad":"${'x'.repeat(2_200_000)}"}`, 'application/json', 413],
  ] as const) {
    const said = await post('/access/v1/evaluation', message, { type });
    assert.deepEqual([said.status, said.headers.get('content-type')], [status, 'application/problem+json'], message.slice(0, 40));
  }
  assert.equal((await post('/access/v1/evaluation', '', { method: 'GET' })).status, 405);
  assert.equal((await post('/access/v1/search/subject', {})).status, 405);
  assert.equal(questions().length, before);
  assert.equal(here.refused.length, 8);
});

test('an agent that asks too much is told to wait, and nothing of it is written', async () => {
  using other = await askDesk({ rate: createQuestionRate(() => 0) });
  const fifty = { evaluations: Array.from({ length: 50 }, () => read()) };
  for (let i = 0; i < 6; i += 1) assert.equal((await other.post('/access/v1/evaluations', fifty)).status, 200);
  const { status, body, headers } = await other.post('/access/v1/evaluation', read());
  assert.deepEqual([status, body.code, headers.get('retry-after')], [429, 'QUESTION_LIMIT', '1']);
  assert.equal((await other.post('/access/v1/evaluation', read(), { as: { ...ASKER, agent: 'calm' } })).status, 200);
  assert.equal(other.desk.ledger.bodies('question').length, 301);
});

test('no answer is given that can not be put on record', async () => {
  using other = await askDesk();
  other.desk.ledger.failing = true;
  const { status, body } = await other.post('/access/v1/evaluation', read());
  assert.deepEqual([status, body.decision], [503, undefined]);
});

describe('action search', () => {
  test('what policy permits on a host, and of the rest why not; on record', async () => {
    const before = questions().length;
    const { status, body } = await post('/access/v1/search/action', { resource: { type: 'Host', id: 'docs.example.com' } });
    assert.equal(status, 200);
    assert.deepEqual(
      body.results.map((one: { name: string }) => one.name),
      ['cloud.read', 'http.read'],
    );
    const others = new Map(body.context.others.map((one: { name: string; reason: string }) => [one.name, one.reason]));
    assert.match(String(others.get('http.write')), /docs\.example\.com/);
    assert.match(String(others.get('tunnel.open')), /also needs the facts/);
    assert.equal(others.has('ticket.approve'), false);
    const recorded = questions().slice(before);
    assert.deepEqual(
      recorded.map(({ given, actions }) => [given, actions.map(({ action }) => action)]),
      [['search', ['cloud.read', 'http.read']]],
    );
  });

  test('each result is a yes when it is asked about with the facts that were told', async () => {
    const resource = { type: 'Host', id: 'docs.example.com' };
    const { body } = await post('/access/v1/search/action', { resource });
    const { name, properties } = body.results[1];
    const again = await post('/access/v1/evaluation', { action: { name, properties: properties.facts }, resource });
    assert.equal(again.body.decision, true);
  });

  test('not for another', async () => {
    const { status } = await post('/access/v1/search/action', {
      subject: { type: 'Agent', id: 'x' },
      resource: { type: 'Host', id: 'a' },
    });
    assert.equal(status, 403);
  });
});
