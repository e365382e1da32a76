// Follows the keys of a ledger through its entries, over changes that damage took.

import { changeText, isKey, signed } from './key-change.ts';
import type { Json } from './canonical.ts';
import type { LedgerKey } from './key-change.ts';
import { KEY_LOST, readLostChange, seeLostChange } from './lost-keys.ts';
import type { KeyBreak } from './lost-keys.ts';
import { keyIdOf } from './signer.ts';

export interface KeyWalk {
  /** Null, or why this entry is no change of the key in force. */
  see(sequence: number, body: { readonly [key: string]: Json }): string | null;
  /** Those known so far, first to last; empty before the first change. */
  readonly keys: readonly LedgerKey[];
  /** Keys that no signature leads to: the change to them was lost. */
  readonly breaks: readonly KeyBreak[];
  /** The entries that told of them: whoever sees these knows the same. */
  readonly changes: readonly Seen[];
}

interface Seen {
  readonly sequence: number;
  readonly body: { readonly [key: string]: Json };
}

/** `ledger`: key id of the first key, as the checkpoints name it. */
export function walkKeys(ledger: string): KeyWalk {
  const keys: LedgerKey[] = [];
  const breaks: KeyBreak[] = [];
  const changes: Seen[] = [];
  let lost: number | null = null;

  function seeChange(sequence: number, body: Readonly<Record<string, unknown>>): string | null {
    const { publicKey, previousKey, signature, previousSignature } = body;
    if (!isKey(publicKey) || !isKey(previousKey)) return 'a change of keys without keys';
    const expected = keys.at(-1)?.publicKey;
    const follows = expected === undefined ? keyIdOf(previousKey) === ledger : previousKey === expected;
    // Behind a lost entry another key may be in force. Whether a repair tells of that is asked at the end.
    if (!follows && lost === null) return 'a change from a key that was not in force';
    const text = changeText(ledger, previousKey, publicKey);
    if (!signed(text, previousKey, previousSignature)) return 'the old key did not sign the new one';
    if (!signed(text, publicKey, signature)) return 'the new key did not sign the change';
    if (expected === undefined) keys.push({ publicKey: follows ? previousKey : KEY_LOST, from: 0 });
    if (!follows && lost !== null)
      breaks.push({ index: keys.push({ publicKey: previousKey, from: lost }) - 1, met: sequence, told: false });
    keys.push({ publicKey, from: sequence });
    return null;
  }

  return {
    keys,
    breaks,
    changes,
    see(sequence, body) {
      const { type = null } = body;
      if (type === 'key' || type === 'repair') changes.push({ sequence, body });
      else if (type === 'lost') {
        // Of many only the last counts.
        if (changes.at(-1)?.body['type'] === 'lost') changes.pop();
        changes.push({ sequence, body: { type } });
      }
      switch (body['type']) {
        case 'key':
          return seeChange(sequence, body);
        case 'lost':
          lost = sequence;
          return null;
        case 'repair': {
          const told: unknown = body['keys'];
          for (const one of Array.isArray(told) ? told : []) {
            const change = readLostChange(one);
            if (change === null) return 'a lost change of keys that does not read';
            if (lost !== null) seeLostChange(ledger, keys, breaks, change, sequence);
          }
          return null;
        }
        default:
          return null;
      }
    },
  };
}
