// Which branch a re-routed push lands on: the agent's own, for as long as its pull request is open; else the next free name.

import { createHash } from 'node:crypto';
import type { Advertisement } from '../classify/git-advertisement.ts';
import { isRefName, refComponent } from '../classify/git-ref.ts';
import { InterlockError } from '../errors.ts';
import type { PullState } from './pull-api.ts';

export interface Landing {
  /** Branch name without `refs/heads/`. */
  readonly branch: string;
  /** Its commit now; null when it is new. */
  readonly tip: string | null;
  readonly pull: PullState;
}

interface LandingQuestion {
  /** `agent/bot/main`: the first name, before any `-2`. */
  readonly stem: string;
  readonly advertisement: Advertisement;
  /** Refs that this push writes anyhow, one char a byte. */
  readonly taken: ReadonlySet<string>;
  /** Does the pushed commit descend from this one? False also when that can't be told. */
  descendsFrom(tip: string): boolean;
  stateOf(branch: string): Promise<PullState>;
}

/** More look-ups than this for one push would be an attack on the API's rate limit. */
const MAX_LOOKUPS = 10;
const MAX_SUFFIX = 99;

/** `agent/` + a safe form of the agent's name + the branch. Throws CONSTRAINT_FAILED when that is no branch name. */
export function agentBranch(prefix: string, agent: string, branch: string): string {
  const name = `${prefix}${refComponent(agent, digest)}/${branch}`;
  if (isRefName(`refs/heads/${name}`) && name.length <= 200) return name;
  throw new InterlockError('CONSTRAINT_FAILED', `a pull request for ${branch} would need a branch that git does not allow`);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * The newest of the agent's branches whose pull request is open (or can't be told) and that the push only adds to; else the first free name.
 * INVARIANT: no commit on an existing branch is ever lost: what can't be proved to go forward gets a new branch.
 */
export async function chooseLanding(question: LandingQuestion): Promise<Landing> {
  const names = Array.from({ length: MAX_SUFFIX }, (_, index) => (index === 0 ? question.stem : `${question.stem}-${index + 1}`));
  const existing = names.filter((name) => tipOf(question, name) !== null && !isTaken(question, name));
  for (const branch of existing.reverse().slice(0, MAX_LOOKUPS)) {
    const tip = tipOf(question, branch);
    if (tip === null || !question.descendsFrom(tip)) continue;
    const pull = await question.stateOf(branch);
    if (pull.kind !== 'none') return { branch, tip, pull };
  }
  const free = names.find((name) => tipOf(question, name) === null && !isTaken(question, name) && !hasChildren(question, name));
  if (free === undefined) {
    throw new InterlockError(
      'CONSTRAINT_FAILED',
      `all ${MAX_SUFFIX} branches from ${question.stem} on are in use; delete the merged ones`,
    );
  }
  return { branch: free, tip: null, pull: { kind: 'none' } };
}

function tipOf(question: LandingQuestion, branch: string): string | null {
  return question.advertisement.refs.get(bytesOf(branch)) ?? null;
}

function isTaken(question: LandingQuestion, branch: string): boolean {
  return question.taken.has(bytesOf(branch));
}

/** Git stores `a` and `a/b` as file and folder: one excludes the other. */
function hasChildren(question: LandingQuestion, branch: string): boolean {
  const folder = `${bytesOf(branch)}/`;
  for (const ref of question.advertisement.refs.keys()) if (ref.startsWith(folder)) return true;
  return false;
}

function bytesOf(branch: string): string {
  return Buffer.from(`refs/heads/${branch}`, 'utf8').toString('latin1');
}
