// An entry on its way into the chain: everything about it is fixed but its place.

import { conceal } from './conceal.ts';
import type { EntryBody } from './entry.ts';
import type { ChangeWord, LedgerKey } from './key-change.ts';
import type { Durability, Receipt, StateChange, Written } from './ledger.ts';
import type { Signer } from './signer.ts';

export interface Pending extends Written {
  /** Canonical text of the concealed body. */
  readonly bodyText: string;
  readonly hiddenText: string | null;
  readonly durability: Durability;
  readonly state: readonly StateChange[];
  /** The key that signs from this entry's group on, and the list of keys with it; null: the one that did. */
  readonly rekey: Rekey | null;
  /** Null for entries that nobody waits for. */
  readonly waiter: Waiter | null;
}

export interface Rekey {
  readonly signer: Signer;
  /** Those before it, first to last. */
  readonly before: readonly LedgerKey[];
  /** What both keys signed, kept beside the entry too. */
  readonly change: ChangeWord;
}

export interface Waiter {
  /** When it began to wait: milliseconds on the clock that never steps. */
  readonly since: number;
  resolve(receipt: Receipt): void;
  reject(error: Error): void;
}

/**
 * Fixes an entry's content at the call, so that whatever the caller does with the object later is not recorded.
 * Throws RECORD_FAILED when the body has no canonical form or is too large.
 */
export function prepare(
  body: EntryBody,
  time: string,
  durability: Durability,
  state: readonly StateChange[],
  waiter: Waiter | null,
  rekey: Rekey | null = null,
): Pending {
  const { text, hiddenText } = conceal(body);
  return { body, bodyText: text, hiddenText, time, durability, state: [...state], rekey, waiter };
}

/** Characters that it will take in the store, about. */
export function weightOf(pending: Pending): number {
  return pending.bodyText.length + (pending.hiddenText?.length ?? 0);
}
