// LevelDB's MANIFEST: which tables hold its data now, and from which log on it has to be read at a start.

import { levelBytes } from './level-bytes.ts';
import type { LevelBytes } from './level-bytes.ts';
import { readLevelLog } from './level-log.ts';

/** Both included. */
export interface KeySpan {
  readonly first: string;
  readonly last: string;
}

export interface LevelManifest {
  /** Logs with this number and above hold what is in no table yet; 0 before the first one. */
  readonly logNumber: number;
  /** LevelDB's count of changes when this was written. */
  readonly lastOrder: number;
  /** By their numbers, each with its first and last key. */
  readonly tables: ReadonlyMap<number, KeySpan>;
  /** It ends in half a record, or in one that does not read: what came last is missing. */
  readonly torn: boolean;
}

// Tags of a version edit (db/version_edit.cc).
const COMPARATOR = 1;
const LOG_NUMBER = 2;
const NEXT_FILE = 3;
const LAST_SEQUENCE = 4;
const COMPACT_POINTER = 5;
const DELETED_FILE = 6;
const NEW_FILE = 7;
const PREVIOUS_LOG = 9;

const ORDER_BYTES = 8;

interface State {
  logNumber: number;
  lastOrder: number;
  readonly tables: Map<number, KeySpan>;
}

/** Null when something in its middle does not read: then nobody knows which tables hold. */
export function readManifest(file: Buffer): LevelManifest | null {
  const { records, damages, tornAt } = readLevelLog(file);
  const state: State = { logNumber: 0, lastOrder: 0, tables: new Map() };
  const last = records.at(-1);
  if (last === undefined || damages.some(({ offset }) => offset < last.offset)) return null;
  try {
    for (const { bytes } of records) apply(state, levelBytes(bytes));
  } catch {
    return null;
  }
  return { ...state, torn: tornAt !== null || damages.length > 0 };
}

function apply(state: State, bytes: LevelBytes): void {
  while (!bytes.done) {
    switch (bytes.varint()) {
      case COMPARATOR:
        bytes.slice();
        break;
      case LOG_NUMBER:
        state.logNumber = bytes.varint();
        break;
      case LAST_SEQUENCE:
        state.lastOrder = bytes.varint();
        break;
      case NEXT_FILE:
      case PREVIOUS_LOG:
        bytes.varint();
        break;
      case COMPACT_POINTER:
        bytes.varint();
        bytes.slice();
        break;
      case DELETED_FILE:
        bytes.varint();
        state.tables.delete(bytes.varint());
        break;
      case NEW_FILE:
        addTable(state, bytes);
        break;
      default:
        throw new RangeError('an unknown kind of edit');
    }
  }
}

/** Level, number, size, and the two keys. */
function addTable({ tables }: State, bytes: LevelBytes): void {
  bytes.varint();
  const number = bytes.varint();
  bytes.varint();
  tables.set(number, { first: userKey(bytes.slice()), last: userKey(bytes.slice()) });
}

/** LevelDB's own keys end with the order and the kind of the change. */
function userKey(key: Buffer): string {
  return key.toString('utf8', 0, Math.max(0, key.length - ORDER_BYTES));
}
