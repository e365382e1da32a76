// Where two judgements of the same actions differ in what would happen, and not only in which policy says so.

import type { ActionJudgement, Judgement } from '../decide/judgement.ts';
import type { ShadowAction } from '../record/entry.ts';

export interface Flip {
  /** Of the actions that differ, the strictest first; at most MAX_ACTIONS. */
  readonly actions: readonly ShadowAction[];
}

const MAX_ACTIONS = 16;

/** Null when nothing would be different: the same verdicts, constraints and approvers. */
export function flipOf(inForce: Judgement, would: Judgement): Flip | null {
  const actions = inForce.actions.flatMap((before, i) => {
    const after = would.actions[i];
    return after === undefined || meaningOf(before) === meaningOf(after) ? [] : [shadowAction(before, after)];
  });
  return actions.length === 0 ? null : { actions: actions.slice(0, MAX_ACTIONS) };
}

function shadowAction(before: ActionJudgement, after: ActionJudgement): ShadowAction {
  return {
    action: after.action.name,
    was: before.verdict,
    would: after.verdict,
    policies: after.policies,
    constraints: constraintsOf(after),
    approvers: approversOf(after),
  };
}

function meaningOf(judged: ActionJudgement): string {
  return JSON.stringify([judged.verdict, constraintsOf(judged), approversOf(judged)]);
}

function constraintsOf({ constraints }: ActionJudgement): string[] {
  return [...new Set(constraints.map(({ name }) => name))].toSorted();
}

/** `finance x2`: a group whose people must approve, and how many of them. */
function approversOf({ waits }: ActionJudgement): string[] {
  const needs = waits.map(({ approvers, quorum }) => `${approvers.toSorted().join('|')}${quorum > 1 ? ` x${quorum}` : ''}`);
  return [...new Set(needs)].toSorted();
}
