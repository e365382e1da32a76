// Columns of plain text, as wide as they need to be.

import { plainText } from '../record/plain-text.ts';

const MAX_CELL_CHARS = 100;

/** Lines of a table with a heading. Every cell is shown as plain text: it may have come from an agent (threat D4). */
export function table(heading: readonly string[], rows: ReadonlyArray<readonly string[]>): string[] {
  const cells = [heading, ...rows].map((row) => row.map((cell) => plainText(cell, MAX_CELL_CHARS)));
  const widths = heading.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
