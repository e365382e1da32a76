// GitLab's quick actions: a comment or description with a line `/merge` merges, one with `/approve` approves. No other call is made.

import type { Json } from '../../classify/strict-json.ts';
import { merge, plain, pullRequest, push } from './effect.ts';
import type { Effect } from './effect.ts';

const EFFECTS: ReadonlyMap<string, () => Effect> = new Map([
  ['merge', () => merge(null, { autoMerge: true })],
  ['approve', () => plain('repo.approve', { gate: 'review' })],
  ['submit_review', () => plain('repo.approve', { gate: 'review' })],
  ['rebase', (): Effect => ({ ...push(null, 'update', { fastForward: 'no' }), sure: true })],
  ['target_branch', (): Effect => ({ ...pullRequest('update', null), sure: false })],
  ['create_merge_request', () => pullRequest('update', null)],
  ['run_pipeline', () => plain('repo.run')],
  ['move', () => plain('repo.unknown-write')],
  ['clone', () => plain('repo.unknown-write')],
]);

/** Blanks stand for themselves, never for a line end: so every line is looked at once, and a text of line ends alone costs no more. */
const ACTION = /(?:^|[\r\n\u0085\u2028\u2029])[^\S\r\n\u2028\u2029]*\/([a-z_]{1,40})/gi;

/** A note with more of them is no note of a person (threat C9). */
const MAX_ACTIONS = 5000;

/**
 * What the quick actions in a text would do besides. Not sure when the text is none, or holds too many. GitLab leaves code blocks out; counting those too only
 * makes a call look more harmful.
 */
export function quickActions(note: Json | undefined): readonly Effect[] {
  if (note === undefined || note === null) return [];
  if (typeof note !== 'string') return [plain('repo.unknown-write', {}, false)];
  const found = new Set<string>();
  let left = MAX_ACTIONS;
  for (const match of note.matchAll(ACTION)) {
    found.add((match[1] ?? '').toLowerCase());
    left -= 1;
    if (left === 0) return [plain('repo.unknown-write', {}, false)];
  }
  return [...found].flatMap((name) => EFFECTS.get(name)?.() ?? []);
}
