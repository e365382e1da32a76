// State beside the chain: which bundle is in force, and what was put in its place while no gateway ran.

import type { BundleSource, LoadCause } from '../decide/load-cause.ts';

/** A digest. */
export const IN_FORCE_KEY = 'bundle/in-force';
export const PLACED_KEY = 'bundle/placed';

/** A change of the policies directory that the next load is of. */
export interface Placed {
  readonly digest: string;
  readonly cause: LoadCause;
  readonly source: BundleSource;
}

/** Null for none, and for what is no such record. */
export function readPlaced(text: string | undefined): Placed | null {
  if (text === undefined) return null;
  try {
    const value: Placed = JSON.parse(text);
    return typeof value.digest === 'string' &&
      typeof value.cause?.kind === 'string' &&
      typeof value.source?.directory === 'string'
      ? value
      : null;
  } catch {
    return null;
  }
}

export function placedText(placed: Placed): string {
  return JSON.stringify(placed);
}
