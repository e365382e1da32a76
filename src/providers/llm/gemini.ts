// Gemini: `/v1beta/models/{model}:generateContent` and its kin, at the developer API and at Vertex AI.

import type { RequestView } from '../../http/request-view.ts';
import type { Provider } from '../provider.ts';
import { generateCall, interactionCall } from './gemini-call.ts';
import { observeModel } from './model-answer.ts';
import { editModelRequest, type ModelRoute, recogniseModel } from './model-provider.ts';
import { refuseGemini } from './model-refusal.ts';
import { observeStored } from './stored-answer.ts';

export const gemini: Provider = {
  name: 'gemini',
  family: 'llm',
  hosts: ['generativelanguage.googleapis.com'],
  recognise: (request) => recogniseModel(request, developerRoute, 'gemini'),
  refuse: (_request, refusal) => refuseGemini(refusal),
  edit: editModelRequest,
  observe: (request, body, actions) => observeModel(request, body, actions) ?? observeStored(request, true),
};

/** `{region}-aiplatform.googleapis.com`: other Google hosts are not ours. */
export const vertex: Provider = {
  name: 'vertex',
  family: 'llm',
  hosts: ['aiplatform.googleapis.com', '*.googleapis.com'],
  recognise(request) {
    if (!/^(?:[a-z0-9-]+-)?aiplatform\.googleapis\.com$/.test(request.authority.host)) return null;
    const route = vertexRoute(request);
    // The rest of the platform (pipelines, endpoints, datasets) is a cloud's, not a model's.
    return route === null ? null : recogniseModel(request, () => route, 'vertex');
  },
  refuse: (_request, refusal) => refuseGemini(refusal),
  edit: editModelRequest,
  observe: observeModel,
};

function developerRoute({ segments }: RequestView): ModelRoute | null {
  const [version = '', collection = '', named = '', ...more] = segments;
  if (version === 'upload') return /^v\d/.test(collection) && named === 'files' ? { kind: 'file', api: 'gemini-files' } : null;
  if (!/^v1(?:alpha|beta)?\d*$/.test(version) || more.length > 0) return null;
  if (collection === 'interactions' && named === '') return { kind: 'call', api: 'gemini-interactions', read: interactionCall };
  return collection === 'models' || collection === 'tunedModels' ? verbRoute(named) : null;
}

/** `/v1/projects/{p}/locations/{l}/publishers/google/models/{model}:generateContent`. */
function vertexRoute({ segments }: RequestView): ModelRoute | null {
  const at = segments.lastIndexOf('models');
  return segments[0]?.startsWith('v1') === true && segments[at - 2] === 'publishers' && at === segments.length - 2
    ? verbRoute(segments.at(-1) ?? '')
    : null;
}

function verbRoute(named: string): ModelRoute | null {
  const [, model, verb] = /^([\w.-]{1,100}):(\w+)$/.exec(named) ?? [];
  if (model === undefined) return null;
  switch (verb) {
    case 'generateContent':
    case 'streamGenerateContent':
      return { kind: 'call', api: 'gemini-generate', model, read: (document) => generateCall(document, model) };
    case 'batchGenerateContent':
    case 'asyncBatchGenerateContent':
      return { kind: 'stored', api: 'gemini-batches', model, deferred: true };
    case 'countTokens':
    case 'embedContent':
    case 'batchEmbedContents':
      return { kind: 'embed', api: 'gemini-numbers' };
    default:
      return null;
  }
}
