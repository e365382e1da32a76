// Mistral's API: chat in OpenAI's form, fill-in-the-middle, stored agents, conversations.

import type { Provider } from '../provider.ts';
import { observeModel } from './model-answer.ts';
import { editModelRequest, type ModelRoute, recogniseModel } from './model-provider.ts';
import { refuseWithMessage } from './model-refusal.ts';
import { chatCall } from './openai-call.ts';
import { mistralAgentCall } from './other-calls.ts';
import type { RequestView } from '../../http/request-view.ts';

const ENDPOINTS: Readonly<Record<string, ModelRoute>> = {
  'chat/completions': { kind: 'call', api: 'mistral-chat', read: chatCall },
  'fim/completions': { kind: 'call', api: 'mistral-fim', read: chatCall },
  'agents/completions': { kind: 'call', api: 'mistral-agents', read: mistralAgentCall },
  conversations: { kind: 'call', api: 'mistral-conversations', read: mistralAgentCall },
  embeddings: { kind: 'embed', api: 'mistral-embeddings' },
  files: { kind: 'file', api: 'mistral-files' },
  'batch/jobs': { kind: 'stored', api: 'mistral-batches', deferred: true },
};

export const mistral: Provider = {
  name: 'mistral',
  family: 'llm',
  hosts: ['api.mistral.ai', 'api.eu.mistral.ai', 'codestral.mistral.ai'],
  recognise: (request) => recogniseModel(request, routes, 'mistral'),
  refuse: (_request, refusal) => refuseWithMessage(refusal),
  edit: editModelRequest,
  observe: observeModel,
};

function routes({ segments }: RequestView): ModelRoute | null {
  const [version, ...rest] = segments;
  if (version !== 'v1') return null;
  const [first, second, third] = rest;
  if (
    first === 'conversations' &&
    (second?.startsWith('conv') === true || second === 'stream' || second?.includes('#') === true)
  ) {
    // `/v1/conversations/{id}` goes on with what is stored, `…/restart` from an earlier point of it.
    return third === undefined || third === 'restart' || third === 'stream'
      ? {
          kind: 'call',
          api: 'mistral-conversations',
          read: (document) => ({ ...mistralAgentCall(document), hiddenHistory: second !== 'stream', toolsKnown: false }),
        }
      : null;
  }
  return ENDPOINTS[rest.join('/')] ?? null;
}
