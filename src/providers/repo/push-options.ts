// Pushes that do more than move a ref: GitLab's and Gerrit's ways to merge without a second call.

import { isZero } from '../../classify/git-commands.ts';
import type { PushCommands } from '../../classify/git-commands.ts';
import { readRef } from '../../classify/git-ref.ts';
import type { ReadableRef } from '../../classify/git-ref.ts';
import { branchRef } from './repository.ts';

/** One merge that a push asks for. The target is null when the host picks it. */
interface PushMerge {
  readonly target: ReadableRef | null;
}

/** `mr` is GitLab's own short name for the namespace. */
const MERGE_OPTION = /^\s*(?:merge_request|mr)\.(merge_when_pipeline_succeeds|auto_merge)\s*(=|$)/i;
const TARGET_OPTION = /^\s*(?:merge_request|mr)\.target\s*=(.*)$/is;
/** Gerrit: `refs/for/main%topic=x,submit`; as a push option, `-o submit`. `refs/for/…%submit` merges at once. */
const REVIEW_REF = /^refs\/(?:for|for-review|drafts?)\/([^%]+)(?:%(.*))?$/s;

/** Every merge in the options and review refs of a push. Unknown options move nothing and are left to the binding. */
export function mergesByPush(push: PushCommands): PushMerge[] {
  const merges: PushMerge[] = [];
  if (push.options.some((option) => MERGE_OPTION.test(option))) {
    const targets = push.options.flatMap((option) => TARGET_OPTION.exec(option)?.[1] ?? []);
    if (targets.length === 0) merges.push({ target: null });
    for (const target of targets) merges.push({ target: branchRef(readText(target)) });
  }
  const submits = push.options.some(isSubmit);
  for (const command of push.commands) {
    const review = REVIEW_REF.exec(command.ref);
    if (review?.[1] === undefined || isZero(command.new)) continue;
    if (submits || (review[2] ?? '').split(',').some(isSubmit)) merges.push({ target: readRef(`refs/heads/${review[1]}`) });
  }
  return merges;
}

function isSubmit(option: string): boolean {
  return /^submit(=|$)/i.test(option);
}

function readText(byteString: string): string {
  return Buffer.from(byteString, 'latin1').toString('utf8');
}
