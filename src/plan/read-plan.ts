// A plan as an agent writes it: AuthZEN evaluations in order, each with how far its request may differ and how often it may come.

import { factsOf, flagAt, invalid, objectAt } from '../ask/members.ts';
import type { Asked } from '../ask/question.ts';
import { readQuestion } from '../ask/read-question.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../classify/strict-json.ts';
import { InterlockError, toInterlockError } from '../errors.ts';
import { plainText } from '../record/plain-text.ts';
import type { Bound, PlanStep } from './plan.ts';

export interface DraftStep extends Pick<PlanStep, 'title' | 'group' | 'optional' | 'times'> {
  readonly asked: Asked;
  readonly bounds: Readonly<Record<string, Bound>>;
}

export interface DraftPlan {
  readonly title: string;
  readonly lifetimeSeconds: number;
  readonly steps: readonly DraftStep[];
}

const PLAN_MEMBERS = ['title', 'lifetimeSeconds', 'steps'];
const STEP_MEMBERS = ['title', 'optional', 'times', 'bounds', 'subject', 'action', 'resource', 'context'];
/** More than a person reads before they sign. */
export const MAX_STEPS = 50;
const MAX_TIMES = 100;
const MAX_BOUNDS = 32;
const MAX_WITHIN = 200;
const MAX_TITLE_CHARS = 200;
const DEFAULT_SECONDS = 3_600;
export const MAX_SECONDS = 24 * 3_600;

/** Strict: a misspelt bound would be one that nobody holds to. Throws QUESTION_INVALID. */
export function readPlan(message: JsonObject): DraftPlan {
  only(message, 'a plan', PLAN_MEMBERS);
  const listed = message['steps'];
  if (!isJsonArray(listed) || listed.length === 0) throw invalid('`steps` is not a list of at least one');
  const steps: DraftStep[] = [];
  for (const [group, item] of listed.entries()) {
    for (const one of membersOf(item)) {
      if (steps.length === MAX_STEPS) throw invalid(`a plan has at most ${MAX_STEPS} steps`);
      steps.push(numbered(steps.length + 1, () => readStep(one, group)));
    }
  }
  return {
    title: titleOf(message),
    lifetimeSeconds: countAt(message, 'lifetimeSeconds', MAX_SECONDS) ?? DEFAULT_SECONDS,
    steps,
  };
}

/** What is wrong is told with the step's number. */
export function numbered<T>(step: number, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    const { code, message } = toInterlockError(thrown);
    throw code === 'QUESTION_INVALID' ? new InterlockError(code, `step ${step}: ${message}`) : thrown;
  }
}

function membersOf(item: Json): readonly Json[] {
  if (!isJsonObject(item) || item['anyOrder'] === undefined) return [item];
  only(item, 'a group', ['anyOrder']);
  const group = item['anyOrder'];
  if (!isJsonArray(group) || group.length === 0) throw invalid('`anyOrder` is not a list of steps');
  return group;
}

function readStep(given: Json, group: number): DraftStep {
  if (!isJsonObject(given)) throw invalid('it is not an object');
  only(given, 'a step', STEP_MEMBERS);
  const asked = readQuestion(given);
  if (asked.park) throw invalid('a step does not wait by itself: leave `context.park` out');
  return {
    title: titleOf(given),
    group,
    optional: flagAt(given, 'optional'),
    times: countAt(given, 'times', MAX_TIMES) ?? 1,
    asked,
    bounds: boundsOf(objectAt(given, 'bounds')),
  };
}

function only(object: JsonObject, what: string, known: readonly string[]): void {
  const unknown = Object.keys(object).find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalid(`${what} has no \`${unknown.slice(0, 100)}\`: it has ${known.join(', ')}`);
}

function titleOf(object: JsonObject): string {
  const { title = '' } = object;
  if (typeof title !== 'string') throw invalid('`title` is not text');
  // People read it on a card (threats D4, D5).
  return plainText(title.trim(), MAX_TITLE_CHARS);
}

function countAt(object: JsonObject, name: string, most: number): number | null {
  const value = object[name];
  if (value === undefined) return null;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1 || value > most)
    throw invalid(`\`${name}\` is not a whole number from 1 to ${most}`);
  return value;
}

function boundsOf(given: JsonObject | undefined): Readonly<Record<string, Bound>> {
  const bounds: Record<string, Bound> = Object.create(null);
  const entries = Object.entries(given ?? {});
  if (entries.length > MAX_BOUNDS) throw invalid(`a step has at most ${MAX_BOUNDS} bounds`);
  for (const [fact, bound] of entries) bounds[fact] = boundOf(fact, bound);
  return bounds;
}

function boundOf(fact: string, given: Json): Bound {
  const members = isJsonObject(given) ? Object.entries(given) : [];
  const [kind, value] = members[0] ?? [];
  if (members.length === 1 && kind === 'any' && value === true) return { any: true };
  if (members.length === 1 && kind === 'atMost' && typeof value === 'number' && Number.isSafeInteger(value) && value >= 0)
    return { atMost: value };
  if (members.length === 1 && kind === 'within' && value !== undefined) {
    const within = factsOf({ within: value })['within'];
    if (typeof within === 'object' && within.length > 0 && within.length <= MAX_WITHIN) return { within };
  }
  throw invalid(`the bound of \`${fact.slice(0, 100)}\` is none of {"atMost": 100}, {"within": ["a"]} and {"any": true}`);
}
