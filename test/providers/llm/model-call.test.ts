// Calls to models: what is read of them, what stays unknown, and how each vendor's refusal looks.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { recognise } from '../../../src/classify/registry.ts';
import { PROVIDERS } from '../../../src/classify/provider-list.ts';
import { NOTHING_KNOWN } from '../../../src/classify/known.ts';
import type { Refusal } from '../../../src/providers/refusal.ts';
import { chatCall, responsesCall } from '../../../src/providers/llm/openai-call.ts';
import { openai } from '../../../src/providers/llm/openai.ts';
import { readJson, isJsonObject } from '../../../src/classify/strict-json.ts';
import type { JsonObject } from '../../../src/classify/strict-json.ts';
import { requestView } from '../../support/request-view.ts';

const LISTS = ['tools', 'providerTools', 'toolHosts', 'fetchHosts'];

function document(text: string): JsonObject {
  const { value } = readJson(Buffer.from(text));
  assert.ok(isJsonObject(value));
  return value;
}

function classified(path: string, host: string, body: string) {
  const view = requestView('POST', path, { host });
  return recognise(view).classify({ bytes: Buffer.from(body), problem: null }).actions;
}

describe('a call to a model', () => {
  it('has no list of which a part is not known', () => {
    for (const body of [
      '{"prompt":{"id":"p"},"input":"x"}',
      '{"model":"m","input":"x","tools":[{"name":"a"}]}',
      '{"model":"m",',
      '[]',
    ]) {
      const [action] = classified('/v1/responses', 'api.openai.com', body);
      for (const list of LISTS.filter((name) => name !== 'fetchHosts'))
        assert.ok(!(list in (action?.facts ?? {})), `${body}: ${list}`);
    }
  });

  it('takes every tool type that it does not know for one that the provider runs', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z_]{1,20}$/), (type) => {
        const call = responsesCall(document(JSON.stringify({ model: 'm', input: 'x', tools: [{ type, name: 'n', tools: [] }] })));
        const listed = call.providerTools.includes(type) || call.tools.length > 0 || type === 'namespace';
        assert.ok(listed, type);
      }),
    );
  });

  it('is not sure of a list that is none, an entry that is none, or a member in other case', () => {
    for (const text of [
      '{"tools":{}}',
      '{"tools":["x"]}',
      '{"Tools":[]}',
      '{"tools":[{"type":"function"}]}',
      '{"tools":[{"type":5}]}',
    ])
      assert.equal(chatCall(document(text.replace('{', '{"model":"m","messages":[],'))).sure, false, text);
    assert.equal(chatCall(document('{"model":"m","messages":[],"tools":null}')).sure, true);
    assert.equal(chatCall(document('{"model":5,"messages":[]}')).sure, false);
    assert.equal(chatCall(document('{"model":"m","messages":[],"max_tokens":1.5}')).sure, false);
  });

  it('names the hosts that the provider would fetch from, but not a data URL', () => {
    const part = (url: string): unknown => ({ type: 'image_url', image_url: { url } });
    const content = ['https://a.example/x', 'data:image/png;base64,AA', 'HTTPS://B.example:444/', 'no url'].map(part);
    const call = chatCall(document(JSON.stringify({ model: 'm', messages: [{ role: 'user', content }] })));
    assert.deepEqual([...call.fetchHosts].toSorted(), ['a.example', 'b.example', 'unknown']);
  });

  it('on an unknown host is a plain write unless the body looks like one', () => {
    assert.deepEqual(
      ['{"model":"m","messages":[]}', '{"messages":[]}', 'x'].map(
        (body) => classified('/v1/chat/completions', 'h.example', body)[0]?.name,
      ),
      ['llm.request', 'http.write', 'http.write'],
    );
    const twice = classified('/v1/chat/completions', 'h.example', '{"model":"m","messages":[],"messages":[]}')[0];
    assert.deepEqual([twice?.name, twice?.facts['inspected']], ['llm.request', false]);
    const unread = recognise(requestView('POST', '/v1/chat/completions', { host: 'h.example' })).classify({
      bytes: Buffer.alloc(0),
      problem: 'larger than 1048576 bytes',
    }).actions[0];
    assert.deepEqual([unread?.name, unread?.facts['inspected']], ['llm.request', false]);
  });
});

describe('a message on the Responses socket', () => {
  const reader = openai.socket?.(requestView('GET', '/v1/responses', { host: 'api.openai.com', hasBody: false }));
  const classify = (text: string) => reader?.classify({ text: true, bytes: Buffer.from(text) }, NOTHING_KNOWN) ?? [];

  it('is judged as the POST would be', () => {
    const tools = [{ type: 'mcp', server_label: 'm', server_url: 'https://mcp.example.com/x' }];
    for (const message of [
      { type: 'response.create', model: 'gpt-5', input: 'x', tools },
      { type: 'response.create', response: { model: 'gpt-5', input: 'x', tools } },
    ]) {
      const [action] = classify(JSON.stringify(message));
      assert.deepEqual([action?.name, action?.facts['toolHosts']], ['llm.request', ['mcp.example.com']]);
    }
    assert.deepEqual(classify('{"type":"response.cancel"}'), []);
    assert.equal(classify('{"type":"response.create","type":"x"}')[0]?.facts['inspected'], false);
  });

  it('is refused by the socket’s own error event', () => {
    const said = reader?.refuse({ text: true, bytes: Buffer.from('{}') }, refusal);
    assert.equal(JSON.parse(said?.toString() ?? '').error.code, 'policy_denied');
  });
});

const refusal: Refusal = { kind: 'blocked', reason: 'no', policies: ['p1'], entry: '7', ticket: null, status: 403 };

describe('a refusal', () => {
  it('is JSON with our sentence where each SDK looks for it, and no status that is tried again', () => {
    const llm = PROVIDERS.filter(({ family }) => family === 'llm');
    assert.ok(llm.length >= 11);
    for (const provider of llm) {
      const answer = provider.refuse(requestView('POST', '/x', { host: 'bedrock-runtime.us-east-1.amazonaws.com' }), refusal, {
        bytes: Buffer.alloc(0),
        problem: null,
      });
      assert.equal(answer.status, 403, provider.name);
      assert.match(answer.body.toString(), /Interlock: no \(policy p1; entry 7\)/, provider.name);
      JSON.parse(answer.body.toString());
    }
  });
});
