// Anthropic's Messages API: single messages, batches of them, token counts, files.

import type { JsonObject } from '../../classify/strict-json.ts';
import { isJsonArray } from '../../classify/strict-json.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Provider } from '../provider.ts';
import { batchCalls, messagesCall } from './anthropic-call.ts';
import { observeModel } from './model-answer.ts';
import { editModelRequest, type ModelRoute, recogniseModel, recogniseTentatively } from './model-provider.ts';
import { refuseAnthropic } from './model-refusal.ts';

const MESSAGES: ModelRoute = { kind: 'call', api: 'anthropic-messages', read: messagesCall };

const ENDPOINTS: Readonly<Record<string, ModelRoute>> = {
  'v1/messages': MESSAGES,
  'v1/messages/batches': { kind: 'call', api: 'anthropic-batches', read: batchCalls },
  'v1/messages/count_tokens': { kind: 'embed', api: 'anthropic-count-tokens' },
  'v1/files': { kind: 'file', api: 'anthropic-files' },
};

export const anthropic: Provider = {
  name: 'anthropic',
  family: 'llm',
  hosts: ['api.anthropic.com'],
  recognise: (request) => recogniseModel(request, ({ segments }) => ENDPOINTS[segments.join('/')] ?? null, 'anthropic'),
  refuse: (_request, refusal) => refuseAnthropic(refusal),
  edit: editModelRequest,
  observe: observeModel,
};

/** Gateways that speak the Messages API, on any host. */
export const anthropicAnywhere: Provider = {
  name: 'anthropic-anywhere',
  family: 'llm',
  hosts: ['*'],
  recognise: (request) => recogniseTentatively(request, anyRoute, asksModel),
  refuse: (_request, refusal) => refuseAnthropic(refusal),
  edit: editModelRequest,
  observe: observeModel,
};

function anyRoute({ segments }: RequestView): ModelRoute | null {
  return /(?:^|\/)v1\/messages$/i.test(segments.join('/')) ? MESSAGES : null;
}

function asksModel(document: JsonObject): boolean {
  return typeof document['model'] === 'string' && isJsonArray(document['messages']);
}
