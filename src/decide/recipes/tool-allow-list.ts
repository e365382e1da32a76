// Tools that models may have agents call.

import type { Recipe } from './recipe.ts';

export const TOOL_ALLOW_LIST: Recipe = {
  name: 'tool-allow-list',
  summary: 'Of the calls that models ask for only those of the named tools reach agents, whatever model it is.',
  parameters: [
    { name: 'tools', kind: 'names', about: 'the tools, as models name them', initial: 'get_weather,search' },
    { name: 'model', kind: 'name', about: 'a model for the cases, host and name', initial: 'api.openai.com/gpt-5' },
  ],
  write(values) {
    const tools = values.list('tools');
    const [tool = ''] = tools;
    const model = values.text('model');
    const listed = `context has tool && ${JSON.stringify(tools)}.contains(context.tool)`;
    const call = (name: string, of: string, inspected: boolean, verdict: 'ALLOW_LOG' | 'BLOCK') => ({
      name,
      action: 'llm.tool-call',
      resource: { type: 'Tool', id: `${model}#${of}` },
      parents: [{ type: 'Model', id: model }],
      facts: { inspected, api: 'openai-chat', tool: of, argumentsKnown: inspected },
      verdict,
    });
    return {
      policies: `// Tools that models call: the listed ones.

@id("tool-allow-list-listed")
@reason("{resource} is a listed tool: agents may call it when a model asks for it, and each call is logged.")
@verdict("allow_log")
permit (principal, action == Action::"llm.tool-call", resource)
when { context.inspected && ${listed} };

@id("tool-allow-list-others")
@reason("{resource} is not one of the tools that agents may call, or its arguments can be read in two ways.")
forbid (principal, action == Action::"llm.tool-call", resource)
unless { context.inspected && ${listed} };
`,
      cases: [
        call('a listed tool is called', tool, true, 'ALLOW_LOG'),
        call('another one is not', 'not-listed', true, 'BLOCK'),
        call('nor one whose arguments can be read in two ways', tool, false, 'BLOCK'),
      ],
    };
  },
};
