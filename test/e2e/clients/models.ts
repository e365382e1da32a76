// The real SDKs of the model vendors: for each vendor and tool that the argument names, one small call that offers the tool. `base` leads
// straight to the origin. Each call is told by itself; only the SDKs that are asked for are loaded, since each takes a second.

import { reportCalls, url } from './calls.ts';

const user = { role: 'user' as const, content: 'hello' };

function chatTool(name: string) {
  return { type: 'function' as const, function: { name, parameters: { type: 'object', properties: {} } } };
}

const CALLS: Readonly<Record<string, (tool: string) => Promise<unknown>>> = {
  async openai(tool) {
    const { default: OpenAI } = await import('openai');
    const client = new OpenAI({ apiKey: 'sk-test', ...(url === undefined ? {} : { baseURL: `${url}/v1` }) });
    return client.chat.completions.create({ model: 'gpt-5', messages: [user], tools: [chatTool(tool)] });
  },
  /** With an MCP server that the provider would call by itself. */
  async responses(tool) {
    const { default: OpenAI } = await import('openai');
    const tools = [
      { type: 'mcp' as const, server_label: tool, server_url: 'https://mcp.example.com/', require_approval: 'never' as const },
    ];
    return new OpenAI({ apiKey: 'sk-test' }).responses.create({ model: 'gpt-5', input: 'hello', tools });
  },
  async anthropic(name) {
    const { default: Anthropic } = await import('@anthropic-ai/sdk');
    const client = new Anthropic({ apiKey: 'k', ...(url === undefined ? {} : { baseURL: url }) });
    const tools = [{ name, input_schema: { type: 'object' as const } }];
    return client.messages.create({ model: 'claude-x', max_tokens: 16, messages: [user], tools });
  },
  async gemini(name) {
    const { GoogleGenAI } = await import('@google/genai');
    const client = new GoogleGenAI({ apiKey: 'k', ...(url === undefined ? {} : { httpOptions: { baseUrl: url } }) });
    const config = { tools: [{ functionDeclarations: [{ name }] }] };
    return client.models.generateContent({ model: 'gemini-x', contents: 'hello', config });
  },
  async mistral(tool) {
    const { Mistral } = await import('@mistralai/mistralai');
    const client = new Mistral({ apiKey: 'k', ...(url === undefined ? {} : { serverURL: url }) });
    return client.chat.complete({ model: 'mistral-x', messages: [user], tools: [chatTool(tool)] });
  },
  async cohere(tool) {
    const { CohereClientV2 } = await import('cohere-ai');
    const client = new CohereClientV2({ token: 'k', ...(url === undefined ? {} : { environment: url }) });
    return client.chat({ model: 'command-x', messages: [user], tools: [chatTool(tool)] });
  },
  async ollama(tool) {
    const { Ollama } = await import('ollama');
    const client = new Ollama({ host: url ?? 'https://ollama.example.com' });
    return client.chat({ model: 'llama-x', messages: [user], tools: [chatTool(tool)], stream: false });
  },
  bedrock: converse,
};

async function converse(name: string): Promise<unknown> {
  const { BedrockRuntimeClient, ConverseCommand } = await import('@aws-sdk/client-bedrock-runtime');
  const { awsOptions } = await import('./aws-options.ts');
  const client = new BedrockRuntimeClient(awsOptions);
  const toolConfig = { tools: [{ toolSpec: { name, inputSchema: { json: {} } } }] };
  const messages = [{ role: 'user' as const, content: [{ text: 'hello' }] }];
  return client.send(new ConverseCommand({ modelId: 'amazon.nova-x', messages, toolConfig }));
}

await reportCalls(CALLS);
