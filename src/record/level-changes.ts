// Changes of one batch on their way into LevelDB.

import { InterlockError } from '../errors.ts';
import type { StateChange } from './ledger.ts';

/** What abstract-level's batch calls for each change, once it has looked at options that are never used here. */
interface PlainBatch {
  _put(key: string, value: string): void;
  _del(key: string): void;
}

/** A batch of LevelDB. */
interface Batch {
  put(key: string, value: string): unknown;
  del(key: string): unknown;
}

/** INVARIANT: the first change goes the long way: a batch that counted none would not be written. */
export function addChanges(batch: Batch, changes: readonly StateChange[]): void {
  const [first] = changes;
  if (first === undefined) return;
  if ('put' in first) batch.put(first.put, first.value);
  else batch.del(first.del);
  // For most changes that long way takes as long as the rest of it, and makes a kilobyte of objects.
  if (!isPlain(batch)) throw new InterlockError('INTERNAL', 'LevelDB takes no changes one by one');
  for (const change of changes) {
    if (change === first) continue;
    if ('put' in change) batch._put(change.put, change.value);
    else batch._del(change.del);
  }
}

function isPlain(batch: object): batch is PlainBatch {
  return '_put' in batch && typeof batch._put === 'function' && '_del' in batch && typeof batch._del === 'function';
}
