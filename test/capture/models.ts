// The LLM providers.

import type { Anthropic } from '@anthropic-ai/sdk';
import type * as Bedrock from '@aws-sdk/client-bedrock-runtime';
import type { GoogleGenAI } from '@google/genai';
import type { CohereClientV2 } from 'cohere-ai';
import type { Ollama } from 'ollama';
import type { AzureOpenAI, OpenAI } from 'openai';
import { AWS } from './aws-client.ts';
import { given, type Vendor, vendor } from './vendor.ts';

const text = (content: string) => [{ role: 'user', content }];
const parameters = { type: 'object', properties: { to: { type: 'string' } } };
const sendEmail = { type: 'function', function: { name: 'send_email', description: 'd', parameters } };
const picture = 'https://images.example.com/a.png';

const openai = vendor<OpenAI>({
  folder: 'openai',
  sdk: 'openai',
  open: async () => {
    const { OpenAI: Client } = await import('openai');
    return new Client({ apiKey: 'sk-x', maxRetries: 0 });
  },
  calls: {
    'hit-chat': async (o) => o.chat.completions.create(given({ model: 'gpt-5', messages: text('hi') })),
    'hit-chat-tools': async (o) =>
      o.chat.completions.create(
        given({
          model: 'gpt-5',
          max_completion_tokens: 100,
          stream: true,
          tools: [sendEmail, { type: 'custom', custom: { name: 'sql' } }],
          messages: [
            { role: 'system', content: 's' },
            {
              role: 'user',
              content: [
                { type: 'text', text: 'what' },
                { type: 'image_url', image_url: { url: picture } },
              ],
            },
          ],
        }),
      ),
    'hit-responses': async (o) =>
      o.responses.create(
        given({
          model: 'gpt-5',
          input: 'hi',
          max_output_tokens: 50,
          tools: [{ type: 'function', name: 'f', parameters: {}, strict: false }, { type: 'local_shell' }],
        }),
      ),
    'hit-responses-compact': async (o) => o.responses.compact({ model: 'gpt-5', input: 'hi' }),
    'hit-responses-mcp': async (o) =>
      o.responses.create(
        given({
          model: 'gpt-5',
          input: [{ role: 'user', content: [{ type: 'input_file', file_url: 'https://files.example.com/a.pdf' }] }],
          tools: [
            {
              type: 'mcp',
              server_label: 'x',
              server_url: 'https://mcp.example.com/sse',
              require_approval: 'never',
              authorization: 'secret',
            },
            { type: 'web_search' },
            { type: 'code_interpreter', container: { type: 'auto' } },
          ],
        }),
      ),
    'hit-completions': async (o) =>
      o.completions.create(given({ model: 'gpt-3.5-turbo-instruct', prompt: ['a', 'b'], max_tokens: 5 })),
    'hit-embeddings': (o) => o.embeddings.create({ model: 'text-embedding-3-small', input: 'x' }),
    'hit-moderations': (o) => o.moderations.create({ input: 'x' }),
  },
});

const azure = vendor<AzureOpenAI>({
  folder: 'azure-openai',
  sdk: 'openai',
  open: async () => {
    const { AzureOpenAI: Client } = await import('openai');
    return new Client({
      endpoint: 'https://acme.openai.azure.com',
      apiKey: 'k',
      apiVersion: '2025-01-01',
      deployment: 'prod-gpt',
      maxRetries: 0,
    });
  },
  calls: {
    'hit-chat': async (o) => o.chat.completions.create(given({ model: 'prod-gpt', messages: text('x'), tools: [sendEmail] })),
    'hit-responses-versioned': async (o) =>
      o.responses.create(given({ model: 'prod-gpt', input: 'x', tools: [{ type: 'web_search' }] })),
  },
});

/** What Azure's documentation tells to do since v1: the plain client at another address. */
const azureV1 = vendor<OpenAI>({
  folder: 'azure-openai',
  sdk: 'openai',
  open: async () => {
    const { OpenAI: Client } = await import('openai');
    return new Client({ baseURL: 'https://acme.services.ai.azure.com/openai/v1', apiKey: 'k', maxRetries: 0 });
  },
  calls: {
    'hit-responses': async (o) => o.responses.create({ model: 'prod', input: 'x' }),
  },
});

const anthropic = vendor<Anthropic>({
  folder: 'anthropic',
  sdk: '@anthropic-ai/sdk',
  open: async () => {
    const { Anthropic: Client } = await import('@anthropic-ai/sdk');
    return new Client({ apiKey: 'k', maxRetries: 0 });
  },
  calls: {
    'hit-messages': async (a) => a.messages.create(given({ model: 'claude-x', max_tokens: 10, messages: text('hi') })),
    'hit-messages-tools': async (a) =>
      a.messages.create(
        given({
          model: 'claude-x',
          max_tokens: 10,
          stream: true,
          tools: [
            { name: 'send_email', input_schema: { type: 'object' } },
            { type: 'bash_20250124', name: 'bash' },
            { type: 'web_search_20250305', name: 'web_search' },
          ],
          messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'url', url: picture } }] }],
        }),
      ),
    'hit-count-tokens': (a) => a.messages.countTokens(given({ model: 'claude-x', messages: text('x') })),
    'hit-batches': (a) =>
      a.messages.batches.create(
        given({
          requests: [
            { custom_id: 'a', params: { model: 'claude-x', max_tokens: 10, messages: text('x') } },
            { custom_id: 'b', params: { model: 'claude-x', max_tokens: 20, messages: text('y') } },
          ],
        }),
      ),
  },
});

const model = 'gemini-2.5-flash';

const gemini = vendor<GoogleGenAI>({
  folder: 'gemini',
  sdk: '@google/genai',
  open: async () => {
    const { GoogleGenAI: Client } = await import('@google/genai');
    return new Client({ apiKey: 'k' });
  },
  calls: {
    'hit-generate': (g) =>
      g.models.generateContent({
        model,
        contents: 'hi',
        config: { tools: [{ functionDeclarations: [{ name: 'send_email' }] }], maxOutputTokens: 20 },
      }),
    'hit-stream': (g) =>
      g.models.generateContentStream({
        model,
        contents: [{ role: 'user', parts: [{ fileData: { fileUri: 'https://files.example.com/a.pdf' } }, { text: 'x' }] }],
        config: { tools: [{ googleSearch: {} }, { urlContext: {} }] },
      }),
    'hit-interactions': (g) => g.interactions.create(given({ model, input: 'hi', tools: [{ type: 'function', name: 'f' }] })),
    'hit-agent': (g) => g.interactions.create(given({ agent: 'deep-research', input: 'x', background: true })),
    'hit-cached': (g) => g.models.generateContent({ model, contents: 'x', config: { cachedContent: 'cachedContents/1' } }),
    'hit-batch': (g) => g.batches.create({ model, src: [{ contents: [{ role: 'user', parts: [{ text: 'x' }] }] }] }),
    'hit-upload': (g) => g.files.upload({ file: new Blob(['x'], { type: 'text/plain' }), config: { mimeType: 'text/plain' } }),
    'hit-count': (g) => g.models.countTokens({ model, contents: 'hi' }),
    'hit-embed': (g) => g.models.embedContent({ model: 'text-embedding-004', contents: 'hi' }),
  },
});

interface Runtime {
  readonly client: Bedrock.BedrockRuntimeClient;
  readonly sdk: typeof Bedrock;
}

const bedrock = vendor<Runtime>({
  folder: 'bedrock',
  sdk: '@aws-sdk/client-bedrock-runtime',
  open: async () => {
    const sdk = await import('@aws-sdk/client-bedrock-runtime');
    return { sdk, client: new sdk.BedrockRuntimeClient(AWS) };
  },
  calls: {
    'hit-converse': ({ client, sdk }) =>
      client.send(
        new sdk.ConverseCommand({
          modelId: 'anthropic.claude-3-5-sonnet-20241022-v2:0',
          messages: [{ role: 'user', content: [{ text: 'x' }] }],
          inferenceConfig: { maxTokens: 9 },
          toolConfig: { tools: [{ toolSpec: { name: 'send_email', inputSchema: { json: {} } } }] },
        }),
      ),
    'hit-converse-stream-arn': ({ client, sdk }) =>
      client.send(
        new sdk.ConverseStreamCommand({
          modelId: 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.x',
          messages: [{ role: 'user', content: [{ text: 'x' }] }],
        }),
      ),
    'hit-invoke-stream': ({ client, sdk }) =>
      client.send(
        new sdk.InvokeModelWithResponseStreamCommand({
          modelId: 'anthropic.claude-3-haiku',
          contentType: 'application/json',
          body: JSON.stringify({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 5, messages: text('x') }),
        }),
      ),
    'hit-invoke-anthropic': ({ client, sdk }) =>
      client.send(
        new sdk.InvokeModelCommand({
          modelId: 'anthropic.claude-3-haiku',
          contentType: 'application/json',
          body: JSON.stringify({
            anthropic_version: 'bedrock-2023-05-31',
            max_tokens: 5,
            messages: text('x'),
            tools: [{ name: 't', input_schema: {} }],
          }),
        }),
      ),
  },
});

const cohere = vendor<CohereClientV2>({
  folder: 'cohere',
  sdk: 'cohere-ai',
  open: async () => {
    const { CohereClientV2: Client } = await import('cohere-ai');
    return new Client({ token: 'k' });
  },
  calls: {
    'hit-chat': (c) => c.chat(given({ model: 'command-a', messages: text('x'), tools: [sendEmail] })),
  },
});

const ollama = vendor<Ollama>({
  folder: 'ollama',
  sdk: 'ollama',
  open: async () => {
    const { Ollama: Client } = await import('ollama');
    return new Client({ host: 'https://ollama.example.com:11434' });
  },
  calls: {
    'hit-chat': (o) => o.chat(given({ model: 'llama3', messages: text('x'), tools: [sendEmail] })),
    'hit-generate': (o) => o.generate(given({ model: 'llama3', prompt: 'x', options: { num_predict: 7 } })),
  },
});

export const modelVendors: readonly Vendor[] = [openai, azure, azureV1, anthropic, gemini, bedrock, cohere, ollama];
