// A refusal in Cloudflare's envelope.

import { jsonAnswer } from '../json-answer.ts';
import { type NativeAnswer, type Refusal, refusalSentence } from '../refusal.ts';

export function cloudflareAnswer(refusal: Refusal): NativeAnswer {
  const errors = [{ code: 10000, message: refusalSentence(refusal) }];
  return jsonAnswer(refusal, { success: false, errors, messages: [], result: null });
}
