// Calls that only their body can tell, on a host that nobody knows, with a body that readers differ on: they stay what they could be.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { recognise } from '../../src/classify/registry.ts';
import { requestView } from '../support/request-view.ts';

interface Call {
  readonly path: string;
  readonly method?: string;
  readonly body: string;
  /** Of the body as it is, and unless `hidden` of each that can't be read. */
  readonly name: string;
  /** What it is when nothing of the body came: where the path alone says it, the same. */
  readonly oversize: string;
}

const CALLS: Readonly<Record<string, Call>> = {
  'a model by the form of OpenAI': {
    path: '/gateway/v1/chat/completions',
    body: '{"model":"m","messages":[]}',
    name: 'llm.request',
    oversize: 'llm.request',
  },
  'a model by the form of Anthropic': {
    path: '/v1/messages',
    body: '{"model":"m","messages":[]}',
    name: 'llm.request',
    oversize: 'llm.request',
  },
  Ollama: { path: '/api/chat', body: '{"model":"m","messages":[]}', name: 'llm.request', oversize: 'llm.request' },
  'an npm package': {
    method: 'PUT',
    path: '/site',
    body: '{"name":"site","versions":{},"dist-tags":{},"_attachments":{"a":{}}}',
    name: 'publish.package',
    oversize: 'http.write',
  },
  'an npm package with a scope': {
    method: 'PUT',
    path: '/@acme%2fsite',
    body: '{"name":"@acme/site","versions":{},"dist-tags":{},"_attachments":{"a":{}}}',
    name: 'publish.package',
    oversize: 'publish.package',
  },
  'GraphQL at its path': {
    path: '/graphql',
    body: '{"query":"mutation { a }"}',
    name: 'graphql.mutation',
    oversize: 'graphql.unknown',
  },
  'GraphQL elsewhere': { path: '/api', body: '{"query":"mutation { a }"}', name: 'graphql.mutation', oversize: 'http.write' },
  MCP: {
    path: '/rpc',
    body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}',
    name: 'mcp.call',
    oversize: 'http.write',
  },
  'GitHub Enterprise': {
    path: '/api/graphql',
    body: '{"query":"mutation { mergePullRequest(input: {pullRequestId: \\"PR_1\\"}) { clientMutationId } }"}',
    name: 'repo.merge',
    oversize: 'repo.unknown-write',
  },
};
/** What a call of the family becomes when only its family is known. */
const UNKNOWN: Readonly<Record<string, string>> = {
  graphql: 'graphql.unknown',
  mcp: 'mcp.unknown-write',
  repo: 'repo.unknown-write',
};

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const WAYS: Readonly<Record<string, (body: string) => Buffer>> = {
  'a repeated key': (body) => twice(body),
  'a repeated key behind a thousand blanks': (body) => Buffer.concat([Buffer.alloc(1000, ' '), twice(body)]),
  'a repeated key, escaped': (body) => twice(body.replaceAll(/"([a-z_])/g, (_, letter: string) => `"\\u00${hex(letter)}`)),
  'a byte order mark': (body) => Buffer.from(`\ufeff${body}`),
  'UTF-16, the low byte first': (body) => utf16(body),
  'UTF-16, the high byte first, with a mark': (body) => utf16(`\ufeff${body}`).swap16(),
  'a nest too deep to read': (body) =>
    Buffer.from(body.replace(/\}$/, `,"zz":${'['.repeat(100)}${']'.repeat(100)}}`).replace('{,', '{')),
  'a comma too many': (body) => Buffer.from(body.replace(/\}$/, ',}')),
};

function twice(body: string): Buffer {
  return Buffer.from(body.replace(/^\{("[^"]+"):/, '{$1:null,$1:'));
}

function hex(letter: string): string {
  return letter.charCodeAt(0).toString(16);
}

function actionsOf({ path, method = 'POST' }: Call, bytes: Buffer, problem: string | null, type = 'application/json') {
  const headers = ['Content-Type', type];
  return recognise(requestView(method, path, { host: 'h.example', headers })).classify({ bytes, problem }).actions;
}

for (const [label, call] of Object.entries(CALLS)) {
  describe(label, () => {
    const unread = UNKNOWN[call.name.split('.')[0] ?? ''] ?? call.name;
    test('is told by its body', () => {
      const actions = actionsOf(call, Buffer.from(call.body), null);
      assert.ok(actions.some(({ name }) => name === call.name));
    });

    for (const [way, spoil] of Object.entries(WAYS)) {
      test(`with ${way} is one that could not be read`, () => {
        const actions = actionsOf(call, spoil(call.body), null);
        assert.ok(
          actions.some(({ name, facts }) => name === unread && facts['inspected'] === false),
          actions.map(({ name, facts }) => `${name} ${String(facts['inspected'])}`).join(),
        );
      });
    }

    test('under another charset is never read surely', () => {
      for (const type of ['application/json; charset=utf-16', 'application/json; charset=utf-8; charset=utf-7']) {
        const actions = actionsOf(call, Buffer.from(call.body), null, type);
        assert.ok(
          actions.some(({ facts }) => facts['inspected'] === false),
          `${type}: ${actions.map(({ name }) => name).join()}`,
        );
      }
    });

    test('too large to be read is what its path says, and a plain write that was not inspected elsewhere', () => {
      const actions = actionsOf(call, Buffer.alloc(0), 'larger than 1048576 bytes');
      assert.ok(actions.every(({ facts }) => facts['inspected'] === false));
      assert.equal(actions[0]?.name, call.oversize);
    });
  });
}

test('JSON that nobody can be sure of is a plain write that was not inspected, and strict JSON is one that was', () => {
  const call = { path: '/x', body: '', name: '', oversize: '' };
  const inspected = (text: string) =>
    actionsOf(call, Buffer.from(text), null).map(({ name, facts }) => [name, facts['inspected']]);
  assert.deepEqual(inspected('{"a":1}'), [['http.write', true]]);
  for (const text of ['{"a":1,"a":2}', '\ufeff{"a":1}', '{"a":1,}', '{"a":1}{"b":2}'])
    assert.deepEqual(inspected(text), [['http.write', false]], text);
});

test('a key in another case is a call to servers written in Go, never read surely', () => {
  for (const [path, body] of [
    ['/api/chat', '{"Model":"m","MESSAGES":[]}'],
    ['/v1/chat/completions', '{"model":"m","Messages":[]}'],
  ] as const) {
    const [action] = actionsOf({ path, body, name: '', oversize: '' }, Buffer.from(body), null);
    assert.deepEqual([action?.name, action?.facts['inspected']], ['llm.request', false], body);
  }
  const body = '{"name":"site","Versions":{"1.0.0":{}},"Dist-Tags":{"latest":"1.0.0"}}';
  const [action] = actionsOf({ method: 'PUT', path: '/site', body, name: '', oversize: '' }, Buffer.from(body), null);
  assert.match(action?.name ?? '', /^publish\./);
  assert.equal(action?.facts['inspected'], false);
});
