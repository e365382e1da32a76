// The outcome of a bundle's cases as lines for people: what failed with a difference to read, and which policies nobody tried.

import type { Action, Fact } from '../classify/action.ts';
import type { CaseReport, TriedCase } from '../decide/case-runner.ts';
import { showFact } from '../decide/case-rehearsal.ts';
import type { Coverage, FileCoverage } from '../decide/coverage.ts';
import type { Policy } from '../decide/policy.ts';
import { plainText } from '../record/plain-text.ts';
import { table } from './table.ts';

const MAX_LINE_CHARS = 400;

export function failureLines({ case: each, outcome }: TriedCase, policies: ReadonlyMap<string, Policy>): string[] {
  const lines = [
    `FAIL ${each.file}:${each.place.line}  ${each.name}`,
    ...outcome.differences.flatMap(({ what, expected, actual }) => [`  ${what}`, `    - ${expected}`, `    + ${actual}`]),
    ...outcome.actions.flatMap(actionLines),
    ...outcome.policies.map((id) => `  decided by ${placedPolicy(id, policies)}`),
    ...(outcome.actions.length > 0 && outcome.policies.length === 0 ? ['  no policy permits it'] : []),
    ...outcome.notes.map((note) => `  note: ${note}`),
  ];
  return lines.map((line) => plainText(line, MAX_LINE_CHARS));
}

/** `refund-small (payment.cedar:8)`. */
export function placedPolicy(id: string, policies: ReadonlyMap<string, Policy>): string {
  const policy = policies.get(id);
  return policy === undefined ? id : `${id} (${policy.file}:${policy.line})`;
}

/** The action, and a line for each fact. */
export function actionLines({ name, resource, facts }: Action): string[] {
  return [
    `  ${name} on ${resource.type}::${JSON.stringify(resource.id)}`,
    ...Object.entries(facts).map(([fact, value]: [string, Fact]) => `    ${fact}: ${showFact(value)}`),
  ];
}

export function coverageLines(coverage: Coverage): string[] {
  const rows = coverage.files.map((file) => [file.file, `${file.decided} of ${file.policies}`, `${file.percent} %`]);
  return [
    `Coverage: ${coverage.percent} %, ${coverage.decided} of ${coverage.policies} policies decide a case.`,
    ...table(['FILE', 'DECIDED', ''], rows).map((line) => `  ${line}`),
    ...coverage.files.flatMap(undecidedLines),
  ];
}

function undecidedLines({ file, undecided }: FileCoverage): string[] {
  return undecided.map(({ id, line }) => `  ${file}:${line}: no case shows ${id} deciding`);
}

export function summaryLine(directory: string, { tried, unread }: CaseReport): string {
  const failed = tried.filter(({ outcome }) => outcome.differences.length > 0).length;
  const counted = `${directory}: ${tried.length} ${tried.length === 1 ? 'case' : 'cases'}`;
  const unreadable = unread.length === 0 ? '' : ` ${unread.length} could not be read.`;
  return failed === 0 ? `${counted}, all as written.${unreadable}` : `${counted}, ${failed} otherwise than written.${unreadable}`;
}
