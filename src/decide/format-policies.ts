// Cedar's formatter over a file of policies, one policy at a time, with proof that it means the same and lost no comment.

import { errorAt, placesIn } from './bundle-finding.ts';
import type { BundleFinding } from './bundle-finding.ts';
import { cedarFinding } from './cedar-finding.ts';
import type { EngineInstance } from './engine.ts';
import { cutPolicies } from './policy-text.ts';
import type { PolicySource } from './policy-text.ts';

export type Formatted = { readonly text: string } | { readonly findings: readonly BundleFinding[] };

/** Where long conditions are broken; the starter bundle is written so. */
export const LINE_WIDTH = 100;
const INDENT = 2;

/** The Cedar extension's mark for a file that is laid out by hand. */
const LEFT_ALONE = /^\s*\/\/\s*@formatter:off\s*$/m;

/**
 * The file's text as Cedar lays it out. A comment right above a policy belongs to it; one with an empty line below it is a paragraph of its
 * own and stays as it is. Policy by policy, because Cedar's time grows with the square of the length.
 * INVARIANT: what comes out parses to the same policies and holds the same comments, or it is refused.
 */
export function formatPolicies(file: string, text: string, engine: EngineInstance, width = LINE_WIDTH): Formatted {
  const { policies, findings } = cutPolicies(file, text);
  if (findings.length > 0) return { findings };
  if (LEFT_ALONE.test(text.split('\n', 1)[0] ?? '')) return { text };
  const paragraphs: string[] = [];
  let end = 0;
  for (const policy of policies) {
    const { trailing, free, own } = readGap(text.slice(end, policy.offset), end > 0);
    if (trailing !== '') paragraphs.push(`${paragraphs.pop() ?? ''} ${trailing}`);
    const laidOut = layOut(policy, own, engine, width);
    if (typeof laidOut !== 'string') return { findings: laidOut };
    paragraphs.push(...free, laidOut);
    end = policy.offset + policy.text.length;
  }
  const { trailing, free, own } = readGap(`${text.slice(end)}\n`, end > 0);
  if (trailing !== '') paragraphs.push(`${paragraphs.pop() ?? ''} ${trailing}`);
  paragraphs.push(...free, ...(own === '' ? [] : [own]));
  const formatted = paragraphs.length === 0 ? '' : `${paragraphs.join('\n\n')}\n`;
  const lost = difference(file, policies, text, formatted, engine);
  return lost === null ? { text: formatted } : { findings: [lost] };
}

interface Gap {
  /** A comment behind the policy before, on its last line. */
  readonly trailing: string;
  /** Comments on their own. */
  readonly free: readonly string[];
  /** Comments right above the policy that follows. */
  readonly own: string;
}

function readGap(gap: string, follows: boolean): Gap {
  const [first = '', ...rest] = gap.split('\n').map((line) => line.trim());
  const lines = follows ? rest : [first, ...rest];
  const blocks = lines.join('\n').split(/\n\s*\n/);
  const own = (blocks.pop() ?? '').trim();
  return { trailing: follows ? first : '', free: blocks.map((block) => block.trim()).filter((block) => block !== ''), own };
}

function layOut(policy: PolicySource, own: string, engine: EngineInstance, width: number): string | BundleFinding[] {
  if (!policy.text.isWellFormed()) return [errorAt(policy.file, policy.placeOf(0), 'a policy that is not well-formed Unicode')];
  const given = own === '' ? policy.text : `${own}\n${policy.text}`;
  const answer = engine.format(given, width, INDENT);
  if ('value' in answer) return answer.value.trim();
  const parsed = engine.parsePolicy(policy.text);
  const errors = 'errors' in parsed ? parsed.errors : answer.errors;
  return errors.map((error) => cedarFinding(policy.file, policy.placeOf, policy.text, error, true));
}

/** Null when both texts hold the same policies and comments, in the same order. */
function difference(
  file: string,
  before: readonly PolicySource[],
  text: string,
  formatted: string,
  engine: EngineInstance,
): BundleFinding | null {
  const after = cutPolicies(file, formatted).policies;
  const changed = before.find((policy, index) => meaning(policy, engine) !== meaning(after[index], engine));
  if (changed !== undefined || after.length !== before.length) {
    const place = changed?.placeOf(0) ?? placesIn(text)(0);
    return errorAt(
      file,
      place,
      'formatted, this policy would parse to another one, so the file is left alone',
      'format it by hand',
    );
  }
  if (commentsOf(text).join('\n') === commentsOf(formatted).join('\n')) return null;
  const place = placesIn(text)(0);
  return errorAt(
    file,
    place,
    'formatted, this file would lose or move a comment, so it is left alone',
    'move comments above their policy',
  );
}

function meaning(policy: PolicySource | undefined, engine: EngineInstance): string {
  const parsed = policy === undefined ? { errors: [] } : engine.parsePolicy(policy.text);
  return 'value' in parsed ? JSON.stringify(parsed.value) : '';
}

function commentsOf(text: string): string[] {
  return [...text.matchAll(/"(?:[^"\\]|\\[^])*"|\/\/[^\n]*/g)]
    .map(([token]) => token.trim())
    .filter((token) => token.startsWith('//'));
}
