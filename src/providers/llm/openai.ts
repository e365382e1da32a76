// OpenAI, Azure OpenAI, and the hosts that are known to speak OpenAI's form.

import type { Action } from '../../classify/action.ts';
import { isJsonArray, isJsonObject, type JsonObject } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { CallsObservation } from '../observation.ts';
import type { Provider } from '../provider.ts';
import type { Refusal } from '../refusal.ts';
import { refusalSentence } from '../refusal.ts';
import type { SocketMessage } from '../socket-reader.ts';
import { observeModel } from './model-answer.ts';
import { editModelRequest, type ModelRoute, modelSocket, recogniseModel, recogniseTentatively } from './model-provider.ts';
import { refuseOpenai } from './model-refusal.ts';
import { chatCall, responsesCall } from './openai-call.ts';
import { observeStored, recogniseStored } from './stored-answer.ts';

/** Endpoints below the version (`/v1/…`), by their path. */
const ENDPOINTS: Readonly<Record<string, ModelRoute>> = {
  'chat/completions': { kind: 'call', api: 'openai-chat', read: chatCall },
  completions: { kind: 'call', api: 'openai-completions', read: promptCall },
  responses: { kind: 'call', api: 'openai-responses', read: responsesCall },
  'responses/compact': { kind: 'call', api: 'openai-responses', read: responsesCall },
  embeddings: { kind: 'embed', api: 'openai-embeddings' },
  moderations: { kind: 'embed', api: 'openai-moderations' },
  batches: { kind: 'stored', api: 'openai-batches', deferred: true },
  files: { kind: 'file', api: 'openai-files' },
};

/** The old completions have a prompt instead of messages, and no tools. */
function promptCall(document: JsonObject) {
  return { ...chatCall(document), messageCount: isJsonArray(document['prompt']) ? document['prompt'].length : 1 };
}

export const openai: Provider = {
  name: 'openai',
  family: 'llm',
  hosts: ['api.openai.com', '*.api.openai.com'],
  accountHeaders: ['openai-organization', 'openai-project'],
  recognise: (request) => recogniseStored(request, true) ?? recogniseModel(request, versioned, 'openai'),
  refuse: (_request, refusal) => refuseOpenai(refusal),
  edit: editModelRequest,
  observe: observeOpenai,
  socket: (request) =>
    request.segments.join('/') === 'v1/responses'
      ? modelSocket(request, 'response.create', 'openai-responses', socketCall, refuseMessage)
      : null,
};

/** Of a request to the model, or of one for an answer that is kept. */
function observeOpenai(request: RequestView, body: InspectedBody, actions: readonly Action[]): CallsObservation | null {
  return observeModel(request, body, actions) ?? observeStored(request, true);
}

function versioned(request: RequestView): ModelRoute | null {
  const [version, ...rest] = request.segments;
  return version === 'v1' ? (ENDPOINTS[rest.join('/')] ?? null) : null;
}

/** Older messages hold the request's fields under `response`. */
function socketCall(document: JsonObject) {
  const { response } = document;
  return responsesCall(isJsonObject(response) ? response : document);
}

/** The socket's own error event. */
function refuseMessage(_message: SocketMessage, refusal: Refusal): Buffer {
  const error = { type: 'permission_error', code: 'policy_denied', message: refusalSentence(refusal), param: null };
  return Buffer.from(JSON.stringify({ type: 'error', status: 403, error }));
}

/** `/openai/deployments/{deployment}/…` names its model in the path, `/openai/…` and `/openai/v1/…` in the body. */
export const azureOpenai: Provider = {
  name: 'azure-openai',
  family: 'llm',
  hosts: ['*.openai.azure.com', '*.cognitiveservices.azure.com', '*.services.ai.azure.com'],
  recognise: (request) => recogniseStored(request, true) ?? recogniseModel(request, azureRoute, 'azure-openai'),
  refuse: (_request, refusal) => refuseOpenai(refusal),
  edit: editModelRequest,
  observe: observeOpenai,
};

function azureRoute(request: RequestView): ModelRoute | null {
  const [root, ...rest] = request.segments.map((segment, at) => (at < 2 ? segment.toLowerCase() : segment));
  if (root !== 'openai') return null;
  if (rest[0] === 'deployments' && rest[1] !== undefined) return deployed(rest[1], rest.slice(2).join('/'));
  return ENDPOINTS[(rest[0] === 'v1' ? rest.slice(1) : rest).join('/')] ?? null;
}

/** The deployment decides whatever `model` the body names. */
function deployed(deployment: string, path: string): ModelRoute | null {
  const route = ENDPOINTS[path];
  if (route?.kind !== 'call') return route ?? null;
  return { ...route, model: deployment, read: (document) => route.read({ ...document, model: deployment }) };
}

/** Gateways and vendors that speak Chat Completions: by name where the host is known, else by path and body on any host. */
export const openaiCompatible: Provider = {
  name: 'openai-compatible',
  family: 'llm',
  hosts: [
    'openrouter.ai',
    'api.groq.com',
    'api.together.xyz',
    'api.fireworks.ai',
    'api.deepseek.com',
    'api.x.ai',
    'api.perplexity.ai',
    'router.huggingface.co',
    'integrate.api.nvidia.com',
  ],
  recognise: (request) => recogniseStored(request, true) ?? recogniseModel(request, compatibleRoute, 'openai-compatible'),
  refuse: (_request, refusal) => refuseOpenai(refusal),
  edit: editModelRequest,
  observe: observeOpenai,
};

export const openaiAnywhere: Provider = {
  name: 'openai-anywhere',
  family: 'llm',
  hosts: ['*'],
  recognise: (request) => recogniseStored(request, false) ?? recogniseTentatively(request, compatibleRoute, asksModel),
  refuse: (_request, refusal) => refuseOpenai(refusal),
  edit: editModelRequest,
  observe: (request, body, actions) => observeModel(request, body, actions) ?? observeStored(request, false),
};

/** `…/chat/completions` and `…/responses` below any prefix: `/v1`, `/api/v1`, `/openai/v1`, `/inference/v1`. */
function compatibleRoute(request: RequestView): ModelRoute | null {
  const path = request.segments.join('/').toLowerCase();
  const found = /^(?:.*\/)?(chat\/completions|responses|embeddings)$/.exec(path)?.[1];
  const route = found === undefined ? undefined : ENDPOINTS[found];
  return route ?? null;
}

function asksModel(document: JsonObject): boolean {
  const { model, messages, input } = document;
  return typeof model === 'string' && (isJsonArray(messages) || isJsonArray(input) || typeof input === 'string');
}
