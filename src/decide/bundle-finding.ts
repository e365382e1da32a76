// What is wrong with a bundle, where, and what to do about it.

export interface BundleFinding {
  /** Relative to the policies directory; the directory itself is `.`. */
  readonly file: string;
  /** 1-based; a column counts UTF-16 units, as editors do. */
  readonly line: number;
  readonly column: number;
  /** An error keeps the bundle from loading; a warning is only shown. */
  readonly severity: 'error' | 'warning';
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
  const before = text.slice(0, Math.max(0, offset));
  const lastBreak = before.lastIndexOf('\n');
  let line = 1;
  for (let i = before.indexOf('\n'); i !== -1; i = before.indexOf('\n', i + 1)) line += 1;
  return { line, column: before.length - lastBreak };
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

export function errorAt(file: string, place: Place, message: string, fix = ''): BundleFinding {
  return { file, line: place.line, column: place.column, severity: 'error', message, fix };
}

export function warningAt(file: string, place: Place, message: string, fix = ''): BundleFinding {
  return { file, line: place.line, column: place.column, severity: 'warning', message, fix };
}

/** `repo.cedar:12:3: error: … (…)`, as compilers and editors write it. */
export function describeFinding(finding: BundleFinding): string {
  const fix = finding.fix === '' ? '' : ` (${finding.fix})`;
  return `${finding.file}:${finding.line}:${finding.column}: ${finding.severity}: ${finding.message}${fix}`;
}
