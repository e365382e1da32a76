// Plans as text beside the chain, and the one way a plan moves: an entry and its state in one synced batch.

import { InterlockError } from '../errors.ts';
import type { PlanBody, RecordedAction } from '../record/entry.ts';
import type { Ledger, StateChange, StateStore } from '../record/ledger.ts';
import { isOpenPlan, type Plan, PLAN_STATES, type PlanState } from './plan.ts';

const PLAN_KEY = 'plan:';
/** Ended plans that are kept to look at; the ledger has all of them. */
const MAX_ENDED = 500;
/** One of which something may have taken effect is kept longer: whoever decides about a repeat is to be told. */
const MAX_UNSETTLED = 2_000;

/** What a move's entry tells besides the plan. */
export interface PlanNote extends Pick<PlanBody, 'move' | 'by' | 'channel' | 'note'> {
  /** The step's place, from 0. */
  readonly step?: number;
  readonly exchange?: string;
  readonly actions?: readonly RecordedAction[];
}

export interface PlanStore {
  /** Every kept plan, oldest first. */
  readonly plans: ReadonlyMap<string, Plan>;
  /**
   * Writes the plan with one entry for each note; the state goes with the first. Throws RECORD_FAILED with nothing changed.
   * INVARIANT: nobody is told of a move, and nothing is sent by it, before its entry is on disk.
   */
  save(plan: Plan, notes: readonly [PlanNote, ...PlanNote[]]): Promise<void>;
}

/** Throws STORE_CORRUPT. */
export async function openPlanStore(ledger: Pick<Ledger, 'append'> & StateStore): Promise<PlanStore> {
  const loaded = (await ledger.list(PLAN_KEY)).map(([key, text]) => parsePlan(key, text));
  loaded.sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
  const plans = new Map(loaded.map((plan) => [plan.id, plan]));
  return {
    plans,
    async save(plan, [first, ...rest]) {
      const ended = [...plans.values()].filter((one) => !isOpenPlan(one) && one.id !== plan.id);
      const lost = new Set(ended.filter(isUnsettled));
      const forgotten = [...ended.filter((one) => !lost.has(one)).slice(0, -MAX_ENDED), ...[...lost].slice(0, -MAX_UNSETTLED)];
      const state: StateChange[] = [
        { put: PLAN_KEY + plan.id, value: JSON.stringify(plan) },
        ...forgotten.map(({ id }) => ({ del: PLAN_KEY + id })),
      ];
      // All in one turn, so they share a group.
      const written = ledger.append(bodyOf(plan, first), 'synced', state);
      const others = Promise.all(rest.map((note) => ledger.append(bodyOf(plan, note), 'synced')));
      others.catch(() => undefined);
      await written;
      for (const { id } of forgotten) plans.delete(id);
      plans.set(plan.id, plan);
      await others;
    },
  };
}

function isUnsettled({ uses }: Plan): boolean {
  return uses.some((use) => use.fate === 'unknown' || use.fate === 'sent');
}

function bodyOf({ id, agent, user, session, ticket }: Plan, note: PlanNote): PlanBody {
  const { move, by, channel, step, exchange = null, actions = [] } = note;
  return {
    type: 'plan',
    ...{ plan: id, move, agent, user, session, by, channel, ticket, exchange, actions },
    step: step === undefined ? null : step + 1,
    note: note.note,
  };
}

/** INVARIANT: a plan that can't be read for certain opens no door; the start fails instead. */
function parsePlan(key: string, text: string): Plan {
  let plan: Plan | null = null;
  try {
    plan = JSON.parse(text);
  } catch {
    // told below
  }
  if (typeof plan === 'object' && plan !== null && key === PLAN_KEY + plan.id && isSound(plan)) return plan;
  throw new InterlockError('STORE_CORRUPT', `the record of ${key} in the data folder can't be read`, {
    hint: 'run `interlock ledger verify`; restore the data folder from a copy',
  });
}

function isSound(plan: Plan): boolean {
  return (
    PLAN_STATES.includes(plan.state) &&
    typeof plan.agent === 'string' &&
    [plan.user, plan.session, plan.ticket].every((name) => name === null || typeof name === 'string') &&
    [plan.steps, plan.uses, plan.approvals].every((list) => Array.isArray(list)) &&
    plan.steps.every((step) => isSoundStep(step, plan.state)) &&
    plan.uses.every((use) => Number.isSafeInteger(use.step) && plan.steps[use.step] !== undefined) &&
    [plan.createdAt, plan.expiresAt].every((time) => !Number.isNaN(Date.parse(time))) &&
    plan.lifetimeSeconds > 0
  );
}

function isSoundStep(step: Plan['steps'][number], state: PlanState): boolean {
  return (
    Array.isArray(step.patterns) &&
    (step.patterns.length > 0 || state === 'rejected') &&
    step.patterns.every(({ facts, bounds }) => typeof facts === 'object' && typeof bounds === 'object') &&
    Array.isArray(step.waits) &&
    Number.isSafeInteger(step.group) &&
    typeof step.optional === 'boolean' &&
    step.times > 0 &&
    (step.binding === null || typeof step.binding === 'string')
  );
}
