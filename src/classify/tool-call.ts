// A call that a model asks its client to make, whole, as it is judged: before the client has seen it, or when somebody asks about it.

import { HeaderList } from '../http/headers.ts';
import type { Authority, RequestView } from '../http/request-view.ts';
import { InterlockError } from '../errors.ts';
import type { Action } from './action.ts';

export interface ModelToolCall {
  /** As the model names it. */
  readonly tool: string;
  /** How the model was asked: `openai-chat`, `anthropic-messages` … */
  readonly api: string;
  /** Where the model is. */
  readonly scheme: RequestView['scheme'];
  readonly authority: Authority;
  /** As the request for the answer names it, without the host; null when the request does not say. */
  readonly model: string | null;
  /** The bytes that the client will read its arguments from; empty for none. */
  readonly arguments: Buffer;
  /** `text`: free text, as of OpenAI's custom tools; else a JSON document. */
  readonly form: 'json' | 'text';
  /** False when the answer was cut or can be read in more than one way: then nothing of it is sure but the tool's name. */
  readonly sure: boolean;
}

/** What the bundle in force makes of such calls. */
export interface ToolReader {
  /** False for a bundle whose schema has no `llm.tool-call`: it says nothing of them, and they are not judged. */
  readonly judgesCalls: boolean;
  /** `llm.tool-call`, and what tools.yaml says that the tool does. Never empty. Never throws. */
  actionsOf(call: ModelToolCall): readonly Action[];
}

/** INVARIANT: a call of which not all would be kept is refused, whatever policy says, and asking about it says so. */
export function callTooLong(tool: string, limitBytes: number): InterlockError {
  const message = `the arguments of ${tool} are longer than ${limitBytes} bytes (limits.toolCallBytes)`;
  return new InterlockError('CLASSIFY_FAILED', message);
}

/**
 * The head that a call is judged, bound and recorded with. INVARIANT: it holds nothing that changes from answer to answer (ids, the path of
 * the API, credentials), so the same call is found again, and a question about a call has the facts of the call itself.
 */
export function toolCallView({ tool, scheme, authority, form }: ModelToolCall, session: string | null): RequestView {
  const path = `/tools/${encodeURIComponent(tool.toWellFormed())}`;
  const type = form === 'json' ? 'application/json' : 'text/plain;charset=utf-8';
  return {
    method: 'CALL',
    scheme,
    authority,
    target: path,
    path,
    segments: ['tools', tool],
    ambiguousPath: false,
    query: '',
    // An approval is for the same session: nobody else's model was told to.
    headers: new HeaderList(['content-type', type, ...(session === null ? [] : ['session', session])]),
    upgrade: null,
    // What it would send is in its arguments, which are at hand already: nothing is read from the client for it.
    hasBody: false,
    claimedMethods: [],
    agentSequence: null,
  };
}
