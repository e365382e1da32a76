// Recorded traffic judged again by a candidate bundle: what would have come out otherwise, grouped, with examples.

import type { Action } from '../classify/action.ts';
import type { Principal } from '../identify/principal.ts';
import type { Flip } from './replay-flip.ts';
import type { Judge } from './judge.ts';
import type { Judgement, Verdict } from './judgement.ts';
import type { RecordedVerdict } from './recorded-verdict.ts';
import { createFlipTable, type FlipGroup } from './replay-groups.ts';
import { stricter } from './ruling.ts';

export interface ReplayedEntry {
  /** The entry's sequence. */
  readonly entry: number;
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly recorded: RecordedVerdict;
  /** Of each recorded action, what the policies said of it then. */
  readonly verdicts: readonly Verdict[];
}

export interface ReplayReport {
  readonly candidate: string;
  /** Null when the bundle in force does not load. */
  readonly inForce: string | null;
  readonly judged: number;
  /** Refusals of Interlock itself and requests of its own: no policy decided them, or they follow from others. */
  readonly skipped: number;
  readonly flips: number;
  /** Of them, those that the candidate alone brings about. */
  readonly flipsOfCandidate: number;
  /** Same verdict by other policies. */
  readonly otherPolicies: number;
  readonly doubtful: number;
  readonly before: Readonly<Record<Verdict, number>>;
  readonly after: Readonly<Record<Verdict, number>>;
  readonly byPolicy: readonly FlipGroup[];
  readonly byAgent: readonly FlipGroup[];
  readonly byAction: readonly FlipGroup[];
  readonly byDay: readonly FlipGroup[];
  readonly since: string | null;
  readonly until: string | null;
}

export interface Replay {
  add(entry: ReplayedEntry): void;
  leaveOut(): void;
  report(): ReplayReport;
}

interface ReplayOptions {
  readonly candidate: Pick<Judge, 'judge' | 'bundle'>;
  readonly inForce: Pick<Judge, 'judge' | 'bundle'> | null;
  /** As the directory has them now: they are not on record. */
  readonly teamsOf: (agent: string) => readonly string[];
}

type Counts = Record<Verdict, number>;

/** Pure but for its counters. Memory is bounded: groups and examples are. */
export function createReplay({ candidate, inForce, teamsOf }: ReplayOptions): Replay {
  const [before, after] = [none(), none()];
  const flips = createFlipCount();
  const count = { judged: 0, skipped: 0, otherPolicies: 0 };
  const seen: { since: string | null; until: string | null } = { since: null, until: null };
  return {
    add(given) {
      const { recorded } = given;
      if (recorded.agent === null) return void (count.skipped += 1);
      const question: Question = { principal: principalOf(recorded.agent, recorded, teamsOf), actions: actionsOf(recorded) };
      const then = given.verdicts.reduce(stricter);
      const now = candidate.judge(question.principal, question.actions);
      count.judged += 1;
      before[then] += 1;
      after[now.verdict] += 1;
      seen.since ??= given.time;
      seen.until = given.time;
      if (then !== now.verdict) flips.add(flipOf(given, then, now, causeOf(then, question, inForce)));
      else if (now.policies.join() !== recorded.policies.join()) count.otherPolicies += 1;
    },
    leaveOut() {
      count.skipped += 1;
    },
    report: () => ({
      candidate: candidate.bundle,
      inForce: inForce?.bundle ?? null,
      ...count,
      before,
      after,
      ...flips.told(),
      ...seen,
    }),
  };
}

type FlipFigures = Pick<ReplayReport, 'flips' | 'flipsOfCandidate' | 'doubtful' | 'byPolicy' | 'byAgent' | 'byAction' | 'byDay'>;

function createFlipCount(): { add(flip: Flip): void; told(): FlipFigures } {
  const [byPolicy, byAgent, byAction, byDay] = [createFlipTable(), createFlipTable(), createFlipTable(), createFlipTable()];
  const count = { flips: 0, flipsOfCandidate: 0, doubtful: 0 };
  return {
    add(flip) {
      count.flips += 1;
      if (flip.cause === 'candidate') count.flipsOfCandidate += 1;
      if (flip.doubts.length > 0) count.doubtful += 1;
      for (const policy of flip.policiesAfter.length > 0 ? flip.policiesAfter : [NO_PERMIT]) byPolicy.add(policy, flip);
      byAgent.add(flip.agent, flip);
      byAction.add(flip.action, flip);
      byDay.add(flip.time.slice(0, 10), flip);
    },
    told: () => ({
      ...count,
      byPolicy: byPolicy.groups(),
      byAgent: byAgent.groups(),
      byAction: byAction.groups(),
      byDay: byDay.groups().toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    }),
  };
}

const NO_PERMIT = '(no policy permits it)';
const MAX_DOUBTS = 5;

interface Question {
  readonly principal: Principal;
  readonly actions: readonly Action[];
}

/** Asked of flips alone, which are few. */
function causeOf(then: Verdict, { principal, actions }: Question, inForce: ReplayOptions['inForce']): Flip['cause'] {
  if (inForce === null) return 'unknown';
  return inForce.judge(principal, actions).verdict === then ? 'candidate' : 'elsewhere';
}

function flipOf({ entry, time, recorded, verdicts }: ReplayedEntry, from: Verdict, now: Judgement, cause: Flip['cause']): Flip {
  const at = now.actions.findIndex((one, i) => one.verdict !== verdicts[i]);
  const changed = recorded.questions[Math.max(0, at)]?.action;
  return {
    entry,
    time,
    agent: recorded.agent ?? '',
    action: changed?.name ?? '',
    resource: changed === undefined ? '' : `${changed.resource.type}::${changed.resource.id}`,
    from,
    to: now.verdict,
    policiesBefore: recorded.policies,
    policiesAfter: now.policies,
    reason: now.reason,
    cause,
    doubts: recorded.questions.flatMap(({ doubts }) => doubts).slice(0, MAX_DOUBTS),
  };
}

function actionsOf(recorded: RecordedVerdict): readonly Action[] {
  return recorded.questions.map(({ action }) => action);
}

function principalOf(agent: string, recorded: RecordedVerdict, teamsOf: ReplayOptions['teamsOf']): Principal {
  return { agent, teams: teamsOf(agent), user: recorded.user, session: recorded.session, provedBy: 'token' };
}

function none(): Counts {
  return { ALLOW: 0, ALLOW_LOG: 0, CONSTRAIN: 0, WAIT: 0, BLOCK: 0 };
}
