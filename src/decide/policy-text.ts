// Cuts a Cedar file into its policies without parsing them, so that each one is named by its own @id and errors find their line.

import { errorAt, placesIn } from './bundle-finding.ts';
import type { BundleFinding, Place } from './bundle-finding.ts';

export interface PolicySource {
  readonly file: string;
  /** UTF-16 offset of `text` in the file. */
  readonly offset: number;
  readonly text: string;
  /** Where an offset of `text` stands in the file. */
  readonly placeOf: (within: number) => Place;
  /** Where each annotation starts, relative to `text`. */
  readonly annotations: ReadonlyMap<string, number>;
}

interface CutFile {
  readonly policies: readonly PolicySource[];
  readonly findings: readonly BundleFinding[];
}

/** Cedar's parser runs off its stack at about 150 nested brackets and takes the instance with it. A hand-written policy has a handful. */
const MAX_NESTING = 40;
export const MAX_POLICY_CHARACTERS = 16_384;

/** Space and comments; whole strings; annotations; brackets; the end of a policy; a string never closed; anything else. */
const TOKENS = /(\s+|\/\/[^\n]*)|"(?:[^"\\]|\\[^])*"|@\s*([A-Za-z_]\w*)|([([{])|([)\]}])|(;)|(")|[^\s"@()[\]{};/]+|[^]/g;

/** All of a file at once. */
export function cutPolicies(file: string, fileText: string): CutFile {
  const policies: PolicySource[] = [];
  const cut = eachPolicy(file, fileText);
  for (;;) {
    const next = cut.next();
    if (next.done === true) return { policies, findings: next.value };
    policies.push(next.value);
  }
}

/**
 * One policy after another; what is wrong with the rest of the file comes last. `;` ends a policy and stands nowhere else but in strings
 * and comments. A cut in the wrong place gives pieces that don't parse, so the bundle is refused: this scan can't make a policy mean
 * something else.
 */
export function* eachPolicy(file: string, fileText: string): Generator<PolicySource, readonly BundleFinding[]> {
  const placeAt = placesIn(fileText);
  const refuse = (offset: number, message: string, fix: string): BundleFinding[] => [
    errorAt(file, placeAt(offset), message, fix),
  ];
  let start = -1;
  let depth = 0;
  let annotations = new Map<string, number>();
  for (const token of fileText.matchAll(TOKENS)) {
    const [text, blank, annotation, opening, closing, end, unclosed] = token;
    if (blank !== undefined) continue;
    if (start === -1) start = token.index;
    if (annotation !== undefined && depth === 0 && !annotations.has(annotation)) annotations.set(annotation, token.index - start);
    if (opening !== undefined) depth += 1;
    if (closing !== undefined) depth -= 1;
    if (depth > MAX_NESTING)
      return refuse(token.index, `brackets are nested deeper than ${MAX_NESTING}`, 'split the policy into simpler ones');
    if (unclosed !== undefined)
      return refuse(token.index, 'a string is opened here and never closed', 'close it with a double quote');
    if (end === undefined) continue;
    const offset = start;
    const placeOf = (within: number): Place => placeAt(offset + within);
    const policy = { file, offset, text: fileText.slice(start, token.index + text.length), placeOf, annotations };
    if (policy.text.length > MAX_POLICY_CHARACTERS) {
      return refuse(
        start,
        `a policy is longer than ${MAX_POLICY_CHARACTERS} characters`,
        'split it, or list entities in entities.json',
      );
    }
    yield policy;
    start = -1;
    depth = 0;
    annotations = new Map();
  }
  if (start !== -1) return refuse(start, 'a policy starts here and has no end', 'end it with `;`');
  return [];
}
