// What a candidate bundle judges of an exchange that the bundle in force has decided: the same, told by its own tools.yaml and entities.

import { BUDGET } from '../budget/budget.ts';
import type { Action, OwnRecords } from '../classify/action.ts';
import type { ModelToolCall, ToolReader } from '../classify/tool-call.ts';
import type { Judgement } from '../decide/judgement.ts';
import type { Wishes } from '../decide/wishes.ts';
import { retellTaint } from '../session/told-taint.ts';

/**
 * Null where the candidate says nothing of it: a call of a model, and its schema has no `llm.tool-call`. Call it in the turn in which it is judged.
 * `call`: with the arguments that were judged; null for what is no call.
 */
export function candidateActions(
  { actions }: Judgement,
  call: ModelToolCall | null,
  reader: ToolReader & Wishes,
): readonly Action[] | null {
  const judged = actions.map(({ action }) => retold(action, reader));
  if (call === null) return judged;
  if (!reader.judgesCalls) return null;
  const [itself] = judged;
  const { [BUDGET]: _, ...own } = itself?.own ?? NOTHING;
  // What the bundle in force made of the call is its own affair. Whose call it is, and what was known of them, is the same for both.
  return reader.actionsOf(call).map((action) => ({ ...action, own }));
}

const NOTHING: OwnRecords = {};

/** What was read is untrusted or not by the entities of the bundle that judges. */
function retold(action: Action, wishes: Wishes): Action {
  const taint = action.own?.['taint'];
  return taint === undefined ? action : { ...action, own: { ...action.own, taint: retellTaint(taint, wishes) } };
}
