// Answers of models that are fetched later: what the vendor keeps, or still works on, and a client reads by its id and polls.

import { isPlainRead, readAction } from '../../classify/plain-action.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { CallsObservation } from '../observation.ts';
import type { Recognition } from '../provider.ts';
import { observeAnswer } from './model-answer.ts';

/**
 * `…/responses/{id}`, `…/responses/{id}/cancel` (it answers with the response as far as it came) and `…/chat/completions/{id}`, below any prefix.
 * https://platform.openai.com/docs/api-reference/responses/get; Gemini's `…/interactions/{id}`: https://ai.google.dev/api/interactions-api
 */
const STORED = /\/(responses|chat\/completions|interactions)\/([^/]+)(?:\/cancel)?$/;
/** What the API's ids look like, for hosts that may be anybody's. */
const ID = /^(?:resp|chatcmpl)[-_]/;

const APIS: ReadonlyMap<string, string> = new Map([
  ['responses', 'openai-responses'],
  ['chat/completions', 'openai-chat'],
  ['interactions', 'gemini-interactions'],
]);

/**
 * Null: it is no answer of a model that is read there. INVARIANT: however a path is written that a server could take for a stored answer's (other
 * case, `%2F`, `//`), its answer is read.
 */
function storedApi({ segments }: RequestView, anyId: boolean): string | null {
  const path = `/${segments.join('/')}`.replace(/\/{2,}/g, '/').replace(/\/$/, '');
  const [, kind = '', id = ''] = STORED.exec(path.toLowerCase()) ?? [];
  return anyId || ID.test(id) ? (APIS.get(kind) ?? null) : null;
}

/** Where `*.suffix` or `*` names the host, a plain read is nobody's, and its answer unread, unless it is claimed. Null: not mine. */
export function recogniseStored(request: RequestView, anyId: boolean): Recognition | null {
  if (!isPlainRead(request) || request.upgrade !== null || storedApi(request, anyId) === null) return null;
  return { need: { kind: 'none' }, classify: () => [readAction(request)] };
}

/** Which model answered, the request does not say. */
export function observeStored(request: RequestView, anyId: boolean): CallsObservation | null {
  const api = storedApi(request, anyId);
  return api === null ? null : observeAnswer(request, api, null);
}
