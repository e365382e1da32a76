// The call that a model asks its client to make, as an action: which tool of which model, with what, as far as it is surely so.

import { isUtf8 } from 'node:buffer';
import type { Action, EntityRef, Fact } from '../../classify/action.ts';
import { baseFacts } from '../../classify/base-facts.ts';
import { isJsonObject, type JsonObject, readJson } from '../../classify/strict-json.ts';
import { argumentFacts } from '../../classify/tool-arguments.ts';
import { type ModelToolCall, toolCallView } from '../../classify/tool-call.ts';
import { isToolName } from '../../classify/tool-name.ts';
import { modelName, modelResource } from './model-call.ts';

/** What free text is called, as OpenAI's custom tools call it. */
const TEXT_ARGUMENT = 'input';
const NO_ARGUMENTS: JsonObject = Object.create(null);

/**
 * Null when readers could differ on them, or they are no object. INVARIANT: a string that is itself JSON is only a string (E17): whether the
 * tool opens it is the tool's own affair.
 */
export function callArguments({ arguments: bytes, form, sure }: ModelToolCall): JsonObject | null {
  if (!sure) return null;
  if (form === 'text') return isUtf8(bytes) ? { [TEXT_ARGUMENT]: bytes.toString('utf8') } : null;
  // SDKs send nothing at all for a call without arguments (E37).
  if (bytes.length === 0) return NO_ARGUMENTS;
  const { value } = readJson(bytes);
  return isJsonObject(value) ? value : null;
}

/** `args`: what `callArguments` made of it. */
export function toolCallAction(call: ModelToolCall, args: JsonObject | null): Action {
  const readable = isToolName(call.tool);
  return {
    name: 'llm.tool-call',
    ...toolResource(call),
    facts: {
      ...toolFacts(call, readable && args !== null),
      ...(readable && args !== null ? argumentFacts(args) : { argumentsKnown: false }),
    },
  };
}

/** What every action has that a tool call is. */
export function toolFacts(call: ModelToolCall, inspected: boolean): Record<string, Fact> {
  const { api, tool, model } = call;
  return {
    ...baseFacts(toolCallView(call, null), inspected),
    api,
    ...(isToolName(tool) ? { tool } : {}),
    ...(model === null || model === '' ? {} : { model: modelName(model) }),
  };
}

/**
 * `Tool::"api.openai.com/gpt-5#send_email"`, in its Model; `Tool::"api.openai.com#send_email"` when no model is known. A tool whose name could
 * not be shown to anybody is none that a policy names: the call is then on its Model.
 */
export function toolResource(call: ModelToolCall): { resource: EntityRef; parents: readonly EntityRef[] } {
  const above = modelResource(toolCallView(call, null), call.model ?? undefined);
  if (!isToolName(call.tool)) return above;
  const { resource, parents } = above;
  return { resource: { type: 'Tool', id: `${escapedModel(resource.id)}#${call.tool}` }, parents: [resource, ...parents] };
}

/** INVARIANT: no model's name holds a `#`, so no tool of one model can have the id of another's. */
function escapedModel(id: string): string {
  return id.replace(/[#%]/g, encodeURIComponent);
}
