// The AuthZEN working group's interop scenario ("Todo", payloads of 1.0 and 1.1) and its certification's requests, at a real gateway's endpoint.
// What is ours in them: the subject is the agent of the token, and facts stand in action.properties, since a resource's own are the bundle's.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { askGateway } from '../support/ask-gateway.ts';
import { type Login, startInterlock } from '../support/interlock.ts';

const INTEROP_SCHEMA = `
entity todo;
entity user;
type TodoFacts = { host: String, method: String, path: String, inspected: Bool, user?: String, session?: String, ownerID?: String };
action can_read_user appliesTo { principal: [Agent], resource: [user], context: TodoFacts };
action can_read_todos, can_create_todo, can_update_todo, can_delete_todo
  appliesTo { principal: [Agent], resource: [todo], context: TodoFacts };
`;
const owned = 'context has user && context has ownerID && context.ownerID == context.user';
const INTEROP_POLICIES = `
@id("todo-read") @reason("Everybody reads.")
permit (principal, action in [Action::"can_read_user", Action::"can_read_todos"], resource);
@id("todo-create") @reason("Admins and editors create.")
permit (principal, action == Action::"can_create_todo", resource)
when { principal in Team::"admin" || principal in Team::"editor" };
@id("todo-update") @reason("Evil geniuses update anything, editors their own.")
permit (principal, action == Action::"can_update_todo", resource)
when { principal in Team::"evil_genius" || (principal in Team::"editor" && ${owned}) };
@id("todo-delete") @reason("Admins delete anything, editors their own.")
permit (principal, action == Action::"can_delete_todo", resource)
when { principal in Team::"admin" || (principal in Team::"editor" && ${owned}) };
`;

/** The scenario's people: the roles that its policy knows, and the e-mail that owns todos (a user name here). */
const ROLES: Readonly<Record<string, readonly string[]>> = {
  rick: ['admin', 'evil_genius'],
  morty: ['editor'],
  summer: ['editor'],
  beth: ['viewer'],
  jerry: ['viewer'],
};
const INTEROP = '7240d0db-8ff0-41ec-98b2-34a096273b9f';
const BASE = { host: 'todo.example.com', method: 'POST', path: '/todos', inspected: true };

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());
const interlock = stack.use(
  await startInterlock({ warm: true, caFiles: [], hosts: {}, policies: INTEROP_POLICIES, schema: INTEROP_SCHEMA }),
);
const logins = new Map<string, Login>();
before(async () => {
  for (const [name, teams] of Object.entries(ROLES)) logins.set(name, await interlock.addAgent(name, { teams, user: name }));
});

const post = (who: string, path: string, message: unknown, headers: Readonly<Record<string, string>> = {}) =>
  askGateway(logins.get(who) ?? assert.fail(who), `/access/v1/${path}`, message, { headers });

/** A request of the scenario, as its document writes it, with the two differences. */
function asked(who: string, name: string, owner: string | null = null, resource: object = { type: 'todo', id: INTEROP }) {
  const properties = { ...BASE, ...(owner === null ? {} : { ownerID: owner }) };
  return { subject: { type: 'agent', id: who }, action: { name, properties }, resource, context: {} };
}

describe('the Todo scenario', () => {
  test('evaluation: every person and action comes out as the scenario says', async () => {
    for (const [who, roles] of Object.entries(ROLES)) {
      const editor = roles.includes('editor');
      const expected: ReadonlyArray<readonly [object, boolean]> = [
        [asked(who, 'can_read_user', null, { type: 'user', id: 'beth@the-smiths.com' }), true],
        [asked(who, 'can_read_todos', null, { type: 'todo', id: 'todo-1' }), true],
        [asked(who, 'can_create_todo', null, { type: 'todo', id: 'todo-1' }), editor || roles.includes('admin')],
        [asked(who, 'can_update_todo', who), editor || roles.includes('evil_genius')],
        [asked(who, 'can_update_todo', 'somebody'), roles.includes('evil_genius')],
        [asked(who, 'can_delete_todo', who), editor || roles.includes('admin')],
        [asked(who, 'can_delete_todo', 'somebody'), roles.includes('admin')],
      ];
      for (const [message, decision] of expected) {
        const { status, body, headers } = await post(who, 'evaluation', message);
        assert.deepEqual([status, body.decision], [200, decision], `${who} ${JSON.stringify(message)} ${JSON.stringify(body)}`);
        assert.equal(headers['content-type'], 'application/json');
      }
    }
  });

  test('evaluations: defaults, empty members among them, and answers in order', async () => {
    const { action, ...defaults } = asked('morty', 'can_update_todo');
    const of = (ownerID: string) => ({
      action: { name: action.name, properties: { ...BASE, ownerID } },
      resource: { type: 'todo', id: INTEROP },
    });
    const { status, body } = await post('morty', 'evaluations', {
      ...defaults,
      action,
      resource: {},
      evaluations: [of('rick'), of('morty')],
    });
    assert.equal(status, 200);
    assert.deepEqual(
      body.evaluations.map(({ decision }: { decision: boolean }) => decision),
      [false, true],
    );
    assert.equal('decision' in body, false);
  });

  test('as the document has it, a person is no agent: refused for each and on record', async () => {
    const subject = { type: 'user', id: 'CiRmZDE2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs' };
    const message = { ...asked('morty', 'can_read_todos'), subject };
    const one = await post('morty', 'evaluation', message);
    assert.deepEqual([one.status, one.body.code], [403, 'QUESTION_FORBIDDEN']);
    const other = await post('morty', 'evaluation', { ...message, subject: { type: 'Agent', id: 'rick' } });
    assert.deepEqual([other.status, other.body.decision], [403, undefined]);
    const several = await post('morty', 'evaluations', {
      ...message,
      evaluations: [{}, { subject: { type: 'agent', id: 'morty' } }],
    });
    assert.deepEqual(
      several.body.evaluations.map(({ decision, context }: Told) => [decision, context.error?.status]),
      [
        [false, 403],
        [true, undefined],
      ],
    );
    assert.ok((await interlock.bodies('question')).filter(({ code }) => code === 'QUESTION_FORBIDDEN').length >= 3);
    const owned = {
      ...asked('morty', 'can_update_todo'),
      resource: { type: 'todo', id: INTEROP, properties: { ownerID: 'morty' } },
    };
    const properties = await post('morty', 'evaluation', owned);
    assert.equal(properties.status, 400);
    assert.match(properties.body.detail, /facts go into action\.properties/);
  });

  test('the older payload with `identity` is no subject', async () => {
    const message = { ...asked('morty', 'can_create_todo'), subject: { type: 'user', identity: 'morty' } };
    assert.equal((await post('morty', 'evaluation', message)).status, 400);
  });
});

interface Told {
  readonly decision: boolean;
  readonly context: { readonly error?: { readonly status: number } };
}

describe('the semantics of several', () => {
  const rows = ['rick', 'morty', 'rick', 'morty'].map((owner) => {
    const { subject: _, ...rest } = asked('morty', 'can_update_todo', owner);
    return rest;
  });
  const decisions = async (evaluations_semantic?: string, evaluations: readonly object[] = rows) => {
    const options = evaluations_semantic === undefined ? {} : { options: { evaluations_semantic, other: 1 } };
    const { body } = await post('morty', 'evaluations', { subject: { type: 'agent', id: 'morty' }, ...options, evaluations });
    return body.evaluations.map(({ decision }: Told) => decision);
  };

  test('execute_all, deny_on_first_deny and permit_on_first_permit', async () => {
    assert.deepEqual(await decisions(), [false, true, false, true]);
    assert.deepEqual(await decisions('execute_all'), [false, true, false, true]);
    assert.deepEqual(await decisions('deny_on_first_deny'), [false]);
    assert.deepEqual(await decisions('permit_on_first_permit'), [false, true]);
    assert.deepEqual(await decisions('deny_on_first_deny', rows.slice(1)), [true, false]);
  });

  test('an error of one is in its place, and there it is a no for the semantic too', async () => {
    const broken = [rows[1] ?? {}, { action: {} }, rows[1] ?? {}];
    assert.deepEqual(await decisions('execute_all', broken), [true, false, true]);
    assert.deepEqual(await decisions('deny_on_first_deny', broken), [true, false]);
  });

  test('without any, or with an empty list, it is one evaluation', async () => {
    const one = asked('morty', 'can_read_todos');
    for (const message of [one, { ...one, evaluations: [] }]) {
      const { status, body } = await post('morty', 'evaluations', message);
      assert.deepEqual([status, body.decision, body.evaluations], [200, true, undefined]);
    }
  });
});

describe('the protocol', () => {
  test('missing members and wrong types are 400', async () => {
    const whole = asked('morty', 'can_read_todos');
    const { action: _action, ...noAction } = whole;
    const { resource: _resource, ...noResource } = whole;
    const messages: readonly unknown[] = [
      noAction,
      noResource,
      { ...whole, subject: { id: 'morty' } },
      { ...whole, subject: { type: 'agent' } },
      { ...whole, subject: 'morty' },
      { ...whole, action: {} },
      { ...whole, action: { name: 123 } },
      { ...whole, resource: { id: 'x' } },
      { ...whole, resource: { type: 'todo' } },
      { ...whole, context: 'x' },
      '{"subject":',
      '',
      [],
    ];
    for (const message of messages) {
      const { status, body } = await post('morty', 'evaluation', message);
      assert.deepEqual([status, body.code], [400, 'QUESTION_INVALID'], JSON.stringify(message));
    }
    assert.equal((await post('morty', 'evaluation', whole, { 'content-type': 'text/plain' })).status, 400);
    assert.equal((await post('morty', 'evaluations', { ...whole, evaluations: {} })).status, 400);
    const semantic = { ...whole, evaluations: [{}], options: { evaluations_semantic: 'some' } };
    assert.equal((await post('morty', 'evaluations', semantic)).status, 400);
  });

  test('unknown members and a context are left alone, the same question has the same answer, and the request id comes back', async () => {
    const message = {
      ...asked('morty', 'can_read_todos'),
      context: { time: '2025-06-27T18:03-07:00', ip: '192.168.1.1' },
      futureField: { nested: true },
    };
    for (let time = 0; time < 3; time += 1) {
      const { status, body, headers } = await post('morty', 'evaluation', message, { 'X-Request-ID': `r-${time}` });
      assert.deepEqual([status, body.decision, headers['x-request-id']], [200, true, `r-${time}`]);
    }
    assert.equal((await post('morty', 'evaluation', '{', { 'X-Request-ID': 'bad' })).headers['x-request-id'], 'bad');
    assert.equal((await post('morty', 'evaluation', message)).headers['x-request-id'], undefined);
  });

  test('the metadata document names endpoints that answer, and nothing else', async () => {
    const login = logins.get('morty') ?? assert.fail();
    const { status, body, headers } = await askGateway(login, '/.well-known/authzen-configuration', '', { method: 'GET' });
    assert.deepEqual([status, headers['content-type']], [200, 'application/json']);
    assert.equal(body.policy_decision_point, 'http://interlock.internal');
    const endpoints = Object.entries(body).filter(([name]) => name.endsWith('_endpoint'));
    assert.equal(endpoints.length, 3);
    for (const [, url] of endpoints) {
      const { pathname, origin } = new URL(String(url));
      assert.equal(origin, body.policy_decision_point);
      assert.equal((await askGateway(login, pathname, asked('morty', 'can_read_todos'))).status, 200, pathname);
    }
  });

  test('action search finds what the scenario permits', async () => {
    const message = {
      subject: { type: 'agent', id: 'morty' },
      resource: { type: 'todo', id: INTEROP },
      context: { facts: { host: BASE.host } },
    };
    const { status, body } = await post('morty', 'search/action', message);
    assert.deepEqual(
      [status, body.results.map(({ name }: { name: string }) => name)],
      [200, ['can_create_todo', 'can_read_todos']],
    );
    assert.equal((await post('morty', 'search/action', { ...message, subject: { type: 'agent', id: 'rick' } })).status, 403);
  });

  test('without the token of an agent there is no answer', async () => {
    const nobody = interlock.login('morty', 'il_agent_nothing');
    assert.equal((await askGateway(nobody, '/access/v1/evaluation', asked('morty', 'can_read_todos'))).status, 407);
  });
});
