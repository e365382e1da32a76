// Ollama's own API, on any host: it has no name of its own, so the body must look like a call to a model.

import { isJsonArray, type JsonObject } from '../../classify/strict-json.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Provider } from '../provider.ts';
import { observeModel } from './model-answer.ts';
import { editModelRequest, type ModelRoute, recogniseTentatively } from './model-provider.ts';
import { refuseOllama } from './model-refusal.ts';
import { ollamaCall } from './other-calls.ts';

export const ollama: Provider = {
  name: 'ollama',
  family: 'llm',
  hosts: ['*'],
  recognise: (request) => recogniseTentatively(request, route, asksModel),
  refuse: (_request, refusal) => refuseOllama(refusal),
  edit: editModelRequest,
  observe: observeModel,
};

function route({ segments }: RequestView): ModelRoute | null {
  const path = segments.join('/');
  return path === 'api/chat' || path === 'api/generate' ? { kind: 'call', api: 'ollama', read: ollamaCall } : null;
}

/** `/api/chat` is many an application's own path. */
function asksModel(document: JsonObject): boolean {
  return typeof document['model'] === 'string' && (isJsonArray(document['messages']) || typeof document['prompt'] === 'string');
}
