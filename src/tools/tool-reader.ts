// What one bundle makes of the calls that models ask for.

import type { Action } from '../classify/action.ts';
import type { ModelToolCall, ToolReader } from '../classify/tool-call.ts';
import type { JsonObject } from '../classify/strict-json.ts';
import { callArguments, toolCallAction } from '../providers/llm/tool-call-action.ts';
import { mappedActions } from './mapped-actions.ts';
import type { ToolMapping } from './tool-mapping.ts';

const CALL = 'llm.tool-call';

/** `actions`: those of the bundle's schema, by name. `tools`: its mappings. `bundle`: its digest, which the actions are marked with. */
export function createToolReader(
  actions: ReadonlyMap<string, unknown>,
  tools: readonly ToolMapping[],
  bundle: string,
): ToolReader {
  const read = (call: ModelToolCall, mapping: ToolMapping | undefined, args: JsonObject | null): readonly Action[] =>
    actionsOf(call, mapping, args).map((action) => ({ ...action, readBy: bundle }));
  const mappings = new Map(tools.flatMap((mapping) => mapping.names.map((name) => [name, mapping] as const)));
  return {
    judgesCalls: actions.has(CALL),
    actionsOf(call) {
      const mapping = mappings.get(call.tool);
      try {
        return read(call, mapping, callArguments(call));
      } catch {
        // INVARIANT: whatever goes wrong, it is a call that nobody could read (fail closed).
        return read(call, mapping, null);
      }
    },
  };
}

/** INVARIANT: what a call does is judged beside the call, never instead of it: the strictest verdict counts. */
function actionsOf(call: ModelToolCall, mapping: ToolMapping | undefined, args: JsonObject | null): readonly Action[] {
  const itself = toolCallAction(call, args);
  return mapping === undefined ? [itself] : [itself, ...mappedActions(call, mapping, args)];
}
