// What one bundle makes of the calls that models ask for.

import type { Action } from '../classify/action.ts';
import type { ModelToolCall, ToolReader } from '../classify/tool-call.ts';
import { callArguments, toolCallAction } from '../providers/llm/tool-call-action.ts';

const CALL = 'llm.tool-call';

/** `actions`: those of the bundle's schema, by name. */
export function createToolReader(actions: ReadonlyMap<string, unknown>): ToolReader {
  return { judgesCalls: actions.has(CALL), actionsOf };
}

function actionsOf(call: ModelToolCall): readonly Action[] {
  try {
    return [toolCallAction(call, callArguments(call))];
  } catch {
    // INVARIANT: whatever goes wrong, it is a call that nobody could read (fail closed).
    return [toolCallAction(call, null)];
  }
}
