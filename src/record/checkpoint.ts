// A checkpoint: a signed statement of the chain's size and head, in the form of a C2SP signed note (c2sp.org/signed-note, tlog-checkpoint).

import { createHash, createPublicKey, verify } from 'node:crypto';
import { InterlockError } from '../errors.ts';
import { keyIdOf } from './signer.ts';
import type { Signer } from './signer.ts';

/**
 * What a checkpoint attests: there are `size` entries and the last one's leaf hash is `head`.
 * The third line of a tlog-checkpoint is a Merkle root. Here it is the leaf hash of the last entry, which covers every entry before it
 * through `previous`. Because leaf hashes are already RFC 6962's, a Merkle root can take its place under another origin.
 */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  /** Leaf hash of the entry `size - 1`, lower-case hex. */
  readonly head: string;
}

const ORIGIN_PREFIX = 'interlock-ledger/';
const ED25519_NOTE = 0x01;
const MAX_NOTE_CHARS = 16_384;
const MAX_SIGNATURES = 16;
/** DER of a SubjectPublicKeyInfo for Ed25519 without the key itself (RFC 8410 section 4). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Writes checkpoints of one key; the fixed parts are made once, since this runs for every group of entries. */
export function checkpointWriter(signer: Signer): (size: number, head: string) => string {
  const origin = originOf(signer.publicKey);
  const hint = keyHint(origin, signer.publicKey);
  return (size, head) => {
    const text = `${origin}\n${size}\n${Buffer.from(head, 'hex').toString('base64')}\n`;
    const signature = signer.sign(Buffer.from(text, 'latin1'));
    return `${text}\n— ${origin} ${Buffer.concat([hint, signature]).toString('base64')}\n`;
  };
}

/** The origin line of a ledger is bound to its key: `interlock-ledger/<key id>`. */
export function originOf(publicKey: string): string {
  return ORIGIN_PREFIX + keyIdOf(publicKey);
}

/**
 * The checkpoint in this note, when a signature of `publicKey` (base64 of the raw 32 bytes) holds.
 * Throws USAGE with what is wrong: not a note, another ledger's, or a signature that does not hold.
 */
export function readCheckpoint(note: string, publicKey: string): Checkpoint {
  const { text, signatures, checkpoint } = parseNote(note);
  const origin = originOf(publicKey);
  if (checkpoint.origin !== origin) throw invalid(`it speaks of ${checkpoint.origin}, this ledger is ${origin}`);
  const hint = keyHint(origin, publicKey);
  const key = createPublicKey({
    key: Buffer.concat([SPKI_PREFIX, Buffer.from(publicKey, 'base64')]),
    format: 'der',
    type: 'spki',
  });
  const ours = signatures.filter(({ name, bytes }) => name === origin && bytes.subarray(0, 4).equals(hint));
  // Lines of other keys (witnesses) are allowed and say nothing to us; one of ours that fails condemns the note.
  if (ours.length === 0) throw invalid('it has no signature of this ledger');
  if (!ours.every(({ bytes }) => verify(null, Buffer.from(text), key, bytes.subarray(4))))
    throw invalid('its signature does not hold');
  return checkpoint;
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
    /^((interlock-ledger\/[0-9a-f]{16})\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n)\n((?:— [^ +\n]+ [A-Za-z0-9+/]+={0,2}\n)+)$/.exec(
      note,
    );
  const [, text = '', origin = '', size = '', root = '', lines = ''] = match ?? [];
  if (match === null || !Number.isSafeInteger(Number(size))) {
    throw invalid('expected the lines origin, size and base64 hash, an empty line and a signature line');
  }
  const signatures = lines.trimEnd().split('\n');
  if (signatures.length > MAX_SIGNATURES) throw invalid('it has too many signatures');
  return {
    text,
    checkpoint: { origin, size: Number(size), head: strictBase64(root).toString('hex') },
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
