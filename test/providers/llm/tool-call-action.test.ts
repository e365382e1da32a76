// A model's call as an action: whose tool it is, what it is given, and what is not said of one that could be read otherwise.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { resourceParents } from '../../../src/classify/resource-parents.ts';
import type { ModelToolCall } from '../../../src/classify/tool-call.ts';
import { callArguments, toolCallAction } from '../../../src/providers/llm/tool-call-action.ts';

const CALL: ModelToolCall = {
  tool: 'send_email',
  api: 'openai-chat',
  scheme: 'https',
  authority: { host: 'api.openai.com', port: 443 },
  model: 'gpt-5',
  arguments: Buffer.from('{"to":["ann@example.com"],"body":"see https://files.example.org/a"}'),
  form: 'json',
  sure: true,
};

const actionOf = (change: Partial<ModelToolCall> | string) => {
  const call = { ...CALL, ...(typeof change === 'string' ? { arguments: Buffer.from(change) } : change) };
  return toolCallAction(call, callArguments(call));
};

const UNREAD = {
  host: 'api.openai.com',
  method: 'CALL',
  path: '/tools/send_email',
  inspected: false,
  api: 'openai-chat',
  tool: 'send_email',
  model: 'gpt-5',
  argumentsKnown: false,
};

describe('a call of a tool', () => {
  test('has the tool of the model, and its arguments as MCP calls have them', () => {
    assert.deepEqual(actionOf({}), {
      name: 'llm.tool-call',
      resource: { type: 'Tool', id: 'api.openai.com/gpt-5#send_email' },
      parents: [
        { type: 'Model', id: 'api.openai.com/gpt-5' },
        { type: 'Host', id: 'api.openai.com' },
        { type: 'Domain', id: 'api.openai.com' },
        { type: 'Domain', id: 'openai.com' },
      ],
      facts: {
        ...UNREAD,
        inspected: true,
        argumentsKnown: true,
        argumentNames: ['to[]', 'body'],
        arguments: ['to[]=ann@example.com', 'body=see https://files.example.org/a'],
        argumentText: '\nto[]=ann@example.com\nbody=see https://files.example.org/a\n',
        argumentHosts: ['files.example.org'],
        argumentDomains: ['example.com'],
        argumentPaths: [],
      },
    });
  });

  test('is of its host alone when no model is known', () => {
    for (const model of [null, '']) {
      const { resource, parents, facts } = actionOf({ model });
      assert.deepEqual(resource, { type: 'Tool', id: 'api.openai.com#send_email' });
      assert.equal(parents[0]?.type, 'Host');
      assert.equal(facts['model'], undefined);
    }
  });

  test('says of no model what is said of another, whatever their names hold', () => {
    const ids = [
      { model: 'a#b', tool: 'c' },
      { model: 'a', tool: 'b#c' },
      { model: 'a%23b', tool: 'c' },
      { model: null, tool: 'c' },
    ].map((change) => actionOf(change).resource.id);
    assert.deepEqual(ids, ['api.openai.com/a%23b#c', 'api.openai.com/a#b#c', 'api.openai.com/a%2523b#c', 'api.openai.com#c']);
    assert.equal(
      actionOf({ scheme: 'http', authority: { host: 'localhost', port: 11434 } }).resource.id,
      'localhost:11434/gpt-5#send_email',
    );
  });

  test('has the ancestors that a record tells of it', () => {
    const changes = [
      {},
      { model: null },
      { model: 'a#%23/b' },
      { scheme: 'http', authority: { host: '10.0.0.1', port: 8000 } },
    ] as const;
    for (const change of changes) {
      const action = actionOf(change);
      assert.deepEqual(resourceParents(action), action.parents);
    }
  });
});

describe('the arguments', () => {
  test('may be none at all', () => {
    for (const given of ['', '{}', ' {}\n']) {
      const { facts } = actionOf(given);
      assert.equal(facts['inspected'], true, given);
      assert.deepEqual([facts['argumentsKnown'], facts['argumentNames'], facts['argumentText']], [true, [], '\n\n']);
    }
  });

  test('that readers could differ on are not told, and the call is unread', () => {
    const bad = ['{"to":"a","to":"b"}', '{"to":"a"', '[]', 'null', '"{}"', '1', '{"a":1}{"a":2}', '\ufeff{}', '{"a":NaN}', ' '];
    for (const given of bad) assert.deepEqual(actionOf(given).facts, UNREAD, given);
    assert.deepEqual(actionOf({ arguments: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) }).facts, UNREAD);
  });

  test('of an answer that is not sure are not told', () => {
    assert.deepEqual(actionOf({ sure: false }).facts, UNREAD);
  });

  test('that are JSON in a string stay a string (E17)', () => {
    assert.deepEqual(actionOf('{"input":"{\\"to\\":\\"x@example.com\\"}"}').facts['argumentNames'], ['input']);
  });

  test('of a tool that takes free text are one', () => {
    const { facts } = actionOf({ form: 'text', arguments: Buffer.from('ls -l\nrm x') });
    assert.deepEqual(facts['arguments'], ['input=ls -l\\nrm x']);
    assert.equal(facts['inspected'], true);
    assert.deepEqual(actionOf({ form: 'text', arguments: Buffer.from([0xff]) }).facts, UNREAD);
    assert.deepEqual(actionOf({ form: 'text', arguments: Buffer.alloc(0) }).facts['arguments'], ['input=']);
  });
});

test('a name that nobody could be shown is no tool that a policy names', () => {
  for (const tool of ['', 'a\u0000b', '\ud800', 'x'.repeat(257), 'a\nb']) {
    const { resource, facts } = actionOf({ tool });
    assert.deepEqual(resource, { type: 'Model', id: 'api.openai.com/gpt-5' });
    assert.deepEqual([facts['inspected'], facts['tool'], facts['arguments']], [false, undefined, undefined]);
  }
  assert.equal(actionOf({ tool: 'x'.repeat(256) }).facts['inspected'], true);
});
