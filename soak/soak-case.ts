// One long test: it prints figures while it runs, and throws when one of them is out of bounds.

export interface SoakCase {
  readonly name: string;
  /** About how long it takes, for whoever waits. */
  readonly minutes: number;
  /** What it gives is part of the report that `--json` prints. */
  run(say: (figure: string) => void, how: SoakRun): Promise<unknown>;
}

export interface SoakRun {
  /** How far it is, for whoever waits: a line on standard error. */
  progress(line: string): void;
  /** How often, for the cases that count; undefined: as often as they say themselves. */
  readonly count: number | undefined;
  /** Where a case that can be gone on with keeps what it has so far. */
  readonly reportFile: string | undefined;
}

/** Throws with what was expected when a figure is out of bounds. */
export function expectFigure(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
