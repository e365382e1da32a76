// What is wrong with a bundle, where, and what to do about it.

/** What kind of thing is wrong: stable names, for programs that read findings. Most are told by the file. */
export type FindingRule =
  | 'bundle'
  | 'schema'
  | 'policy'
  | 'entities'
  | 'constraints'
  | 'case'
  | 'no-case'
  | 'unknown-group'
  | 'unsupported-constraint'
  | 'dead-policy'
  | 'duplicate-policy';

export interface BundleFinding {
  /** Relative to the policies directory; the directory itself is `.`. */
  readonly file: string;
  /** 1-based; a column counts UTF-16 units, as editors do. */
  readonly line: number;
  readonly column: number;
  /** An error keeps the bundle from loading; a warning is only shown. */
  readonly severity: 'error' | 'warning';
  readonly rule: FindingRule;
  readonly message: string;
  /** What to do next; empty when the message says it all. */
  readonly fix: string;
}

export interface Place {
  readonly line: number;
  readonly column: number;
}

export const START: Place = { line: 1, column: 1 };

/** Where a UTF-16 offset lies in a text. */
export function placeAt(text: string, offset: number): Place {
  return placesIn(text)(offset);
}

/** The same for many offsets of one text: its lines are looked for once, so a file of 10,000 policies takes no quadratic time. */
export function placesIn(text: string): (offset: number) => Place {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: Math.min(Math.max(0, offset), text.length) - (starts[low] ?? 0) + 1 };
  };
}

/** Cedar counts in bytes of UTF-8: the UTF-16 offset of a byte offset. */
export function utf16Offset(text: string, byteOffset: number): number {
  let bytes = 0;
  let units = 0;
  for (const character of text) {
    if (bytes >= byteOffset) break;
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    units += character.length;
  }
  return units;
}

export function errorAt(file: string, place: Place, message: string, fix = '', rule = ruleOf(file)): BundleFinding {
  return { file, line: place.line, column: place.column, severity: 'error', rule, message, fix };
}

export function warningAt(file: string, place: Place, message: string, fix = '', rule = ruleOf(file)): BundleFinding {
  return { ...errorAt(file, place, message, fix, rule), severity: 'warning' };
}

function ruleOf(file: string): FindingRule {
  if (file.endsWith('.cedar')) return 'policy';
  if (file.endsWith('.cedarschema')) return 'schema';
  if (file === 'entities.json') return 'entities';
  if (file === 'constraints.yaml') return 'constraints';
  return file.startsWith('cases/') ? 'case' : 'bundle';
}

/** `repo.cedar:12:3: error: … (…)`, as compilers and editors write it. */
export function describeFinding(finding: BundleFinding): string {
  const fix = finding.fix === '' ? '' : ` (${finding.fix})`;
  return `${finding.file}:${finding.line}:${finding.column}: ${finding.severity}: ${finding.message}${fix}`;
}
