// The document is the routes: each of them is in it, and what they really answer is what it says.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { shadowOf, verdictOf } from '../record/sample-bodies.ts';
import { FINANCE, parkRequest } from '../support/approval-desk.ts';
import { type Answer, consoleDesk } from '../support/console-desk.ts';
import { planStep, proposing } from '../support/plan-desk.ts';

const PATTERN = { action: 'a', resource: { type: 'Host', id: 'h' }, facts: { n: 1 } };

type Schema = Record<string, unknown>;

interface Document {
  readonly openapi: string;
  readonly paths: Record<
    string,
    Record<string, { summary: string; responses: Record<string, { content?: Record<string, { schema: Schema }> }> }>
  >;
  readonly components: { schemas: Record<string, Schema> };
}

/** Routes as they stand in the source: `app.get('/v1/…'`. Slack's is between Slack and us. */
function routesInSource(): string[] {
  const folder = new URL('../../src/serve/', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('-routes.ts') && !/^(control|slack)-/.test(name));
  const routes = files.flatMap((name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    return [...text.matchAll(/app\.(get|post|put|delete|patch)(?:<[^(]*>)?\(\s*'(\/v1\/[^']*)'/g)].map(
      ([, method, path = '']) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`,
    );
  });
  return [...new Set(routes), 'get /v1/oidc/callback'].toSorted();
}

test('every route is in the document, with what it is for', async () => {
  await using console = await consoleDesk({
    oidc: {
      config: { issuer: 'https://id.example', clientId: 'c', clientSecretFile: null, redirectUri: null, name: 'n' },
      client: { start: () => assert.fail(), finish: () => assert.fail() },
    },
  });
  const document: Document = (await console.ask('GET', '/v1/openapi.json')).read();
  assert.equal(document.openapi, '3.1.0');
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  const v1 = described.filter((route) => route.includes('/v1/')).toSorted();
  assert.deepEqual(v1, routesInSource());
  for (const methods of Object.values(document.paths)) {
    for (const [method, { summary, responses }] of Object.entries(methods))
      assert.ok(summary !== '' && Object.keys(responses).length > 0, method);
  }
});

test('what is answered is what the document says', async () => {
  await using console = await consoleDesk();
  const { desk } = console;
  const olga = await desk.directory.addUser('olga', { groups: ['operators', 'finance'] });
  await desk.directory.addAgent('bot', { teams: [], user: null });
  desk.ledger.note({ type: 'bundle', move: 'loaded', digest: 'd', policies: 1, note: '' });
  await desk.ledger.append(verdictOf('x1'), 'written');
  desk.ledger.note(shadowOf('x1'));
  const one = await desk.book.open(parkRequest());
  const two = await desk.book.open(parkRequest({ binding: 'c'.repeat(64) }));
  const document: Document = (await console.ask('GET', '/v1/openapi.json')).read();
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'doc', components: document.components });
  const check = (method: string, path: string, answer: Answer): void => {
    const response = document.paths[path]?.[method]?.responses[String(answer.status)];
    assert.ok(response !== undefined, `${method} ${path} answers ${answer.status}, which is not in the document: ${answer.text}`);
    const type = String(answer.headers['content-type']).split(';')[0] ?? '';
    const schema = response.content?.[type]?.schema ?? (answer.status === 204 ? {} : assert.fail(`${method} ${path}: ${type}`));
    const text = JSON.stringify(schema).replaceAll('"#/components/', '"doc#/components/');
    const validate = ajv.compile(JSON.parse(text));
    if (answer.text !== '') assert.ok(validate(answer.read()), `${method} ${path}: ${ajv.errorsText(validate.errors)}`);
  };
  const as = (token: string, method: string, path: string, body = ''): Promise<Answer> =>
    console.askAs(token, method, path, body);
  const reads = [
    '/v1/session',
    '/v1/tickets',
    '/v1/entries',
    '/v1/stats',
    '/v1/agents',
    '/v1/users',
    '/v1/bundle',
    '/v1/bundle/history',
    '/v1/shadow',
    '/v1/budgets',
    '/v1/plans',
    '/v1/reports',
  ];
  for (const path of reads) check('get', path, await as(olga.token, 'GET', path));
  check('get', '/v1/sign-in', await console.ask('GET', '/v1/sign-in'));
  check('get', '/v1/tickets/{id}', await as(olga.token, 'GET', `/v1/tickets/${one.id}`));
  check('get', '/v1/entries/{sequence}', await as(olga.token, 'GET', '/v1/entries/1'));
  check('get', '/v1/exchanges/{exchange}', await as(olga.token, 'GET', '/v1/exchanges/x1'));
  check('post', '/v1/tickets/{id}/approve', await as(olga.token, 'POST', `/v1/tickets/${one.id}/approve`, '{}'));
  check('post', '/v1/tickets/{id}/deny', await as(olga.token, 'POST', `/v1/tickets/${two.id}/deny`, '{"reason":"no"}'));
  check(
    'post',
    '/v1/session',
    await console.ask('POST', '/v1/session', { 'content-type': 'application/json' }, JSON.stringify({ token: olga.token })),
  );
  check('post', '/v1/session', await console.ask('POST', '/v1/session', { 'content-type': 'application/json' }, '{"token":"x"}'));
  check('get', '/v1/grants', await as(olga.token, 'GET', '/v1/grants'));
  check('delete', '/v1/grants/{id}', await as(desk.tokens.leo, 'DELETE', `/v1/grants/${one.id}`));
  check('delete', '/v1/grants/{id}', await as(olga.token, 'DELETE', `/v1/grants/${one.id}`));
  assert.equal(desk.book.grants().length, 0);
  const plan = await proposing(console.plans, [
    planStep('a', {
      waits: [FINANCE],
      patterns: [{ ...PATTERN, bounds: { n: { atMost: 1 }, t: { within: ['x'] }, u: { any: true } } }],
    }),
  ]);
  check('get', '/v1/plans', await as(olga.token, 'GET', '/v1/plans'));
  check('get', '/v1/plans/{id}', await as(olga.token, 'GET', `/v1/plans/${plan.id}`));
  check('post', '/v1/plans/{id}/revoke', await as(olga.token, 'POST', `/v1/plans/${plan.id}/revoke`, '{}'));
  check('post', '/v1/plans/{id}/revoke', await as(olga.token, 'POST', `/v1/plans/${plan.id}/revoke`, '{}'));
  const browser = await console.signIn(olga.token);
  check('delete', '/v1/session', await browser.ask('DELETE', '/v1/session'));
  // And what goes wrong.
  check('get', '/v1/tickets', await console.ask('GET', '/v1/tickets'));
  check('get', '/v1/stats', await as(desk.tokens.fay, 'GET', '/v1/stats'));
  check('get', '/v1/entries', await as(olga.token, 'GET', '/v1/entries?limit=0'));
  check('get', '/v1/tickets/{id}', await as(olga.token, 'GET', '/v1/tickets/t_none'));
  check('post', '/v1/tickets/{id}/deny', await as(olga.token, 'POST', `/v1/tickets/${two.id}/deny`, '{}'));
});
