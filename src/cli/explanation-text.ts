// An explanation as lines for people: the facts, what decided, and what stood in the way of the rest.

import type { Explanation, ExplainedPolicy } from '../decide/explanation.ts';
import type { ReadValue } from '../decide/explanation-values.ts';
import { plainText } from '../record/plain-text.ts';
import { actionLines } from './case-text.ts';

const MAX_LINE_CHARS = 400;

export function explanationLines({ judged, policies, problem }: Explanation): string[] {
  const matched = policies.filter((policy) => policy.matched);
  const others = policies.filter((policy) => !policy.matched);
  const lines = [
    ...actionLines(judged.action),
    `  ${judged.verdict}: ${judged.reason}`,
    ...(problem === null ? [] : [`  The policies were not asked: ${problem}`]),
    ...matched.flatMap(matchedLines),
    ...others.flatMap(unmatchedLines),
  ];
  return lines.map((line) => plainText(line, MAX_LINE_CHARS));
}

function matchedLines(policy: ExplainedPolicy): string[] {
  const values = new Map(policy.parts.flatMap((part) => part.values).map((value) => [value.name, value]));
  return [
    `  matched  ${nameOf(policy)}${policy.decided ? '' : ', which a forbid overrides'}`,
    ...policy.parts.map((part) => `      ${part.wanted ? '' : 'not '}${oneLine(part.text)}`),
    ...[...values.values()].map((value) => `        ${describeValue(value)}`),
  ];
}

function unmatchedLines(policy: ExplainedPolicy): string[] {
  return [
    `  no match ${nameOf(policy)}`,
    ...(policy.error === null ? [] : [`      its evaluation failed: ${policy.error}`]),
    ...policy.inTheWay.flatMap((part) => [
      `      line ${part.line}: ${part.holds ? 'holds' : 'does not hold'}: ${oneLine(part.text)}`,
      ...part.values.map((value) => `        ${describeValue(value)}`),
    ]),
  ];
}

function nameOf({ id, effect, verdict, file, line }: ExplainedPolicy): string {
  return `${effect} ${id} (${file}:${line})${verdict === 'ALLOW' || verdict === 'BLOCK' ? '' : ` ${verdict}`}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}

function describeValue({ name, value, in: within, attributes }: ReadValue): string {
  if (value === null) return `${name} is absent`;
  if (within === undefined) return `${name} is ${JSON.stringify(value)}`;
  const lies = within.length === 0 ? 'in nothing' : `in ${within.join(', ')}`;
  return `${name} is ${String(value)} ${lies}, attributes ${JSON.stringify(attributes ?? {})}`;
}
