// One source that an agent has read under one session's name, as it lies beside the chain.

import { InterlockError } from '../errors.ts';
import type { Source } from './source.ts';

export const TAINT_KEY = 'taint:';

export interface TaintedCell extends Source {
  readonly agent: string;
  readonly user: string | null;
  readonly session: string | null;
  /** It counts for every session of theirs: there was no room to tell them apart. */
  readonly every: boolean;
  /** Stands for all sources that there was no room for; then its own says nothing. */
  readonly lost: boolean;
  /** Milliseconds since 1970: from then on it counts no more. */
  readonly untilMs: number;
}

/** Throws STORE_CORRUPT: what was read can't be guessed, and less than it would let too much out. */
export function parseTainted(key: string, text: string): TaintedCell {
  let cell: TaintedCell | null = null;
  try {
    cell = JSON.parse(text);
  } catch {
    // told below
  }
  if (cell !== null && isSound(cell)) return cell;
  throw new InterlockError('STORE_CORRUPT', `the record of ${key} in the data folder can't be read`, {
    hint: 'run `interlock ledger verify`; restore the data folder from a copy',
  });
}

function isSound(cell: TaintedCell): boolean {
  return (
    typeof cell === 'object' &&
    [cell.agent, cell.host].every((part) => typeof part === 'string') &&
    [cell.user, cell.session, cell.server].every((part) => part === null || typeof part === 'string') &&
    [cell.every, cell.lost, cell.reachesOut].every((flag) => typeof flag === 'boolean') &&
    Array.isArray(cell.kinds) &&
    cell.kinds.every((kind) => typeof kind === 'string') &&
    Number.isSafeInteger(cell.untilMs)
  );
}
