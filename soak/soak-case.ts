// One long test: it prints figures while it runs, and throws when one of them is out of bounds.

export interface SoakCase {
  readonly name: string;
  /** About how long it takes, for whoever waits. */
  readonly minutes: number;
  run(say: (figure: string) => void): Promise<void>;
}

/** Throws with what was expected when a figure is out of bounds. */
export function expectFigure(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
