// How two bundles differ, for people: a heading for each policy and file, and what changed below it.

import { plainText } from '../record/plain-text.ts';
import { type BundleDiff, decidesAlike } from '../rollout/bundle-diff.ts';

const MAX_LINE_CHARS = 500;
/** Lines shown of one diff; `--json` has all. */
const MAX_LINES = 200;

export function diffLines(diff: BundleDiff): string[] {
  const { policies, files, rearranged, cases, omitted } = diff;
  return [
    ...policies.flatMap(({ id, change, file, diff: text }) => [`${change} policy ${id} (${file})`, ...indented(text)]),
    ...(omitted > 0 ? [`… and ${omitted} more policies that differ`] : []),
    ...files.flatMap(({ name, change, diff: text }) => [`${change} ${name}`, ...indented(text)]),
    ...rearranged.map((name) => `only comments or order differ in ${name}`),
    ...cases.flatMap(({ name, change, diff: text }) => [`${change} ${name}`, ...indented(text)]),
    summaryLine(diff),
  ].map((line) => plainText(line, MAX_LINE_CHARS));
}

function summaryLine(diff: BundleDiff): string {
  const pair = `${diff.from.slice(0, 16)} → ${diff.to.slice(0, 16)}`;
  const count = (change: string): number => diff.policies.filter((policy) => policy.change === change).length;
  if (diff.from === diff.to) return `${pair}: the same bundle${diff.cases.length > 0 ? ', with other cases' : ''}.`;
  if (decidesAlike(diff)) return `${pair}: no policy and no other file decides differently.`;
  const more = diff.omitted > 0 ? ` (of the first ${diff.policies.length})` : '';
  const files = diff.files.length === 0 ? '' : `; ${diff.files.map(({ name }) => name).join(', ')} differ`;
  return `${pair}: policies: ${count('added')} added, ${count('changed')} changed, ${count('removed')} removed${more}${files}.`;
}

function indented(text: string): string[] {
  const lines = text.split('\n').filter((line, i, all) => line !== '' || i < all.length - 1);
  const shown = lines.slice(0, MAX_LINES).map((line) => `    ${line}`);
  return lines.length > MAX_LINES ? [...shown, `    … ${lines.length - MAX_LINES} more lines: --json shows them`] : shown;
}
