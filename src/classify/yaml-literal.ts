// A literal block of YAML (`key: |`), as manifests carry scripts and configuration files: lines as they stand, without their indentation.

interface Literal {
  readonly value: string;
  /** Where the first line behind it starts. */
  readonly end: number;
}

/** Clipped, or stripped of its last line break; other marks (`>`, `|+`, `|2`) are for the whole parser. */
const HEADER = /\|(-?)\n/y;

/**
 * `at` is where the mark stands, `column` the one of the entry that it belongs to. Null: not such a block, or not a simple one: it starts
 * with an empty line, a line holds only spaces, or the text ends within it.
 */
export function readLiteral(text: string, at: number, column: number): Literal | null {
  HEADER.lastIndex = at;
  const header = HEADER.exec(text);
  if (header === null) return null;
  const start = HEADER.lastIndex;
  const indent = spacesFrom(text, start);
  if (indent <= column || text.charCodeAt(start + indent) === 0x0a) return null;
  const lines: string[] = [];
  let from = start;
  let kept = 0;
  for (let spaces = indent; from < text.length; spaces = spacesFrom(text, from)) {
    const isEmpty = text.charCodeAt(from + spaces) === 0x0a;
    if (spaces < indent && !isEmpty) break;
    const to = text.indexOf('\n', from);
    if (to === -1 || (isEmpty && spaces > 0)) return null;
    lines.push(text.slice(Math.min(from + indent, to), to));
    if (!isEmpty) kept = lines.length;
    from = to + 1;
  }
  // A line between both columns belongs to neither.
  if (from < text.length && spacesFrom(text, from) > column) return null;
  const value = lines.slice(0, kept).join('\n');
  return { value: header[1] === '-' ? value : `${value}\n`, end: from };
}

function spacesFrom(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) === 0x20) at += 1;
  return at - start;
}
