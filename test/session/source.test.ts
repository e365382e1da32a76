// From where an exchange lets its agent read: the host, the MCP server, and what kind of place it is.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Action, Facts } from '../../src/classify/action.ts';
import { sourceOf } from '../../src/session/source.ts';
import { requestView } from '../support/request-view.ts';

const action = (name: string, facts: Facts = {}): Action => ({
  name,
  resource: { type: 'Host', id: 'h' },
  parents: [],
  facts: { inspected: true, ...facts },
});
const at = (host: string, port = 443) => ({ ...requestView('GET', '/'), authority: { host, port } });
const PLAIN_MODEL = { toolsKnown: true, providerTools: [], fetchHosts: [] };

test('a page of an unknown host is the open web, at its port', () => {
  assert.deepEqual(sourceOf(at('example.com'), [action('http.read')]), {
    host: 'example.com',
    server: null,
    kinds: ['web'],
    reachesOut: false,
  });
  assert.equal(sourceOf(at('example.com', 8443), [action('http.write')]).host, 'example.com:8443');
});

test('a plain read at the host of an API is of its kind', () => {
  assert.deepEqual(sourceOf(at('gmail.googleapis.com'), [action('http.read')]).kinds, ['email']);
  assert.deepEqual(sourceOf(at('api.github.com'), [action('http.read')]).kinds.includes('repo'), true);
  assert.deepEqual(sourceOf(at('api.stripe.com'), [action('payment.refund')]).kinds, ['payment']);
});

test('an MCP server is told, whatever else the request is', () => {
  const spoken = sourceOf(at('m.example'), [action('http.write'), action('mcp.call', { server: 'm.example/mcp' })]);
  assert.deepEqual([spoken.server, spoken.kinds], ['m.example/mcp', ['mcp']]);
  assert.equal(sourceOf(at('m.example'), [action('http.write', { server: 'm.example/mcp' })]).server, null);
});

test('a model reaches out where its provider may run tools or fetch, or nobody can tell', () => {
  const of = (facts: Facts) => sourceOf(at('api.openai.com'), [action('llm.request', { ...PLAIN_MODEL, ...facts })]);
  assert.deepEqual([of({}).reachesOut, of({}).kinds], [false, ['llm']]);
  for (const facts of [{ providerTools: ['web_search'] }, { fetchHosts: ['x'] }, { toolsKnown: false }, { inspected: false }])
    assert.deepEqual([of(facts).reachesOut, of(facts).kinds], [true, ['llm', 'provider-tools']]);
  assert.equal(sourceOf(at('api.openai.com'), [action('llm.request', { toolsKnown: true })]).reachesOut, true);
});
