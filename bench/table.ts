// Medians over the rounds, ratios beside them, as text for people.

import type { Measurement, Target } from './load.ts';
import type { Scenario } from './scenario.ts';

export interface Cell {
  readonly target: Target;
  readonly measurements: readonly Measurement[];
}

export interface Row {
  readonly scenario: Scenario;
  readonly cells: readonly Cell[];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The figure that the scenario compares, as a median; null where a peer was not measured. */
export function figureOf(row: Row, name: string): number | null {
  const cell = row.cells.find((one) => one.target.name === name);
  if (cell === undefined) return null;
  const values = cell.measurements.map((one) => (row.scenario.figure === 'cpu' ? one.cpuMicros : one.megabytesPerSecond));
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : median(known);
}

/** `0.93 (at most 1.3: met)`, or why there is none. */
export function verdictOf(row: Row, rows: readonly Row[]): string {
  const ours = figureOf(row, 'interlock');
  const theirs = yardstickOf(row, rows);
  const failed = row.cells.find((one) => one.target.name === 'interlock')?.measurements.find((one) => one.errors > 0);
  if (failed !== undefined) return `INVALID: interlock answered with errors (${failed.lastError}): MISSED`;
  if (ours === null || theirs === null) return `no ${ours === null ? 'interlock' : row.scenario.against} to compare`;
  const ratio = ours / theirs;
  const met = row.scenario.figure === 'cpu' ? ratio <= row.scenario.target : ratio >= row.scenario.target;
  const bound = row.scenario.figure === 'cpu' ? 'at most' : 'at least';
  const of = row.scenario.yardstick === null ? '' : `'s ${row.scenario.yardstick}`;
  return `${ratio.toFixed(2)} × ${row.scenario.against}${of} (${bound} ${row.scenario.target}: ${met ? 'met' : 'MISSED'})`;
}

function yardstickOf(row: Row, rows: readonly Row[]): number | null {
  const measured = row.scenario.yardstick === null ? row : rows.find((one) => one.scenario.name === row.scenario.yardstick);
  return measured === undefined ? null : figureOf(measured, row.scenario.against);
}

export function renderRow(row: Row, rows: readonly Row[]): string {
  const lines = [`${row.scenario.name}   → ${verdictOf(row, rows)}`];
  for (const cell of row.cells) lines.push(renderCell(row, cell, yardstickOf(row, rows)));
  return lines.join('\n');
}

function renderCell(row: Row, cell: Cell, base: number | null): string {
  const { measurements } = cell;
  const cpu = measurements.map((one) => one.cpuMicros).filter((value) => value !== null);
  const errors = measurements.reduce((sum, one) => sum + one.errors, 0);
  const lastError = measurements.map((one) => one.lastError).find((text) => text !== '');
  const own = figureOf(row, cell.target.name);
  const columns = [
    `  ${cell.target.name}`.padEnd(14),
    cpu.length === 0 ? '–'.padStart(12) : `${median(cpu).toFixed(0)} µs CPU`.padStart(12),
    cpu.length === 0 ? ''.padEnd(16) : `(${Math.min(...cpu).toFixed(0)}–${Math.max(...cpu).toFixed(0)})`.padEnd(16),
    `${median(measurements.map((one) => one.requestsPerSecond)).toFixed(0)} req/s`.padStart(12),
    `${median(measurements.map((one) => one.megabytesPerSecond)).toFixed(1)} MB/s`.padStart(13),
    `p50 ${median(measurements.map((one) => one.p50Micros)).toFixed(0)} µs`.padStart(14),
    `p99 ${median(measurements.map((one) => one.p99Micros)).toFixed(0)} µs`.padStart(14),
    `${(median(measurements.map((one) => one.residentBytes)) / 1e6).toFixed(0)} MB`.padStart(8),
    own === null || base === null ? '' : `  ${(own / base).toFixed(2)} ×`,
    errors === 0 ? '' : `  ${errors} errors (${lastError ?? ''})`,
  ];
  return columns.join('');
}
