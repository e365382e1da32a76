// What is asked of a model, whatever vendor it is at, and the `llm.*` actions that it is.

import type { Action, EntityRef, Facts } from '../../classify/action.ts';
import { baseFacts, hostDomains, hostResource } from '../../classify/base-facts.ts';
import type { RequestView } from '../../http/request-view.ts';

/** One generation that a request asks for. */
export interface ModelCall {
  /** As the request names it; undefined when a stored agent, prompt or deployment decides. */
  readonly model: string | undefined;
  /** Names of the tools whose calls come back to the client. */
  readonly tools: readonly string[];
  /** Types of the tools that the provider runs itself: their calls never pass here, so they are judged now. */
  readonly providerTools: readonly string[];
  /** Hosts that those tools are told to reach: MCP servers. */
  readonly toolHosts: readonly string[];
  /** Hosts from which the provider would fetch images or files (E26). */
  readonly fetchHosts: readonly string[];
  /** False when something stored at the vendor may bring tools along: an agent, a prompt, a cached context, an uploaded batch. */
  readonly toolsKnown: boolean;
  /** The most tokens that may be generated. Undefined: the request does not say. */
  readonly maxTokens: number | undefined;
  /** Messages or turns in the request. Undefined: not in it (a batch by its file). */
  readonly messageCount: number | undefined;
  /** The request goes on from a conversation that the vendor keeps and that is not in it. */
  readonly hiddenHistory: boolean;
  /** The answer is fetched later, by another request. */
  readonly deferred: boolean;
  /** False when any of the above could not be read surely. */
  readonly sure: boolean;
}

/** A call of which nothing is known but that it is one. */
export const UNREAD_CALL: ModelCall = {
  model: undefined,
  tools: [],
  providerTools: [],
  toolHosts: [],
  fetchHosts: [],
  toolsKnown: false,
  maxTokens: undefined,
  messageCount: undefined,
  hiddenHistory: false,
  deferred: false,
  sure: false,
};

const MAX_MODEL_LENGTH = 200;

/** `api` is how it is asked: `openai-chat`, `anthropic-messages` … */
export function callAction(request: RequestView, api: string, call: ModelCall): Action {
  const facts: Facts = {
    ...baseFacts(request, call.sure),
    api,
    toolsKnown: call.toolsKnown,
    hiddenHistory: call.hiddenHistory,
    deferred: call.deferred,
    ...listFacts(call),
    ...(call.model === undefined ? {} : { model: modelName(call.model) }),
    ...(call.maxTokens === undefined ? {} : { maxTokens: call.maxTokens }),
    ...(call.messageCount === undefined ? {} : { messageCount: call.messageCount }),
  };
  return { name: 'llm.request', ...modelResource(request, call.model), facts };
}

/** INVARIANT: a list of which a part is not known is not there at all, so that no `isEmpty` and no `containsAll` holds for it. */
function listFacts({ sure, toolsKnown, tools, providerTools, toolHosts, fetchHosts }: ModelCall): Facts {
  if (!sure) return {};
  const fetched = { fetchHosts: distinct(fetchHosts) };
  if (!toolsKnown) return fetched;
  return { ...fetched, tools: distinct(tools), providerTools: distinct(providerTools), toolHosts: distinct(toolHosts) };
}

/** Everything else that is asked of a model API. */
export function llmAction(
  request: RequestView,
  name: 'llm.embed' | 'llm.file' | 'llm.unknown-write',
  api: string,
  inspected: boolean,
): Action {
  return {
    name,
    resource: hostResource(request),
    parents: hostDomains(request.authority.host),
    facts: { ...baseFacts(request, inspected), api },
  };
}

/** `Model::"api.openai.com/gpt-5"`, in its Host; the Host itself when the request names no model. */
export function modelResource(
  request: RequestView,
  model: string | undefined,
): { resource: EntityRef; parents: readonly EntityRef[] } {
  const host = hostResource(request);
  const domains = hostDomains(request.authority.host);
  if (model === undefined || model === '') return { resource: host, parents: domains };
  return { resource: { type: 'Model', id: `${host.id}/${modelName(model)}` }, parents: [host, ...domains] };
}

/** As facts and ids have it. */
export function modelName(model: string): string {
  return model.slice(0, MAX_MODEL_LENGTH);
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
