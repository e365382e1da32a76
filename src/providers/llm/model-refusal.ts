// How model APIs refuse, each so that its SDK raises its own error with our reason and does not try again.

import { jsonAnswer } from '../json-answer.ts';
import { type NativeAnswer, type Refusal, refusalSentence } from '../refusal.ts';

/** OpenAI, Azure and all who speak their form. `x-should-retry: false` stops the SDK whatever the status. */
export function refuseOpenai(refusal: Refusal): NativeAnswer {
  const error = { message: refusalSentence(refusal), type: 'permission_error', param: null, code: 'policy_denied' };
  return jsonAnswer(refusal, { error }, ['x-should-retry', 'false']);
}

export function refuseAnthropic(refusal: Refusal): NativeAnswer {
  const error = { type: 'permission_error', message: refusalSentence(refusal) };
  return jsonAnswer(refusal, { type: 'error', error, request_id: refusal.entry }, ['x-should-retry', 'false']);
}

/** Google's error shape (google.rpc.Status as JSON). */
export function refuseGemini(refusal: Refusal): NativeAnswer {
  return jsonAnswer(refusal, { error: { code: 403, message: refusalSentence(refusal), status: 'PERMISSION_DENIED' } });
}

/** Mistral and Cohere. */
export function refuseWithMessage(refusal: Refusal): NativeAnswer {
  return jsonAnswer(refusal, { message: refusalSentence(refusal) });
}

export function refuseOllama(refusal: Refusal): NativeAnswer {
  return jsonAnswer(refusal, { error: refusalSentence(refusal) });
}
