// A tool that runs a command on the agent's own machine.

import type { Action } from '../classify/action.ts';
import { isJsonArray, type Json, type JsonObject } from '../classify/strict-json.ts';
import type { ModelToolCall } from '../classify/tool-call.ts';
import type { RequestView } from '../http/request-view.ts';
import { shellAction } from '../providers/shell/shell-action.ts';
import { argumentAt } from './argument-at.ts';
import type { ToolMapping } from './tool-mapping.ts';

/** `args`: null when they could not be read. */
export function shellTool(
  _view: RequestView,
  { given }: ToolMapping,
  args: JsonObject | null,
  call: ModelToolCall,
): readonly Action[] {
  return [shellAction(call, args === null ? null : commandOf(argumentAt(args, given['command'])))];
}

/** A text goes to a shell, a list of texts is started as it is. */
function commandOf(value: Json | undefined): string | readonly string[] | null {
  if (typeof value === 'string') return value;
  if (!isJsonArray(value) || value.length === 0) return null;
  const words = value.filter((word) => typeof word === 'string');
  return words.length === value.length ? words : null;
}
