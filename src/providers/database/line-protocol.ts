// InfluxDB's line protocol: the measurements of the points, without their values.

import { isUtf8 } from 'node:buffer';

interface Lines {
  /** Each once, unescaped. */
  readonly measurements: readonly string[];
  readonly count: number;
}

const MAX_MEASUREMENTS = 200;
const MAX_LINES = 20_000;
/** Up to the first comma or blank that is not escaped. */
const MEASUREMENT = /^(?:\\[^\n]|[^\\, \n])+/;

/**
 * Null: not sure. A string may hold a line break, behind which text looks like a point and is none, so that its words must not be told as
 * names: lines whose quotes do not close are not read.
 */
export function readLines(bytes: Buffer): Lines | null {
  if (!isUtf8(bytes)) return null;
  const measurements = new Set<string>();
  let count = 0;
  for (const line of bytes.toString('utf8').split('\n', MAX_LINES + 1)) {
    const point = line.trim();
    if (point === '' || point.startsWith('#')) continue;
    count += 1;
    const name = MEASUREMENT.exec(point)?.[0];
    if (name === undefined || count > MAX_LINES || !closes(point)) return null;
    measurements.add(name.replaceAll(/\\([, ])/g, '$1'));
    if (measurements.size > MAX_MEASUREMENTS) return null;
  }
  return count === 0 ? null : { measurements: [...measurements], count };
}

function closes(line: string): boolean {
  if (!line.includes('"')) return true;
  let quotes = 0;
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === '\\') at += 1;
    else if (line[at] === '"') quotes += 1;
  }
  return quotes % 2 === 0;
}
