// Legal holds: ranges of entries that are neither dropped nor erased. Each is a small state beside the chain, changed with its entry.

import { randomBytes } from 'node:crypto';
import { InterlockError } from '../errors.ts';
import type { StateChange } from './ledger.ts';
import type { HoldBody } from './storage-body.ts';
import { STATE_PREFIX, stateKey } from './store-keys.ts';
import type { StoreView } from './store.ts';

export interface Hold {
  readonly hold: string;
  readonly from: number;
  /** Null: everything from `from` on. */
  readonly to: number | null;
  readonly reason: string;
  readonly osUser: string | null;
  /** RFC 3339, UTC. */
  readonly since: string;
}

export interface HoldRequest {
  readonly from: number;
  readonly to: number | null;
  readonly reason: string;
  readonly osUser: string | null;
}

export interface ReleaseRequest {
  readonly hold: string;
  readonly reason: string;
  readonly osUser: string | null;
}

export interface Holds {
  /** In force, oldest first. */
  list(): Promise<Hold[]>;
  /** Throws USAGE, RECORD_FAILED. */
  add(request: HoldRequest): Promise<Hold>;
  /** Throws NAME_UNKNOWN, RECORD_FAILED. Gives what was held. */
  release(request: ReleaseRequest): Promise<Hold>;
}

export interface HoldRooms {
  readonly store: StoreView;
  /** Entries written so far. */
  readonly size: () => number;
  readonly clock: () => number;
  /** Puts it on record, synced, in one batch with the state. */
  readonly record: (body: HoldBody, state: readonly StateChange[]) => Promise<void>;
}

const PREFIX = 'hold:';
const MAX_HOLDS = 200;

export function createHolds({ store, size, clock, record }: HoldRooms): Holds {
  const list = (): Promise<Hold[]> => listHolds(store);
  return {
    list,
    async add({ from, to, reason, osUser }) {
      if (!(from >= 0 && from <= size()) || (to !== null && to < from)) throw usage('the range has no entry in this ledger');
      if ((await list()).length >= MAX_HOLDS) throw usage(`there are ${MAX_HOLDS} holds already: release one first`);
      const hold = `h_${randomBytes(5).toString('hex')}`;
      const made: Hold = { hold, from, to, reason, osUser, since: new Date(clock()).toISOString() };
      await record({ type: 'hold', move: 'added', hold, from, to, reason, osUser }, [
        { put: PREFIX + hold, value: JSON.stringify(made) },
      ]);
      return made;
    },
    async release({ hold, reason, osUser }) {
      const found = (await list()).find((one) => one.hold === hold);
      if (found === undefined)
        throw new InterlockError(
          'NAME_UNKNOWN',
          `there is no hold ${hold}: \`interlock ledger hold list\` shows those there are`,
        );
      const { from, to } = found;
      await record({ type: 'hold', move: 'released', hold, from, to, reason, osUser }, [{ del: PREFIX + hold }]);
      return found;
    },
  };
}

/** INVARIANT: a hold that can't be read holds everything. Throws STORE_CORRUPT. */
async function listHolds(store: StoreView): Promise<Hold[]> {
  const holds: Hold[] = [];
  const from = stateKey(PREFIX);
  for await (const page of store.pages({ from, to: `${from}\uffff` }))
    for (const [key, text] of page) {
      const hold: unknown = parse(text);
      if (!isHold(hold)) throw unreadable(key.slice(STATE_PREFIX.length));
      holds.push(hold);
    }
  return holds.toSorted((a, b) => (a.since < b.since ? -1 : 1));
}

/** The first hold in which one of the entries `from` to `to` stands. */
export function holdOver(holds: readonly Hold[], from: number, to: number): Hold | undefined {
  return holds.find((hold) => hold.from <= to && (hold.to === null || hold.to >= from));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isHold(value: unknown): value is Hold {
  if (typeof value !== 'object' || value === null || !('from' in value) || !('to' in value) || !('hold' in value)) return false;
  return (
    typeof value.hold === 'string' && Number.isSafeInteger(value.from) && (value.to === null || Number.isSafeInteger(value.to))
  );
}

function usage(why: string): InterlockError {
  return new InterlockError('USAGE', why);
}

function unreadable(key: string): InterlockError {
  return new InterlockError('STORE_CORRUPT', `the hold ${key} can't be read, so nothing is dropped or erased`, {
    hint: 'run `interlock ledger verify`',
  });
}
