// What a model is told to choose, once tools were taken out: never one that is gone, and nothing that a vendor refuses without tools.

import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../classify/strict-json.ts';
import { copyOf, type Members, type Removal } from './named-tools.ts';

/**
 * INVARIANT: where the client left its model no other choice than a tool that is gone, the model is told to call none; never to choose among
 * tools that the client did not name.
 */
export function withoutChoice(document: Members, removal: Removal): Members {
  const hasTools = ['tools', 'functions'].some((member) => document[member] !== undefined);
  if (!hasTools) for (const member of ['tool_choice', 'function_call', 'parallel_tool_calls']) delete document[member];
  for (const member of ['tool_choice', 'toolChoice', 'function_call']) {
    const choice = document[member];
    if (isJsonObject(choice)) document[member] = chosen(choice, removal);
  }
  for (const member of ['toolConfig', 'tool_config']) {
    const config = document[member];
    if (isJsonObject(config)) document[member] = calling(config, removal, hasTools);
  }
  return document;
}

/** OpenAI's, Mistral's and Anthropic's. */
function chosen(choice: JsonObject, removal: Removal): Json {
  const { type, name } = choice;
  const none: Json = type === 'tool' ? { type: 'none' } : 'none';
  const named = [name, nameIn(choice['function']), nameIn(choice['custom'])];
  if (named.some((one) => removal.takes(one))) return none;
  if (type === 'allowed_tools') return allowed(choice, removal);
  const isKind =
    type !== 'function' && type !== 'custom' && type !== 'tool' && type !== 'auto' && type !== 'any' && type !== 'none';
  return isKind && removal.takes(type) ? none : choice;
}

/** Chat Completions has them one level deeper than Responses. */
function allowed(choice: JsonObject, removal: Removal): Json {
  const deeper = choice['allowed_tools'];
  const holder = isJsonObject(deeper) ? deeper : choice;
  const { tools } = holder;
  if (!isJsonArray(tools)) return choice;
  const left = tools.filter((tool) => {
    if (!isJsonObject(tool)) return true;
    const { type } = tool;
    const kind = type === 'function' || type === 'custom' ? undefined : type;
    return ![tool['name'], nameIn(tool['function']), nameIn(tool['custom']), kind].some((one) => removal.takes(one));
  });
  if (left.length === 0) return 'none';
  const inner = copyOf(holder);
  inner['tools'] = left;
  if (holder === choice) return inner;
  const outer = copyOf(choice);
  outer['allowed_tools'] = inner;
  return outer;
}

/** Gemini's. */
function calling(config: JsonObject, removal: Removal, hasTools: boolean): Json {
  const left = copyOf(config);
  for (const member of ['functionCallingConfig', 'function_calling_config']) {
    const given = config[member];
    if (!isJsonObject(given)) continue;
    if (!hasTools) {
      delete left[member];
      continue;
    }
    const inner = copyOf(given);
    for (const list of ['allowedFunctionNames', 'allowed_function_names']) {
      const names = given[list];
      if (!isJsonArray(names)) continue;
      const kept = names.filter((name) => !removal.takes(name));
      inner[list] = kept;
      if (kept.length > 0 || names.length === 0) continue;
      delete inner[list];
      inner['mode'] = 'NONE';
    }
    left[member] = inner;
  }
  return left;
}

function nameIn(value: Json | undefined): Json | undefined {
  return isJsonObject(value) ? value['name'] : undefined;
}
