// Models that agents may ask.

import { cedarSet, type Recipe } from './recipe.ts';

export const MODEL_ALLOW_LIST: Recipe = {
  name: 'model-allow-list',
  summary: 'Agents ask the named models only, and no tool runs at the provider.',
  parameters: [
    {
      name: 'models',
      kind: 'names',
      about: 'the models, host and name: "api.openai.com/gpt-5"',
      initial: 'api.openai.com/gpt-5,api.anthropic.com/claude-sonnet-4-5',
    },
  ],
  write(values) {
    const models = values.list('models');
    const [model = ''] = models;
    const listed = `resource in ${cedarSet(models, 'Model')}`;
    const host = model.split('/', 1)[0] ?? '';
    const ask = (name: string, id: string, providerTools: readonly string[], verdict: 'ALLOW_LOG' | 'BLOCK') => ({
      name,
      action: 'llm.request',
      resource: { type: 'Model', id },
      parents: [{ type: 'Host', id: host }],
      facts: {
        api: 'openai-chat',
        toolsKnown: true,
        tools: [],
        providerTools,
        toolHosts: [],
        fetchHosts: [],
        hiddenHistory: false,
        deferred: false,
      },
      verdict,
    });
    return {
      policies: `// Models: the listed ones. What a provider does by itself (search, run code, call MCP servers) never passes here.

@id("model-allow-list-listed")
@reason("{resource} is a listed model: agents may ask it, and each request is logged.")
@verdict("allow_log")
permit (principal, action in [Action::"llm.request", Action::"llm.embed"], resource)
when { ${listed} };

@id("model-allow-list-others")
@reason("{resource} is not one of the models that agents may ask.")
forbid (principal, action in [Action::"llm.request", Action::"llm.embed"], resource)
unless { ${listed} };

@id("model-allow-list-tools")
@reason("The provider would run tools of its own, or what it would run is not known.")
forbid (principal, action == Action::"llm.request", resource)
unless { context has providerTools && context.providerTools.isEmpty() };
`,
      cases: [
        ask('a listed model is asked', model, [], 'ALLOW_LOG'),
        ask('another one is not', `${host}/not-listed`, [], 'BLOCK'),
        ask('no tool runs at the provider', model, ['web_search'], 'BLOCK'),
      ],
    };
  },
};
