// Which constraint of the bundle would make a request pass that is blocked or waits: each is carried out on it, and what it leaves is judged.

import type { Action } from '../classify/action.ts';
import { proposeSubstitute } from '../classify/propose.ts';
import type { Bundle } from '../decide/bundle.ts';
import type { Constraint } from '../decide/constraint.ts';
import { canBeMet } from '../decide/constraint-support.ts';
import type { Judge } from '../decide/judge.ts';
import type { ActionJudgement, Judgement, Verdict } from '../decide/judgement.ts';
import { substituteObjection } from '../decide/substitute.ts';
import type { Wishes } from '../decide/wishes.ts';
import { enrich } from '../enrich/enrich.ts';
import { InterlockError, toInterlockError } from '../errors.ts';
import type { Principal } from '../identify/principal.ts';
import type { Judged } from './offer.ts';
import { askingNobody, type Rehearsal } from './rehearse.ts';
import { remainingChanges, rewrite } from './rewrite.ts';

interface Named {
  readonly constraint: string;
  readonly type: Constraint['type'];
  /** Policies that name it and can apply to what stands in the way, sorted. */
  readonly namedBy: readonly string[];
  /** Who could have it sent so: an approver now, whoever writes the permit, or only the agent, because a forbid stands. */
  readonly way: 'approvers' | 'policy' | 'agent';
}

interface Came {
  /** `open`: only the server could tell, or only facts are there to try it on. */
  readonly outcome: 'passes' | 'fails' | 'open';
  /** The reason of the verdict on what would be sent, or why it would not do. */
  readonly why: string;
  /** It could be carried out, and changed something. */
  readonly rewrites: boolean;
  /** What would be sent; null unless it passes. */
  readonly substitute: Substitute | null;
}

export interface Substitute {
  readonly verdict: Verdict;
  readonly policies: readonly string[];
  readonly changed: readonly string[];
  readonly actions: readonly Action[];
}

export type ConstraintTrial = Named & Came;

export interface TrialDeps {
  readonly bundle: Pick<Bundle, 'constraints' | 'policies'>;
  readonly judge: Judge & Wishes;
}

/** Is there anything in the way that a constraint could take out of it? */
export function standsInTheWay(verdict: Verdict): boolean {
  return verdict === 'BLOCK' || verdict === 'WAIT';
}

/**
 * One after the other, each alone; those that policies name for it come first. INVARIANT: what passes here passes by the same
 * rewriting and judging as a CONSTRAIN on the wire.
 */
export async function tryConstraints(rehearsal: Rehearsal, principal: Principal, deps: TrialDeps): Promise<ConstraintTrial[]> {
  const { decision } = rehearsal;
  if (!standsInTheWay(decision.verdict)) return [];
  const trials: ConstraintTrial[] = [];
  for (const [constraint, named] of candidates(decision.judgement, deps.bundle))
    trials.push({ ...named, ...(await carryOut(rehearsal, principal, [constraint], deps)) });
  return trials;
}

/** Where only facts are there: which there would be to try. */
export function untriedConstraints(judgement: Judgement, bundle: TrialDeps['bundle']): ConstraintTrial[] {
  if (!standsInTheWay(judgement.verdict)) return [];
  const why = 'a constraint changes the request itself, and here are only its facts: explain the request';
  return candidates(judgement, bundle).map(([, named]) => ({
    ...named,
    outcome: 'open',
    why,
    rewrites: false,
    substitute: null,
  }));
}

function candidates(judgement: Judgement, { constraints, policies }: TrialDeps['bundle']): (readonly [Constraint, Named])[] {
  const inTheWay = judgement.actions.filter(({ verdict }) => standsInTheWay(verdict));
  const found = [...constraints.values()]
    .filter((constraint) => inTheWay.some(({ action }) => canBeMet(constraint, action.name)))
    .map((constraint): readonly [Constraint, Named] => {
      const naming = policies.filter(
        (policy) =>
          [...policy.constraints, ...policy.offers].some(({ name }) => name === constraint.name) &&
          inTheWay.some(({ action }) => policy.actions.has(action.name)),
      );
      const { name, type } = constraint;
      const namedBy = naming.map(({ id }) => id).toSorted();
      return [constraint, { constraint: name, type, namedBy, way: wayOf(name, judgement, inTheWay) }];
    });
  return found.toSorted(([, a], [, b]) => Number(a.namedBy.length === 0) - Number(b.namedBy.length === 0));
}

function wayOf(name: string, judgement: Judgement, inTheWay: readonly ActionJudgement[]): Named['way'] {
  if (judgement.offers.some((offer) => offer.name === name)) return 'approvers';
  // What determined a BLOCK is a forbid, and no permit's constraint gets past one.
  return inTheWay.some(({ verdict, policies }) => verdict === 'BLOCK' && policies.length > 0) ? 'agent' : 'policy';
}

/** All of these on one request, in this order. */
export async function carryOut(
  { exchange, decision }: Rehearsal,
  principal: Principal,
  constraints: readonly Constraint[],
  { judge }: TrialDeps,
): Promise<Came> {
  let unanswered = false;
  let rewrites = false;
  const deps = { wishes: judge, originate: askingNobody(() => (unanswered = true)) };
  try {
    // What waits is shown with its constraints applied, so that is what would be changed further.
    const { proposal, judgement }: Judged = {
      proposal: decision.revised ?? decision.proposal,
      judgement: decision.rejudged ?? decision.judgement,
    };
    const asked = asking(judgement, constraints, decision.verdict === 'WAIT' ? judgement.constraints : []);
    const substitute = await rewrite(exchange, principal, proposal, asked, deps);
    if (substitute.changed.length === 0) throw failed('it changes nothing in this request');
    rewrites = true;
    const again = proposeSubstitute(substitute.request, substitute.body, proposal);
    const revised = await enrich(exchange, principal, again, deps);
    const rejudged = judge.judge(principal, revised.actions);
    const objection = substituteObjection(asked, rejudged, remainingChanges(revised, rejudged.constraints));
    if (objection !== null) throw failed(objection);
    const { verdict, policies, reason, actions } = rejudged;
    const sent = { verdict, policies, changed: substitute.changed, actions: actions.map(({ action }) => action) };
    return { outcome: 'passes', why: reason, rewrites, substitute: sent };
  } catch (thrown) {
    const why = unanswered ? 'only the server could say what it would make of it' : toInterlockError(thrown).message;
    return { outcome: unanswered ? 'open' : 'fails', why, rewrites, substitute: null };
  }
}

/** As if a permit asked for them. It is to pass, so what then still waits is no success. */
function asking(judgement: Judgement, asked: readonly Constraint[], applied: readonly Constraint[]): Judgement {
  const actions = judgement.actions.map((judged) => {
    const own = standsInTheWay(judged.verdict) ? asked.filter((constraint) => canBeMet(constraint, judged.action.name)) : [];
    return own.length === 0 ? judged : { ...judged, constraints: [...judged.constraints, ...own] };
  });
  const constraints = [...applied.filter(({ name }) => asked.every((one) => one.name !== name)), ...asked];
  return { ...judgement, verdict: 'CONSTRAIN', actions, constraints };
}

function failed(message: string): InterlockError {
  return new InterlockError('CONSTRAINT_FAILED', message);
}
