// The actions that a call is besides itself, by what tools.yaml says of its tool.

import type { Action } from '../classify/action.ts';
import { type ModelToolCall, toolCallView } from '../classify/tool-call.ts';
import type { JsonObject } from '../classify/strict-json.ts';
import type { RequestView } from '../http/request-view.ts';
import { namesAll } from './argument-at.ts';
import { databaseTool } from './database-tool.ts';
import { fetchTool } from './fetch-tool.ts';
import { mailTool } from './mail-tool.ts';
import { paymentTool } from './payment-tool.ts';
import { shellTool } from './shell-tool.ts';
import type { ToolMapping } from './tool-mapping.ts';

type Tool = (view: RequestView, mapping: ToolMapping, args: JsonObject | null, call: ModelToolCall) => readonly Action[];

/** Never none. `args`: null when they could not be read. INVARIANT: a mapping that can't be followed is an action that nobody could read. */
export function mappedActions(call: ModelToolCall, mapping: ToolMapping, args: JsonObject | null): readonly Action[] {
  const known = args !== null && (!mapping.strict || namesAll(args, mapping)) ? args : null;
  const actions = toolOf(mapping)(toolCallView(call, null), mapping, known, call);
  return mapping.followed ? actions.map((action) => ({ ...action, followed: true })) : actions;
}

function toolOf({ action }: ToolMapping): Tool {
  if (action === 'email.send') return mailTool;
  if (action.startsWith('payment.')) return paymentTool;
  if (action === 'database') return databaseTool;
  return action === 'shell.exec' ? shellTool : fetchTool;
}
