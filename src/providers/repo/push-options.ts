// Pushes that do more than move a ref: GitLab's, Gitea's and Gerrit's ways to open a pull request, or to merge, without a second call.

import type { Facts } from '../../classify/action.ts';
import { isZero } from '../../classify/git-commands.ts';
import type { PushCommands } from '../../classify/git-commands.ts';
import { readRef } from '../../classify/git-ref.ts';
import type { ReadableRef } from '../../classify/git-ref.ts';
import { some } from './effect.ts';
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

/** One pull request that a push opens, or changes. */
interface PushPull {
  readonly change: 'create' | 'update';
  /** Null when the host picks it, or when only the host can tell where the branch ends and the topic begins. */
  readonly target: ReadableRef | null;
  /** GitLab's choice without a target. */
  readonly defaultBranch: boolean;
  /** Another project that is asked, by path or number; empty when it can't be told. Absent: the one that is pushed to. */
  readonly project?: string;
  readonly facts: Facts;
}

const PULL_OPTION = /^\s*(?:merge_request|mr)\.([a-z_]+)\s*(?:=|$)/i;
/** More names than the hosts know together. */
const MAX_OPTION_NAMES = 100;
const OPTION_NAME = /^[a-z0-9_.-]{1,64}$/;

/**
 * The names of a push's options, lower case: `ci.variable` of `ci.variable="K=V"`. Names that no host could have are "unreadable".
 * Undefined when there are none.
 */
export function optionNames(push: PushCommands): readonly string[] | undefined {
  const names = push.options.map((option) => (option.split('=', 1)[0] ?? '').trim().toLowerCase());
  const known = new Set(names.map((name) => (OPTION_NAME.test(name) ? name : 'unreadable')));
  return known.size === 0 ? undefined : [...known].sort().slice(0, MAX_OPTION_NAMES);
}

/** Every pull request in the options and review refs of a push: without it, `-o merge_request.create` would pass where opening one may not. */
export function pullsByPush(push: PushCommands): PushPull[] {
  const moved = push.commands.filter((command) => !isZero(command.new));
  return [...gitlabPulls(push, moved), ...reviewPulls(push, moved)];
}

function gitlabPulls(push: PushCommands, moved: PushCommands['commands']): PushPull[] {
  const names = push.options.flatMap((option) => PULL_OPTION.exec(option)?.[1]?.toLowerCase() ?? []);
  if (names.length === 0) return [];
  const [only, other] = moved;
  const branch = only !== undefined && other === undefined ? /^refs\/heads\/(.+)$/s.exec(only.ref)?.[1] : undefined;
  const elsewhere = names.includes('target_project');
  const facts = some({
    source: branch === undefined ? undefined : readText(branch),
    title: soleValue(push, /^\s*(?:merge_request|mr)\.title\s*=(.*)$/is),
    message: soleValue(push, /^\s*(?:merge_request|mr)\.description\s*=(.*)$/is),
    draft: names.includes('draft') ? true : undefined,
    crossRepo: elsewhere ? true : undefined,
    removesSource: names.includes('remove_source_branch') ? true : undefined,
    autoMerge: push.options.some((option) => MERGE_OPTION.test(option)) ? true : undefined,
  });
  const project = elsewhere ? { project: soleValue(push, /^\s*(?:merge_request|mr)\.target_project\s*=(.*)$/is) ?? '' } : {};
  const change = names.includes('create') ? 'create' : 'update';
  const targets = push.options.flatMap((option) => TARGET_OPTION.exec(option)?.[1] ?? []);
  if (targets.length === 0) return [{ change, target: null, defaultBranch: change === 'create', ...project, facts }];
  return targets.map((target) => ({ change, target: branchRef(readText(target)), defaultBranch: false, ...project, facts }));
}

const AGIT_REF = /^refs\/(for|for-review|drafts?)\/([^%]+)/s;

/** Gitea's AGit and Gerrit. Where a topic may follow the branch (`refs/for/main/topic`), the server knows its branches and we do not. */
function reviewPulls(push: PushCommands, moved: PushCommands['commands']): PushPull[] {
  if (!moved.some(({ ref }) => AGIT_REF.test(ref))) return [];
  // Read once: a push may hold thousands of refs, and a thousand options.
  const facts = some({
    title: soleValue(push, /^title=(.*)$/is),
    message: soleValue(push, /^description=(.*)$/is),
    force: push.options.some((option) => /^force-push(?:=|$)/i.test(option)) ? true : undefined,
  });
  return moved.flatMap(({ ref }): PushPull[] => {
    const [, kind = '', target] = AGIT_REF.exec(ref) ?? [];
    if (target === undefined) return [];
    const branch = target.includes('/') ? null : branchRef(readText(target));
    const draft = kind.startsWith('draft') ? { draft: true } : {};
    return [{ change: 'create', target: branch, defaultBranch: false, facts: { ...facts, ...draft } }];
  });
}

/** Undefined when no option says it, or two say different things. */
function soleValue(push: PushCommands, pattern: RegExp): string | undefined {
  const [value, other] = new Set(push.options.flatMap((option) => pattern.exec(option)?.[1] ?? []));
  return value === undefined || value === '' || other !== undefined ? undefined : readText(value);
}

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
