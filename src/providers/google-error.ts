// Google's error document (google.rpc.Status as JSON), which all its HTTP APIs share.

import { jsonAnswer } from './json-answer.ts';
import { type NativeAnswer, type Refusal, refusalSentence } from './refusal.ts';

/** `code` is the status that its SDKs put on their error. */
export function googleError(refusal: Refusal): object {
  const message = refusalSentence(refusal);
  const failed = refusal.kind === 'failed';
  return {
    error: {
      code: failed ? refusal.status : 403,
      message,
      status: failed ? 'UNAVAILABLE' : 'PERMISSION_DENIED',
      errors: [{ message, domain: 'global', reason: failed ? 'backendError' : 'forbidden' }],
    },
  };
}

export function googleAnswer(refusal: Refusal): NativeAnswer {
  return jsonAnswer(refusal, googleError(refusal));
}
