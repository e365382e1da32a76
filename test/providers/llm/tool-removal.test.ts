// Tools are taken out of a model's request in every vendor's form, with what would name them; and what can't be edited surely is not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readJson } from '../../../src/classify/strict-json.ts';
import { bedrock } from '../../../src/providers/llm/bedrock.ts';
import { chatCall } from '../../../src/providers/llm/openai-call.ts';
import { removeTools } from '../../../src/providers/llm/tool-removal.ts';
import { resend } from '../../../src/providers/email/resend.ts';
import { requestView } from '../../support/request-view.ts';

const REQUEST = requestView('POST', '/v1/chat/completions', { hasBody: true });
const edit = (document: unknown, tools: readonly string[] = ['bash', 'web_search*']) => {
  const bytes = Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
  const edited = removeTools(REQUEST, { bytes, problem: null }, { kind: 'remove-tools', tools });
  return { same: edited.bytes === bytes, changed: edited.changed, left: JSON.parse(edited.bytes.toString()) };
};
const fn = (name: string) => ({ type: 'function', function: { name } });

/** [what, before, after] */
const FORMS: ReadonlyArray<readonly [string, object, object]> = [
  ['chat', { tools: [fn('bash'), fn('a')], n: 1.5 }, { tools: [fn('a')], n: 1.5 }],
  ['chat: the last one', { tools: [fn('bash')], tool_choice: 'auto', parallel_tool_calls: true, x: 1 }, { x: 1 }],
  ['chat: chosen', { tools: [fn('bash'), fn('a')], tool_choice: fn('bash') }, { tools: [fn('a')], tool_choice: 'none' }],
  ['chat: another chosen', { tools: [fn('bash'), fn('a')], tool_choice: fn('a') }, { tools: [fn('a')], tool_choice: fn('a') }],
  ['chat: custom', { tools: [{ type: 'custom', custom: { name: 'bash' } }, fn('a')] }, { tools: [fn('a')] }],
  ['chat: search', { tools: [fn('a')], web_search_options: {} }, { tools: [fn('a')] }],
  [
    'functions',
    { functions: [{ name: 'bash' }, { name: 'a' }], function_call: { name: 'bash' } },
    { functions: [{ name: 'a' }], function_call: 'none' },
  ],
  [
    'chat: allowed',
    {
      tools: [fn('bash'), fn('a')],
      tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [fn('bash'), fn('a')] } },
    },
    { tools: [fn('a')], tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [fn('a')] } } },
  ],
  [
    'responses: none allowed is left',
    {
      tools: [{ type: 'function', name: 'bash' }, { type: 'local_shell' }],
      tool_choice: { type: 'allowed_tools', tools: [{ type: 'function', name: 'bash' }] },
    },
    { tools: [{ type: 'local_shell' }], tool_choice: 'none' },
  ],
  [
    'responses: a provider’s',
    { tools: [{ type: 'web_search_preview' }, { type: 'mcp' }], tool_choice: { type: 'web_search_preview' } },
    { tools: [{ type: 'mcp' }], tool_choice: 'none' },
  ],
  [
    'responses: a namespace',
    {
      tools: [
        {
          type: 'namespace',
          name: 'n',
          tools: [
            { type: 'function', name: 'bash' },
            { type: 'function', name: 'a' },
          ],
        },
      ],
    },
    { tools: [{ type: 'namespace', name: 'n', tools: [{ type: 'function', name: 'a' }] }] },
  ],
  [
    'messages',
    { tools: [{ name: 'bash', input_schema: {} }, { name: 'a' }], tool_choice: { type: 'tool', name: 'bash' } },
    { tools: [{ name: 'a' }], tool_choice: { type: 'none' } },
  ],
  [
    'messages: any',
    { tools: [{ type: 'web_search_20250305', name: 'w' }, { name: 'a' }], tool_choice: { type: 'any' } },
    { tools: [{ name: 'a' }], tool_choice: { type: 'any' } },
  ],
  [
    'messages: a batch',
    { requests: [{ custom_id: 'x', params: { tools: [{ name: 'bash' }] } }] },
    { requests: [{ custom_id: 'x', params: {} }] },
  ],
  [
    'gemini',
    {
      tools: [{ functionDeclarations: [{ name: 'bash' }, { name: 'a' }] }],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['bash'] }, retrievalConfig: {} },
    },
    {
      tools: [{ functionDeclarations: [{ name: 'a' }] }],
      toolConfig: { functionCallingConfig: { mode: 'NONE' }, retrievalConfig: {} },
    },
  ],
  [
    'gemini: snake case, the last one',
    { tools: [{ function_declarations: [{ name: 'bash' }] }], tool_config: { function_calling_config: { mode: 'ANY' } } },
    { tool_config: {} },
  ],
  [
    'cohere, first version',
    { message: 'x', tools: [{ name: 'bash' }], connectors: [{ id: 'web_search' }, { id: 'b' }] },
    { message: 'x', connectors: [{ id: 'b' }] },
  ],
  [
    'converse',
    { toolConfig: { tools: [{ toolSpec: { name: 'bash' } }, { toolSpec: { name: 'a' } }] } },
    { toolConfig: { tools: [{ toolSpec: { name: 'a' } }] } },
  ],
];

for (const [name, before, after] of FORMS) {
  test(`${name}: what is named goes, and nothing names it any more`, () => {
    const { left, changed } = edit(before);
    assert.deepEqual(left, after);
    assert.match(changed.join(), /^tools: removed \S/);
    assert.deepEqual(edit(left), { same: true, changed: [], left });
  });
}

test('gemini’s own tools are known by what stands in them, in either spelling', () => {
  const tools = [{ googleSearch: {} }, { google_search: {}, urlContext: {} }, {}];
  assert.deepEqual(edit({ tools }, ['googleSearch']).left, { tools: [{ urlContext: {} }, {}] });
});

test('MCP servers go as a whole, under the name that policies know them by', () => {
  const document = { mcp_servers: [{ url: 'https://m.example' }], tools: [{ type: 'mcp_toolset', mcp_server_name: 'm' }] };
  assert.deepEqual(edit(document, ['mcp', 'mcp_toolset']).left, {});
});

test('nothing to take out: the very bytes stay', () => {
  const text = '{ "tools":[{"type":"function","function":{"name":"a"}}],  "x": 1.50 }';
  assert.equal(edit(text).same, true);
});

test('what can not be read surely, or is stored elsewhere, is refused', () => {
  const bash = JSON.stringify([fn('bash')]);
  for (const text of [
    `{"tools":${bash},"tools":[]}`,
    `{"tools":[],"Tools":${bash}}`,
    `{"toolS":${bash}}`,
    `{"tools":${bash},"prompt":{"id":"p"}}`,
    `{"tools":${bash},"agent_id":"a"}`,
    `{"tools":${bash},"cached_content":"c"}`,
    `{"requests":[{"params":{"tool_Choice":1,"tools":${bash}}}]}`,
    '[]',
    'x',
  ])
    assert.throws(() => edit(text), { code: 'CONSTRAINT_FAILED' }, text);
});

test('a request that is signed, and one that offers no tools, can not be changed so', () => {
  assert.equal(bedrock.edit, undefined);
  const body = { bytes: Buffer.from('{}'), problem: null };
  assert.throws(() => resend.edit?.(REQUEST, body, { kind: 'remove-tools', tools: ['bash'] }), { code: 'CONSTRAINT_FAILED' });
});

test('whatever is offered, of it stays exactly what is not named', () => {
  const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'bash', 'web_search', 'web_search_x', 'c'), { maxLength: 6 });
  fc.assert(
    fc.property(names, (offered) => {
      const { left } = edit({ model: 'm', messages: [], tools: offered.map(fn) });
      const { value } = readJson(Buffer.from(JSON.stringify(left)));
      assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value));
      const stays = offered.filter((name) => name !== 'bash' && !name.startsWith('web_search'));
      assert.deepEqual(chatCall(value as never).tools, stays);
    }),
  );
});
