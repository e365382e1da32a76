// Amazon Bedrock's runtime: Converse, and Invoke with a body in the model vendor's own form.

import { AWS_HOSTS } from '../../classify/aws-host.ts';
import { isJsonArray } from '../../classify/strict-json.ts';
import type { RequestView } from '../../http/request-view.ts';
import { awsRefusal } from '../aws-refusal.ts';
import type { Provider } from '../provider.ts';
import { bedrockMessagesCall } from './anthropic-call.ts';
import { observeModel } from './model-answer.ts';
import { type ModelCall, UNREAD_CALL } from './model-call.ts';
import { type ModelRoute, recogniseModel } from './model-provider.ts';
import { converseCall } from './other-calls.ts';

/** Signed over their body, so there is no editing these. */
export const bedrock: Provider = {
  name: 'bedrock',
  family: 'llm',
  hosts: AWS_HOSTS,
  recognise(request) {
    // Its control plane (`bedrock.…`) is a cloud's.
    if (!/^bedrock-runtime(?:-fips)?\./.test(request.authority.host)) return null;
    // A model's ARN holds slashes, which stay encoded in its segment.
    return recogniseModel(request, bedrockRoute, 'bedrock', request.ambiguousPath);
  },
  refuse: awsRefusal,
  observe: observeModel,
};

function bedrockRoute({ segments }: RequestView): ModelRoute | null {
  const [root, model = '', verb, ...more] = segments;
  if (root !== 'model' || model === '' || more.length > 0) return null;
  switch (verb) {
    case 'converse':
    case 'converse-stream':
      return { kind: 'call', api: 'bedrock-converse', model, read: (document) => converseCall(document, model) };
    case 'invoke':
    case 'invoke-with-response-stream':
    case 'invoke-with-bidirectional-stream':
      return { kind: 'call', api: 'bedrock-invoke', model, read: (document) => invokeCall(document, model) };
    default:
      return null;
  }
}

/**
 * Anthropic's models are told by the version that their body must hold, Nova by its name: its body is Converse's. Of every other vendor's only the
 * model is known.
 */
function invokeCall(document: Parameters<typeof bedrockMessagesCall>[0], model: string): ModelCall {
  if (typeof document['anthropic_version'] === 'string') return bedrockMessagesCall(document, model);
  // https://docs.aws.amazon.com/nova/latest/userguide/using-invoke-api.html
  if (/(?:^|[./])amazon\.nova-[a-z]/.test(model) && isJsonArray(document['messages'])) return converseCall(document, model);
  return { ...UNREAD_CALL, model, sure: true };
}
