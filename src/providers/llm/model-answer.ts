// Which answers of models are read for calls, and how: by how the model was asked.

import type { Action } from '../../classify/action.ts';
import { isUtf8Type, mediaType } from '../../classify/content-type.ts';
import { InterlockError } from '../../errors.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { CallReader } from '../call-reader.ts';
import type { AnswerHead, CallsObservation } from '../observation.ts';
import { anthropicAnswer } from './anthropic-answer.ts';
import { converseAnswer } from './bedrock-answer.ts';
import { invokeAnswer } from './bedrock-invoke.ts';
import { chatAnswer } from './chat-answer.ts';
import { cohereAnswer } from './cohere-answer.ts';
import { geminiAnswer } from './gemini-answer.ts';
import { ollamaAnswer } from './ollama-answer.ts';
import { responsesAnswer } from './responses-answer.ts';
import { unreadAnswer } from './unread-answer.ts';

/** `type`: the answer's media type, lower case, without parameters. `verb`: the last segment of the request's path. Null: not read. */
type AnswerForm = (type: string, limitBytes: number, verb: string) => CallReader | null;

const isEvents = (type: string): boolean => type === 'text/event-stream';
const chat: AnswerForm = (type, limitBytes) => chatAnswer(isEvents(type), limitBytes);

/** By the action's fact `api`. */
const FORMS: Readonly<Record<string, AnswerForm>> = {
  'openai-chat': chat,
  'openai-responses': (type, limitBytes) => responsesAnswer(isEvents(type), limitBytes),
  'mistral-chat': chat,
  'mistral-agents': chat,
  'anthropic-messages': (type, limitBytes) => anthropicAnswer(isEvents(type), limitBytes),
  'gemini-generate': (type, limitBytes) => geminiAnswer(isEvents(type), limitBytes),
  'cohere-chat': cohereAnswer,
  'bedrock-converse': (_type, limitBytes, verb) => converseAnswer(verb === 'converse-stream', limitBytes),
  'bedrock-invoke': (_type, limitBytes, verb) =>
    verb === 'invoke' || verb === 'invoke-with-response-stream' ? invokeAnswer(verb !== 'invoke', limitBytes) : null,
  'gemini-interactions': (type) => unreadAnswer(isEvents(type)),
  'mistral-conversations': (type) => unreadAnswer(isEvents(type)),
  ollama: (_type, limitBytes) => ollamaAnswer(limitBytes),
};

/** Null: nothing was asked whose answer holds calls in a form that is known here. */
export function observeModel(request: RequestView, _body: InspectedBody, actions: readonly Action[]): CallsObservation | null {
  for (const { name, facts } of actions) {
    const { api, model } = facts;
    if (name !== 'llm.request' || typeof api !== 'string') continue;
    const observation = observeAnswer(request, api, typeof model === 'string' ? model : null);
    if (observation !== null) return observation;
  }
  return null;
}

/** `model`: as the request names it; null when it does not. Null: no form that is known here. */
export function observeAnswer(request: RequestView, api: string, model: string | null): CallsObservation | null {
  const form = Object.hasOwn(FORMS, api) ? FORMS[api] : undefined;
  if (form === undefined) return null;
  return { kind: 'calls', api, model, open: (head, limit) => openForm(form, head, limit, request.segments.at(-1) ?? '') };
}

/**
 * SDKs take any success for an answer, and go by what was asked when its type says nothing. INVARIANT: throws for a charset that is not UTF-8, and
 * for two types: clients would read other bytes than we do (threat C4). No head has gone out then, so the client is told in words.
 */
function openForm(form: AnswerForm, { status, headers }: AnswerHead, limitBytes: number, verb: string): CallReader | null {
  if (status < 200 || status > 299) return null;
  const media = mediaType(headers);
  if (media.problem !== null || !isUtf8Type(media))
    throw new InterlockError(
      'UPSTREAM_PROTOCOL',
      "the model's answer comes in a charset or of a type that clients could read in two ways",
    );
  return form(media.type, limitBytes, verb);
}
