// Cohere's API: chat (version 2 in OpenAI's form, version 1 with connectors) and embeddings.

import type { Provider } from '../provider.ts';
import { observeModel } from './model-answer.ts';
import { editModelRequest, type ModelRoute, recogniseModel } from './model-provider.ts';
import { refuseWithMessage } from './model-refusal.ts';
import { cohereCall } from './other-calls.ts';

const CHAT: ModelRoute = { kind: 'call', api: 'cohere-chat', read: cohereCall };
const NUMBERS: ModelRoute = { kind: 'embed', api: 'cohere-numbers' };

const ENDPOINTS: Readonly<Record<string, ModelRoute>> = {
  'v2/chat': CHAT,
  'v1/chat': CHAT,
  'v2/embed': NUMBERS,
  'v1/embed': NUMBERS,
  'v2/rerank': NUMBERS,
  'v1/rerank': NUMBERS,
  'v1/tokenize': NUMBERS,
};

export const cohere: Provider = {
  name: 'cohere',
  family: 'llm',
  hosts: ['api.cohere.com', 'api.cohere.ai'],
  recognise: (request) => recogniseModel(request, ({ segments }) => ENDPOINTS[segments.join('/')] ?? null, 'cohere'),
  refuse: (_request, refusal) => refuseWithMessage(refusal),
  edit: editModelRequest,
  observe: observeModel,
};
