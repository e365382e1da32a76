// How far a plan has come: where each step stands, in which order they go, and how far a request may differ from one.

import { labelOf } from './fact-rows.ts';
import { headlineOf } from './headline.ts';
import { amountText } from './money.ts';
import type { Bound, PlanPage, PlanPattern, PlanState, PlanStep, PlanSummary } from './plan-shapes.ts';
import type { Facts } from './shapes.ts';

/** `blocked`: why a plan was rejected. `unused`: it ended before anything took the step. */
export type Standing = 'done' | 'sent' | 'unknown' | 'refused' | 'next' | 'later' | 'blocked' | 'unused';

/** The worst that is known of its uses, before what may still come. */
export function standingOf(step: PlanStep, state: PlanState): Standing {
  const fates = new Set(step.uses.map((use) => use.fate));
  if (fates.has('unknown')) return 'unknown';
  if (fates.has('sent')) return 'sent';
  if (fates.has('refused')) return 'refused';
  if (fates.has('confirmed')) return 'done';
  if (state === 'rejected') return step.verdict === 'BLOCK' ? 'blocked' : 'unused';
  if (step.next) return 'next';
  return state === 'waiting' || state === 'accepted' ? 'later' : 'unused';
}

export interface StepGroup {
  /** More than one step: they come in any order. */
  readonly anyOrder: boolean;
  readonly steps: readonly PlanStep[];
}

export function groupsOf(steps: readonly PlanStep[]): readonly StepGroup[] {
  const groups: PlanStep[][] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    if (last !== undefined && last[0]?.group === step.group) last.push(step);
    else groups.push([step]);
  }
  return groups.map((group) => ({ anyOrder: group.length > 1, steps: group }));
}

/** `Refund up to 500.00 USD`: the most that a step allows. From the agent: shown as text only. */
export function patternText(pattern: PlanPattern): string {
  const { action, resource } = pattern;
  const { verb, big } = headlineOf({ action, resource, facts: mostOf(pattern) });
  const bounded = Object.values(pattern.bounds).some((bound) => 'atMost' in bound);
  return `${verb} ${bounded ? 'up to ' : ''}${big}`;
}

export interface BoundRow {
  readonly label: string;
  readonly text: string;
}

/** Facts that may differ, each with how far. An amount is told in money. */
export function boundRows(pattern: PlanPattern): readonly BoundRow[] {
  return Object.entries(pattern.bounds).map(([name, bound]) => ({
    label: name === 'amountMinor' ? 'Amount' : labelOf(name),
    text: boundText(name, bound, mostOf(pattern)),
  }));
}

function boundText(name: string, bound: Bound, most: Facts): string {
  if ('any' in bound) return 'any';
  if ('within' in bound) return bound.within.length === 0 ? 'none' : `only ${bound.within.join(', ')}`;
  const money = name === 'amountMinor' ? amountText(most) : null;
  return `at most ${money ?? bound.atMost.toLocaleString('en')}`;
}

function mostOf({ facts, bounds }: PlanPattern): Facts {
  const most = Object.entries(bounds).flatMap(([name, bound]): Array<[string, number | readonly string[]]> => {
    if ('atMost' in bound) return [[name, bound.atMost]];
    return 'within' in bound ? [[name, bound.within]] : [];
  });
  return { ...facts, ...Object.fromEntries(most) };
}

/** `1 of 3 steps`. */
export function progressText({ taken, steps }: Pick<PlanSummary, 'taken' | 'steps'>): string {
  return `${taken} of ${steps} ${steps === 1 ? 'step' : 'steps'}`;
}

/** A first page read again: it tells all from its last plan on, and older ones that were read before stay. */
export function refreshed(rows: readonly PlanSummary[], page: PlanPage): readonly PlanSummary[] {
  const last = page.plans.at(-1);
  if (page.next === null || last === undefined) return page.plans;
  const told = new Set(page.plans.map((plan) => plan.id));
  return [...page.plans, ...rows.filter((row) => !told.has(row.id) && isOlder(row, last))];
}

function isOlder(row: PlanSummary, last: PlanSummary): boolean {
  const [at, lastAt] = [Date.parse(row.createdAt), Date.parse(last.createdAt)];
  return at < lastAt || (at === lastAt && row.id < last.id);
}
