// What every change of the directory shares: its turn, its entry, and the words for a name that is taken or unknown.

import { InterlockError } from '../errors.ts';
import type { DirectoryBody } from '../record/entry.ts';
import type { Ledger, StateChange } from '../record/ledger.ts';
import type { DirectoryIndex } from './directory-index.ts';

export interface DirectoryWrites {
  readonly ledger: Ledger;
  readonly index: DirectoryIndex;
  readonly nowMs: () => number;
  readonly maxNames: number;
  readonly maxSessions: number;
  generation: number;
  /** Changes stand in line: two `add`s of one name at once must not both find it free. */
  line: Promise<unknown>;
}

export async function inLine<T>(store: DirectoryWrites, change: () => Promise<T>): Promise<T> {
  const turn = store.line.then(change);
  store.line = turn.catch(() => undefined);
  return turn;
}

/** INVARIANT: memory changes only after the entry is on disk, so nobody acts on a change that a crash would undo. */
export async function write(store: DirectoryWrites, body: DirectoryBody, state: readonly StateChange[]): Promise<void> {
  await store.ledger.append(body, 'synced', state);
}

export function now(store: DirectoryWrites): string {
  return new Date(store.nowMs()).toISOString();
}

export function checkRoom(store: DirectoryWrites): void {
  if (store.index.agents.size + store.index.users.size < store.maxNames) return;
  throw new InterlockError('NAME_INVALID', `the directory is full: it holds ${store.maxNames} agents and users`);
}

export function taken(kind: string, name: string): InterlockError {
  return new InterlockError('NAME_TAKEN', `${kind} \`${name}\` exists already`, {
    hint: `\`interlock ${kind}s rotate ${name}\` makes a new token`,
  });
}

export function unknown(kind: string, name: string, revoked: boolean): InterlockError {
  const state = revoked ? 'is revoked' : 'does not exist';
  return new InterlockError('NAME_UNKNOWN', `${kind} \`${name}\` ${state}`, {
    hint: `\`interlock ${kind}s add ${name}\` adds it`,
  });
}
