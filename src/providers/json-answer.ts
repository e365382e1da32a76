// A refusal as a JSON answer: what the vendors' shapes have in common.

import type { NativeAnswer, Refusal } from './refusal.ts';

/**
 * 403 for everything that policy or people decided: SDKs retry 409, 429 and 5xx, refresh credentials on 401, and make one call on 403.
 * A failure of the way there keeps its own status.
 */
export function jsonAnswer(refusal: Refusal, document: object, headers: readonly string[] = []): NativeAnswer {
  return {
    status: refusal.kind === 'failed' ? refusal.status : 403,
    headers: ['content-type', 'application/json', ...headers],
    body: Buffer.from(JSON.stringify(document)),
  };
}
