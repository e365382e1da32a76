// What changed from one text to another, line by line, as people read it in a unified diff.

export interface DiffLine {
  readonly kind: ' ' | '+' | '-';
  readonly text: string;
}

/** Edits that are looked for. Texts further apart are told as one taken out and the other put in: the work stays bounded. */
const MAX_EDITS = 1_000;
const MAX_STEPS = 20_000_000;
const CONTEXT = 3;
export const MAX_DIFF_CHARS = 200_000;

/** The shortest way from one to the other (Myers 1986), or a longer one where that would take too long to find. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const middle = edits(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  const same = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ kind: ' ', text }));
  return [...same(a.slice(0, head)), ...middle, ...same(a.slice(a.length - tail))];
}

/** Hunks with three lines around each change; empty for equal texts. */
export function unifiedDiff(before: string, after: string): string {
  if (before === after) return '';
  const lines = lineDiff(before, after);
  const near = lines.map(() => false);
  for (const [i, { kind }] of lines.entries()) {
    if (kind !== ' ') near.fill(true, Math.max(0, i - CONTEXT), i + CONTEXT + 1);
  }
  const out: string[] = [];
  let [oldLine, newLine] = [1, 1];
  for (let i = 0; i < lines.length; ) {
    const end = near.indexOf(near[i] !== true, i);
    const part = lines.slice(i, end === -1 ? lines.length : end);
    const olds = part.filter(({ kind }) => kind !== '+').length;
    const news = part.filter(({ kind }) => kind !== '-').length;
    if (near[i] === true) {
      out.push(`@@ -${rangeText(oldLine, olds)} +${rangeText(newLine, news)} @@`);
      out.push(...part.map(({ kind, text }) => kind + text));
    }
    oldLine += olds;
    newLine += news;
    i += part.length;
  }
  // Line ends at the very end are no lines.
  if (out.length === 0) return 'only the end of the last line differs\n';
  const text = `${out.join('\n')}\n`;
  return text.length <= MAX_DIFF_CHARS
    ? text
    : `${text.slice(0, MAX_DIFF_CHARS).toWellFormed()}\n… ${text.length - MAX_DIFF_CHARS} more characters\n`;
}

function rangeText(line: number, count: number): string {
  // An empty range names the line before it, as diff(1) does.
  return count === 1 ? String(line) : `${count === 0 ? line - 1 : line},${count}`;
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function edits(a: readonly string[], b: readonly string[]): DiffLine[] {
  const replaced: DiffLine[] = [
    ...a.map((text): DiffLine => ({ kind: '-', text })),
    ...b.map((text): DiffLine => ({ kind: '+', text })),
  ];
  if (a.length === 0 || b.length === 0) return replaced;
  const most = Math.min(a.length + b.length, MAX_EDITS, Math.floor(MAX_STEPS / (a.length + b.length)));
  const trail = search(a, b, most);
  return trail === null ? replaced : walkBack(a, b, trail);
}

/** How far each diagonal reaches after 0, 1, 2 … edits; the diagonal k is at place k + its number of edits. Null: more than `most`. */
function search(a: readonly string[], b: readonly string[], most: number): Int32Array[] | null {
  const trail: Int32Array[] = [];
  for (let d = 0; d <= most; d += 1) {
    const before = trail.at(-1);
    const reach = new Int32Array(2 * d + 1);
    for (let k = -d; k <= d; k += 2) {
      let x = before === undefined ? 0 : startOf(before, d, k);
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      reach[k + d] = x;
      if (x >= a.length && x - k >= b.length) return [...trail, reach];
    }
    trail.push(reach);
  }
  return null;
}

/** Where the d-th edit onto diagonal k ends: down from k+1 (a line put in) or right from k-1 (a line taken out). */
function startOf(before: Int32Array, d: number, k: number): number {
  return cameDown(before, d, k) ? at(before, d, k + 1) : at(before, d, k - 1) + 1;
}

function cameDown(before: Int32Array, d: number, k: number): boolean {
  return k === -d || (k !== d && at(before, d, k - 1) < at(before, d, k + 1));
}

function at(before: Int32Array, d: number, k: number): number {
  return before[k + d - 1] ?? 0;
}

function walkBack(a: readonly string[], b: readonly string[], trail: readonly Int32Array[]): DiffLine[] {
  const found: DiffLine[] = [];
  let [x, y] = [a.length, b.length];
  const keep = (until: number): void => {
    for (; x > until; y -= 1) {
      x -= 1;
      found.push({ kind: ' ', text: a[x] ?? '' });
    }
  };
  for (let d = trail.length - 1; d > 0; d -= 1) {
    const before = trail[d - 1] ?? new Int32Array(1);
    const k = x - y;
    keep(startOf(before, d, k));
    if (cameDown(before, d, k)) {
      y -= 1;
      found.push({ kind: '+', text: b[y] ?? '' });
    } else {
      x -= 1;
      found.push({ kind: '-', text: a[x] ?? '' });
    }
  }
  keep(0);
  return found.toReversed();
}
