// A checkpoint: a signed statement of how many entries there are and what covers them all (c2sp.org/tlog-checkpoint).

import { keyIdOf } from './signer.ts';
import type { Signer } from './signer.ts';
import { invalidNote, noteSigner, parseNote, signedBy, strictBase64 } from './signed-note.ts';
import type { NoteKey, SignedNote } from './signed-note.ts';

/** What a checkpoint attests: there are `size` entries, and `hash` covers all of them. */
export interface Checkpoint {
  readonly origin: string;
  /** The ledger that it speaks of. */
  readonly ledger: string;
  readonly size: number;
  /**
   * `root`: the hash is the root of the Merkle tree over the entries (RFC 6962). `last`: it is the leaf hash of the last entry, as
   * ledgers of before the tree signed it; that covers every entry before it through `previous`.
   */
  readonly attests: 'root' | 'last';
  /** Lower-case hex. */
  readonly hash: string;
}

/** Of a ledger: whose notes these are. */
export interface LedgerName {
  /** Key id of the key that the ledger began with: its name for good, whichever key signs today. */
  readonly ledger: string;
  /** The key that must have signed: base64 of the raw 32 bytes. */
  readonly publicKey: string;
}

/** A note whose text is a checkpoint; who signed it is still to be asked (`checkSigned`). */
export interface CheckpointNote extends SignedNote {
  readonly checkpoint: Checkpoint;
}

const TREE_ORIGIN = 'interlock-tree/';
/** Those of before the tree began with `interlock-ledger/`. */
const LINES = /^((interlock-(?:tree|ledger)\/)([0-9a-f]{16}))\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n$/;

/** Writes checkpoints of one key; the fixed parts are made once, since this runs for every group of entries. */
export function checkpointWriter(signer: Signer, ledger: string = signer.keyId): (size: number, root: string) => string {
  const origin = TREE_ORIGIN + ledger;
  const sign = noteSigner(origin, signer);
  return (size, root) => {
    const text = `${origin}\n${size}\n${Buffer.from(root, 'hex').toString('base64')}\n`;
    return `${text}\n${sign(text)}`;
  };
}

/** The name of a ledger that still has the key that it began with. */
export function ledgerOf(publicKey: string): LedgerName {
  return { ledger: keyIdOf(publicKey), publicKey };
}

/** The origin line of a ledger's checkpoints, which is also the name that they are signed under: `interlock-tree/<ledger>`. */
export function originOf({ ledger }: Pick<LedgerName, 'ledger'>): string {
  return TREE_ORIGIN + ledger;
}

/** The key as it signs this checkpoint. */
function noteKey(publicKey: string, origin: string): NoteKey {
  return { name: origin, publicKey, type: 0x01 };
}

/** Reads a note as a checkpoint, whoever signed it. No leading zeros, no loose base64, no further lines. Throws USAGE. */
export function parseCheckpoint(note: string): CheckpointNote {
  const { text, signatures } = parseNote(note);
  const [, origin = '', prefix, ledger = '', size = '', covering = ''] = LINES.exec(text) ?? [];
  if (origin === '' || !Number.isSafeInteger(Number(size)))
    throw invalidNote('expected the lines origin, size and base64 hash, an empty line and a signature line');
  const attests = prefix === TREE_ORIGIN ? 'root' : 'last';
  const hash = strictBase64(covering).toString('hex');
  return { text, signatures, checkpoint: { origin, ledger, size: Number(size), attests, hash } };
}

/**
 * Throws USAGE unless a signature of this key is on the note and holds.
 * Lines of other keys (witnesses) are allowed and say nothing here; one of this key that fails condemns the note.
 */
export function checkSigned(note: CheckpointNote, publicKey: string): void {
  const signed = signedBy(note, noteKey(publicKey, note.checkpoint.origin));
  if (signed === 'absent') throw invalidNote('it has no signature of this ledger');
  if (signed === 'fails') throw invalidNote('its signature does not hold');
}

/**
 * The checkpoint in this note, when a signature of the ledger's key holds.
 * Throws USAGE with what is wrong: not a note, another ledger's, or a signature that does not hold.
 */
export function readCheckpoint(note: string, { ledger, publicKey }: LedgerName): Checkpoint {
  const parsed = parseCheckpoint(note);
  const { checkpoint } = parsed;
  if (checkpoint.ledger !== ledger)
    throw invalidNote(`it speaks of ${checkpoint.origin}, this ledger is ${TREE_ORIGIN}${ledger}`);
  checkSigned(parsed, publicKey);
  return checkpoint;
}

/** The note with the signature lines of another note over the same text added. */
export function withSignatures(note: string, other: string): string {
  return note + other.slice(other.indexOf('\n\n') + 2);
}
