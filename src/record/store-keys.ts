// Every key of the ledger's store, in one place. Where they lie in LevelDB tells placing.ts.
//
//   e:<sequence, 16 decimal digits>          canonical text of the entry
//   e:<sequence, 16 decimal digits>:hidden   its hidden values with their salts, when it has any
//   t:<height, 2 digits>:<index, 16 digits>  node of the Merkle tree over 256, 65,536 … entries
//   m:head                                   the signed checkpoint of all entries
//   m:keys                                   keys of the ledger, once it has more than its first
//   m:synced                                 size of the chain at the last write that was synced to disk
//   state:<key>                              small state of other rooms
//
// A hidden value sorts right behind its entry: one pass reads both.

export const HEAD_KEY = 'm:head';
export const KEYS_KEY = 'm:keys';
export const SYNCED_KEY = 'm:synced';
export const ENTRY_PREFIX = 'e:';
/** The first key behind all entries: `;` follows `:`. */
export const ENTRIES_END = 'e;';
export const STATE_PREFIX = 'state:';
export const TREE_PREFIX = 't:';

const DIGITS = 16;
const ENTRY_KEY = /^e:([0-9]{16})(:hidden)?$/;

export function entryKey(sequence: number): string {
  return ENTRY_PREFIX + sixteenDigits(sequence);
}

/** What stands in front of a number by its length: `padStart` makes it anew each time, and this runs several times for each entry. */
const ZEROS = Array.from({ length: DIGITS + 1 }, (_, length) => '0'.repeat(DIGITS - length));

/** So that keys sort as their numbers do. */
export function sixteenDigits(number: number): string {
  const text = String(number);
  return (ZEROS[text.length] ?? '') + text;
}

export function hiddenKey(sequence: number): string {
  return `${entryKey(sequence)}:hidden`;
}

/** Where the `index`th node of this height is kept. */
export function treeKey(height: number, index: number): string {
  return `${TREE_PREFIX}${String(height).padStart(2, '0')}:${sixteenDigits(index)}`;
}

export function stateKey(key: string): string {
  return STATE_PREFIX + key;
}

/** What an entry key stands for, or null for a key that Interlock never writes. */
export function parseEntryKey(key: string): { readonly sequence: number; readonly hidden: boolean } | null {
  const match = ENTRY_KEY.exec(key);
  if (match === null) return null;
  const sequence = Number(match[1]);
  return Number.isSafeInteger(sequence) ? { sequence, hidden: match[2] !== undefined } : null;
}
