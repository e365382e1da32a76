// An entry on its way into the chain: everything about it is fixed but its place.

import { conceal } from './conceal.ts';
import type { EntryBody } from './entry.ts';
import type { Durability, Receipt, StateChange, Written } from './ledger.ts';

export interface Pending extends Written {
  /** Canonical text of the concealed body. */
  readonly bodyText: string;
  readonly hiddenText: string | null;
  readonly durability: Durability;
  readonly state: readonly StateChange[];
  /** Null for entries that nobody waits for. */
  readonly waiter: Waiter | null;
}

export interface Waiter {
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
): Pending {
  const { text, hiddenText } = conceal(body);
  return { body, bodyText: text, hiddenText, time, durability, state: [...state], waiter };
}

/** Characters that it will take in the store, about. */
export function weightOf(pending: Pending): number {
  return pending.bodyText.length + (pending.hiddenText?.length ?? 0);
}
