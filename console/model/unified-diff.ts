// A unified diff split into lines with the numbers that they have on either side.

export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed' | 'gap';
  readonly text: string;
  /** Line before and line after; null where there is none. */
  readonly before: number | null;
  readonly after: number | null;
}

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/** What is no line of a diff stands as it is: nothing is left out. */
export function diffLines(diff: string): readonly DiffLine[] {
  let [before, after] = [1, 1];
  return (diff.endsWith('\n') ? diff.slice(0, -1) : diff).split('\n').map((line): DiffLine => {
    const hunk = HUNK.exec(line);
    if (hunk !== null) {
      [before, after] = [Number(hunk[1]), Number(hunk[2])];
      return { kind: 'gap', text: line, before: null, after: null };
    }
    const text = line.slice(1);
    if (line.startsWith('+')) return { kind: 'added', text, before: null, after: after++ };
    if (line.startsWith('-')) return { kind: 'removed', text, before: before++, after: null };
    if (line.startsWith(' ')) return { kind: 'same', text, before: before++, after: after++ };
    return { kind: 'gap', text: line, before: null, after: null };
  });
}

/** `+3 −1`. */
export function diffCounts(lines: readonly DiffLine[]): { readonly added: number; readonly removed: number } {
  const count = (kind: DiffLine['kind']): number => lines.filter((line) => line.kind === kind).length;
  return { added: count('added'), removed: count('removed') };
}
