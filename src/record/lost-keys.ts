// Changes of keys whose entry damage took: what a repair tells of them, and how far a pinned key still reaches.
//
// INVARIANT: trust goes from key to key by signatures alone. A repair's word for a key that no signature leads to is told, and never followed:
// whoever can write to the data folder could have written it. There the reader's own pin decides.

import { holdsChange, isKey } from './key-change.ts';
import type { ChangeWord, LedgerKey } from './key-change.ts';
import { keyIdOf } from './signer.ts';

/** As a `repair` entry has it. */
export interface LostKeyChange extends ChangeWord {
  /** The entry that told of it; where nobody knows, the last one lost before the new key is met. */
  readonly entry: number;
  /** Raw Ed25519 keys, base64. The old one is empty where nobody knows it; then there is no signature either. */
  readonly previousKey: string;
  readonly publicKey: string;
}

/** A key of the ledger that no signature leads to. */
export interface KeyBreak {
  /** Its place among the keys. */
  readonly index: number;
  /** Entry at which it was met first. */
  readonly met: number;
  /** A repair tells of it. */
  told: boolean;
}

/** Not known: the ledger's first key, of which only its id is left, in the checkpoints. */
export const KEY_LOST = '';

/** What a repair says of a change that it lost, or null: it is not in that form. */
export function readLostChange(value: unknown): LostKeyChange | null {
  if (typeof value !== 'object' || value === null) return null;
  const told: Partial<Record<keyof LostKeyChange, unknown>> = value;
  const { entry, previousKey, publicKey, previousSignature, signature } = told;
  if (typeof entry !== 'number' || !Number.isSafeInteger(entry) || !isKey(publicKey)) return null;
  if (typeof previousSignature !== 'string' || typeof signature !== 'string') return null;
  if (previousKey !== KEY_LOST && !isKey(previousKey)) return null;
  return { entry, previousKey, publicKey, previousSignature, signature };
}

/** Puts a change that a repair tells of into its place among the keys. */
export function seeLostChange(ledger: string, keys: LedgerKey[], breaks: KeyBreak[], change: LostKeyChange, met: number): void {
  const { entry, previousKey, publicKey } = change;
  if (keys.length === 0) keys.push({ publicKey: keyIdOf(publicKey) === ledger ? publicKey : KEY_LOST, from: 0 });
  let index = keys.findIndex((key, i) => i > 0 && key.publicKey === publicKey);
  if (index < 0) {
    index = keys.push({ publicKey, from: entry }) - 1;
    breaks.push({ index, met, told: true });
  }
  const gap = breaks.find((one) => one.index === index);
  if (gap === undefined) return;
  gap.told = true;
  keys[index] = { publicKey, from: entry };
  // The first key is its id's, whoever names it.
  if (index === 1 && keys[0]?.publicKey === KEY_LOST && keyIdOf(previousKey) === ledger)
    keys[0] = { publicKey: previousKey, from: 0 };
  const before = keys[index - 1]?.publicKey;
  if (before !== KEY_LOST && before === previousKey && holdsChange(ledger, change)) breaks.splice(breaks.indexOf(gap), 1);
}

/** Null, or why the pinned key does not vouch for the one in force. */
export function pinProblem(
  keys: readonly LedgerKey[],
  breaks: readonly KeyBreak[],
  pinned: string,
): { readonly sequence: number; readonly problem: string } | null {
  const untold = breaks.find(({ told }) => !told);
  const at = (gap: KeyBreak): string => keyIdOf(keys[gap.index]?.publicKey ?? '');
  if (untold !== undefined)
    return {
      sequence: untold.met,
      problem: `entry ${untold.met} holds a change from a key that was not in force, and no repair tells why`,
    };
  const place = keys.findLastIndex(({ publicKey }) => publicKey === pinned);
  const gap = breaks.find(({ index }) => index > place);
  if (place < 0 || gap === undefined) return null;
  const from = keys[gap.index]?.from ?? 0;
  return {
    sequence: from,
    problem:
      `the change to key ${at(gap)} (entry ${from}) was lost by damage, and with it the word of the key before: key ${keyIdOf(pinned)} ` +
      `vouches for nothing behind it. If you know by another way that key ${at(gap)} is this ledger's, pin that one`,
  };
}
