// A checkpoint: a signed statement of the chain's size and head, in the form of a C2SP signed note (c2sp.org/signed-note, tlog-checkpoint).

import { createHash, createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { InterlockError } from '../errors.ts';
import { keyIdOf } from './signer.ts';
import type { Signer } from './signer.ts';

/** What a checkpoint attests: there are `size` entries, and `hash` covers all of them. */
export interface Checkpoint {
  readonly origin: string;
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

const TREE_ORIGIN = 'interlock-tree/';
/** Of ledgers of before the tree. */
const CHAIN_ORIGIN = 'interlock-ledger/';
const ED25519_NOTE = 0x01;
const MAX_NOTE_CHARS = 16_384;
const MAX_SIGNATURES = 16;
/** DER of a SubjectPublicKeyInfo for Ed25519 without the key itself (RFC 8410 section 4). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Writes checkpoints of one key; the fixed parts are made once, since this runs for every group of entries. */
export function checkpointWriter(signer: Signer, ledger: string = signer.keyId): (size: number, root: string) => string {
  const origin = TREE_ORIGIN + ledger;
  const hint = keyHint(origin, signer.publicKey);
  return (size, root) => {
    const text = `${origin}\n${size}\n${Buffer.from(root, 'hex').toString('base64')}\n`;
    const signature = signer.sign(Buffer.from(text, 'latin1'));
    return `${text}\n— ${origin} ${Buffer.concat([hint, signature]).toString('base64')}\n`;
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

/**
 * The checkpoint in this note, when a signature of the ledger's key holds.
 * Throws USAGE with what is wrong: not a note, another ledger's, or a signature that does not hold.
 */
export function readCheckpoint(note: string, { ledger, publicKey }: LedgerName): Checkpoint {
  const { text, signatures, checkpoint } = parseNote(note);
  const { origin } = checkpoint;
  if (origin !== TREE_ORIGIN + ledger && origin !== CHAIN_ORIGIN + ledger)
    throw invalid(`it speaks of ${origin}, this ledger is ${TREE_ORIGIN}${ledger}`);
  const hint = keyHint(origin, publicKey);
  const ours = signatures.filter(({ name, bytes }) => name === origin && bytes.subarray(0, 4).equals(hint));
  // Lines of other keys (witnesses) are allowed and say nothing to us; one of ours that fails condemns the note.
  if (ours.length === 0) throw invalid('it has no signature of this ledger');
  const key = publicKeyObject(publicKey);
  if (!ours.every(({ bytes }) => verify(null, Buffer.from(text), key, bytes.subarray(4))))
    throw invalid('its signature does not hold');
  return checkpoint;
}

function publicKeyObject(publicKey: string): KeyObject {
  return createPublicKey({
    key: Buffer.concat([SPKI_PREFIX, Buffer.from(publicKey, 'base64')]),
    format: 'der',
    type: 'spki',
  });
}

interface Note {
  /** What is signed: every line up to the blank one, with its line feed. */
  readonly text: string;
  readonly checkpoint: Checkpoint;
  readonly signatures: ReadonlyArray<{ readonly name: string; readonly bytes: Buffer }>;
}

/** Every accepted note is the only spelling of what it says: no leading zeros, no loose base64, no extra lines. */
function parseNote(note: string): Note {
  if (note.length > MAX_NOTE_CHARS) throw invalid('it is too long');
  const match =
    /^((interlock-(?:tree|ledger)\/[0-9a-f]{16})\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n)\n((?:— [^ +\n]+ [A-Za-z0-9+/]+={0,2}\n)+)$/.exec(
      note,
    );
  const [, text = '', origin = '', size = '', covering = '', lines = ''] = match ?? [];
  const attests = origin.startsWith(TREE_ORIGIN) ? 'root' : 'last';
  if (match === null || !Number.isSafeInteger(Number(size))) {
    throw invalid('expected the lines origin, size and base64 hash, an empty line and a signature line');
  }
  const signatures = lines.trimEnd().split('\n');
  if (signatures.length > MAX_SIGNATURES) throw invalid('it has too many signatures');
  return {
    text,
    checkpoint: { origin, size: Number(size), attests, hash: strictBase64(covering).toString('hex') },
    signatures: signatures.map(parseSignature),
  };
}

function parseSignature(line: string): { name: string; bytes: Buffer } {
  const [, name = '', encoded = ''] = line.split(' ');
  const bytes = strictBase64(encoded);
  if (bytes.length < 5) throw invalid('a signature line is too short');
  return { name, bytes };
}

/** Node reads base64 leniently; only what encodes back to the same text is taken. */
function strictBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw invalid('its base64 is not in canonical form');
  return bytes;
}

/** c2sp.org/signed-note: the first four bytes of SHA-256(name, line feed, signature type, key). */
function keyHint(name: string, publicKey: string): Buffer {
  const digest = createHash('sha256')
    .update(`${name}\n`)
    .update(Buffer.from([ED25519_NOTE]))
    .update(Buffer.from(publicKey, 'base64'));
  return digest.digest().subarray(0, 4);
}

function invalid(why: string): InterlockError {
  return new InterlockError('USAGE', `the checkpoint is not valid: ${why}`, {
    hint: 'give the whole text as `interlock ledger verify` printed it, line feeds included',
  });
}
