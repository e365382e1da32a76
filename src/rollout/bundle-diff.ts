// What is different between two bundles: policies by their ids, the other files, and the cases.

import { setImmediate } from 'node:timers/promises';
import {
  BUDGETS_FILE,
  type BundleFiles,
  CONSTRAINTS_FILE,
  ENTITIES_FILE,
  SCHEMA_FILE,
  TOOLS_FILE,
} from '../decide/bundle-files.ts';
import { unifiedDiff } from './unified-diff.ts';
import { type PolicyText, policyTextsBetween } from './policy-texts.ts';

export type ChangeKind = 'added' | 'removed' | 'changed';

export interface PolicyChange {
  readonly id: string;
  readonly change: ChangeKind;
  /** Where it stands now; of a removed one, where it stood. */
  readonly file: string;
  /** A unified diff; of an added or a removed one the whole text. */
  readonly diff: string;
}

export interface FileChange {
  /** Relative to the policies directory. */
  readonly name: string;
  readonly change: ChangeKind;
  readonly diff: string;
}

export interface BundleDiff {
  readonly from: string;
  readonly to: string;
  /** In the order of their ids; at most MAX_LISTED. */
  readonly policies: readonly PolicyChange[];
  /** Policies that differ beyond those. */
  readonly omitted: number;
  /** Schema, entities, constraints, budgets, tools. */
  readonly files: readonly FileChange[];
  /** Policy files in which only comments, order or the names of files differ: nothing is decided otherwise for that. */
  readonly rearranged: readonly string[];
  /** Files below `cases/`. */
  readonly cases: readonly FileChange[];
}

/** A bundle with what lies in its `cases/`, by path (`cases/mail.yaml`). */
export interface WholeBundle {
  readonly files: BundleFiles;
  readonly cases: ReadonlyMap<string, Buffer>;
}

const MAX_LISTED = 500;
const AT_ONCE = 20;

/** Requests have their turn between the files and between the policies: it is made beside traffic too. */
export async function bundleDiff(from: WholeBundle, to: WholeBundle): Promise<BundleDiff> {
  const before = await policyTextsBetween(from.files);
  const after = await policyTextsBetween(to.files);
  const changed = idsOf(before, after).filter((id) => before.get(id)?.text !== after.get(id)?.text);
  const touched = new Set(changed.flatMap((id) => [before.get(id)?.file, after.get(id)?.file]));
  return {
    from: from.files.digest,
    to: to.files.digest,
    policies: await policyChanges(changed.slice(0, MAX_LISTED), before, after),
    omitted: Math.max(0, changed.length - MAX_LISTED),
    files: otherFiles(from.files, to.files),
    rearranged: idsOf(from.files.policies, to.files.policies).filter(
      (name) => from.files.policies.get(name) !== to.files.policies.get(name) && !touched.has(name),
    ),
    cases: caseChanges(from.cases, to.cases),
  };
}

type PolicyTexts = ReadonlyMap<string, PolicyText>;

async function policyChanges(ids: readonly string[], before: PolicyTexts, after: PolicyTexts): Promise<PolicyChange[]> {
  const changes: PolicyChange[] = [];
  for (const id of ids) {
    changes.push(...policyChange(id, before.get(id), after.get(id)));
    if (changes.length % AT_ONCE === 0) await setImmediate();
  }
  return changes;
}

/** True: another digest may still tell them apart, by comments or order. */
export function decidesAlike(diff: BundleDiff): boolean {
  return diff.policies.length === 0 && diff.files.length === 0;
}

function policyChange(id: string, before: PolicyText | undefined, after: PolicyText | undefined): PolicyChange[] {
  const change = kindOf(before?.text, after?.text);
  if (change === null) return [];
  return [{ id, change, file: after?.file ?? before?.file ?? '', diff: unifiedDiff(lineOf(before), lineOf(after)) }];
}

/** A policy's text ends with its semicolon; a line of a diff ends as lines do. */
function lineOf(policy: PolicyText | undefined): string {
  return policy === undefined ? '' : `${policy.text}\n`;
}

function otherFiles(from: BundleFiles, to: BundleFiles): FileChange[] {
  return OTHER_FILES.flatMap(({ name, textOf }) => fileChange(name, textOf(from), textOf(to)));
}

const OTHER_FILES: ReadonlyArray<{ readonly name: string; readonly textOf: (files: BundleFiles) => string | undefined }> = [
  { name: SCHEMA_FILE, textOf: (files) => files.schema },
  { name: ENTITIES_FILE, textOf: (files) => files.entities },
  { name: CONSTRAINTS_FILE, textOf: (files) => files.constraints },
  { name: BUDGETS_FILE, textOf: (files) => files.budgets },
  { name: TOOLS_FILE, textOf: (files) => files.tools },
];

/** Names of the files beside the policies that differ. */
export function otherFilesChanged(from: BundleFiles, to: BundleFiles): string[] {
  return OTHER_FILES.filter(({ textOf }) => textOf(from) !== textOf(to)).map(({ name }) => name);
}

function caseChanges(from: ReadonlyMap<string, Buffer>, to: ReadonlyMap<string, Buffer>): FileChange[] {
  return idsOf(from, to).flatMap((name) => {
    const [before, after] = [from.get(name), to.get(name)];
    if (before !== undefined && after !== undefined && before.equals(after)) return [];
    return fileChange(name, before?.toString('utf8'), after?.toString('utf8'));
  });
}

function fileChange(name: string, before: string | undefined, after: string | undefined): FileChange[] {
  const change = kindOf(before, after);
  return change === null ? [] : [{ name, change, diff: unifiedDiff(before ?? '', after ?? '') }];
}

function kindOf(before: string | undefined, after: string | undefined): ChangeKind | null {
  if (before === after) return null;
  return before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
}

function idsOf(...maps: ReadonlyArray<ReadonlyMap<string, unknown>>): string[] {
  return [...new Set(maps.flatMap((map) => [...map.keys()]))].toSorted();
}
