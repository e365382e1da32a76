// Where two judgements of the same actions differ in what would happen, and not only in which policy says so.

import type { ActionJudgement, Judgement } from '../decide/judgement.ts';
import type { ShadowAction } from '../record/entry.ts';

export interface Flip {
  /** Of the actions that differ, the strictest first; at most MAX_ACTIONS. */
  readonly actions: readonly ShadowAction[];
}

const MAX_ACTIONS = 16;

/**
 * Null when nothing would be different: the same verdicts, constraints and approvers. A candidate's tools.yaml may make other actions of a model's
 * call; then it is the whole that would be different or not.
 */
export function flipOf(inForce: Judgement, would: Judgement): Flip | null {
  const isAlike = inForce.actions.map(nameOf).join() === would.actions.map(nameOf).join();
  if (!isAlike) return meaningOf(inForce) === meaningOf(would) ? null : flipOfOthers(inForce, would);
  const actions = inForce.actions.flatMap((before, i) => {
    const after = would.actions[i];
    return after === undefined || meaningOf(before) === meaningOf(after) ? [] : [shadowAction(before, after, nameOf(after))];
  });
  return actions.length === 0 ? null : { actions: actions.slice(0, MAX_ACTIONS) };
}

/** What only one of the two finds in a call is compared with what the call came to in the other. */
function flipOfOthers(inForce: Judgement, would: Judgement): Flip {
  const left = [...inForce.actions];
  const found = would.actions.map((after) => {
    const at = left.findIndex((before) => nameOf(before) === nameOf(after));
    const [before] = at === -1 ? [] : left.splice(at, 1);
    return { name: nameOf(after), before: before ?? inForce, after };
  });
  const lost = left.map((before) => ({ name: nameOf(before), before, after: would }));
  const actions = [...found, ...lost]
    .filter(({ before, after }) => meaningOf(before) !== meaningOf(after))
    .map(({ name, before, after }) => shadowAction(before, after, name));
  return { actions: actions.slice(0, MAX_ACTIONS) };
}

/** Of an action, or of all of them together. */
type Ruled = Pick<Judgement, 'verdict' | 'policies' | 'constraints' | 'waits'>;

function nameOf({ action }: ActionJudgement): string {
  return action.name;
}

function shadowAction(before: Ruled, after: Ruled, action: string): ShadowAction {
  return {
    action,
    was: before.verdict,
    would: after.verdict,
    policies: after.policies,
    constraints: constraintsOf(after),
    approvers: approversOf(after),
  };
}

function meaningOf(judged: Ruled): string {
  return JSON.stringify([judged.verdict, constraintsOf(judged), approversOf(judged)]);
}

function constraintsOf({ constraints }: Ruled): string[] {
  return [...new Set(constraints.map(({ name }) => name))].toSorted();
}

/** `finance x2`: a group whose people must approve, and how many of them. */
function approversOf({ waits }: Ruled): string[] {
  const needs = waits.map(({ approvers, quorum }) => `${approvers.toSorted().join('|')}${quorum > 1 ? ` x${quorum}` : ''}`);
  return [...new Set(needs)].toSorted();
}
