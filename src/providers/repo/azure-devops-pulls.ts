// Azure DevOps' pull requests: one call changes them, completes them, and sets them to complete by themselves.

import type { Facts } from '../../classify/action.ts';
import type { JsonObject } from '../../classify/strict-json.ts';
import { flag, merge, some, text } from './effect.ts';
import type { Effect } from './effect.ts';
import { within } from './guard-routes.ts';

export function pullRequestFacts(fields: JsonObject): Facts {
  const { sourceRefName, title, description, isDraft, forkSource, status } = fields;
  return some({
    source: text(sourceRefName),
    title: text(title),
    message: text(description),
    draft: flag(isDraft),
    crossRepo: forkSource !== undefined && forkSource !== null ? true : undefined,
    state: text(status)?.toLowerCase(),
  });
}

/** INVARIANT: .NET reads an enumeration from a name in any case or from its number, so every status but two known ones is a merge. */
export function pullRequestStatus(fields: JsonObject): readonly Effect[] | null {
  const { status, lastMergeSourceCommit } = fields;
  if (status === undefined || status === null) return null;
  if (typeof status === 'string' && /^(?:active|abandoned)$/i.test(status)) return null;
  return [merge(null, { ...completion(fields), ...some({ sha: text(within(lastMergeSourceCommit, 'commitId')) }) })];
}

/** Set by whom: also a person of zeros, which unsets it, for it must not be worth a try. */
export function autoMerge(fields: JsonObject): readonly Effect[] | null {
  const { autoCompleteSetBy } = fields;
  if (autoCompleteSetBy === undefined || autoCompleteSetBy === null) return null;
  return [merge(null, { ...completion(fields), autoMerge: true })];
}

function completion(fields: JsonObject): Facts {
  const { completionOptions: options } = fields;
  const squash = within(options, 'squashMerge');
  return some({
    mergeMethod: text(within(options, 'mergeStrategy')) ?? (squash === true ? 'squash' : undefined),
    bypass: flag(within(options, 'bypassPolicy')),
    removesSource: flag(within(options, 'deleteSourceBranch')),
    message: text(within(options, 'mergeCommitMessage')),
  });
}
