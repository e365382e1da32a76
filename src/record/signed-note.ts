// A signed note (c2sp.org/signed-note): a text, and lines that sign it, each under a name and a key.

import { createHash, createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { InterlockError } from '../errors.ts';
import type { Signer } from './signer.ts';

export interface SignedNote {
  /** What is signed: every line up to the blank one, with its line feed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

interface NoteSignature {
  readonly name: string;
  /** Four bytes that tell the key (a hint, no proof), then the signature. */
  readonly bytes: Buffer;
}

/** A key that signs notes under a name. */
export interface NoteKey {
  readonly name: string;
  /** The raw 32 bytes of an Ed25519 key, base64. */
  readonly publicKey: string;
  /** 0x01: plain Ed25519; 0x04: a timestamped cosignature of a checkpoint (c2sp.org/tlog-cosignature). */
  readonly type: 0x01 | 0x04;
}

const HINT_BYTES = 4;
/** Sixteen signature lines, each of a kind of which one alone takes 3,300 characters (ML-DSA-44). */
export const MAX_NOTE_CHARS = 65_536;
const MAX_SIGNATURES = 16;
/** DER of a SubjectPublicKeyInfo for Ed25519 without the key itself (RFC 8410 section 4). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
/** No control characters but line feeds, and no white space in a name, as the specification says. */
const NOTE = /^((?:[^\n]*\n)+)\n((?:— [^\s+\p{Cc}]+ [A-Za-z0-9+/]+={0,2}\n)+)$/u;
const CONTROL = /[^\P{Cc}\n]/u;

/** Every accepted note is the only spelling of what it says. Throws USAGE. */
export function parseNote(note: string): SignedNote {
  if (note.length > MAX_NOTE_CHARS) throw invalidNote('it is too long');
  if (CONTROL.test(note)) throw invalidNote('it holds control characters');
  const [, text = '', lines = ''] = NOTE.exec(note) ?? [];
  if (text === '') throw invalidNote('expected lines of text, an empty line and a signature line');
  const signatures = lines.trimEnd().split('\n');
  if (signatures.length > MAX_SIGNATURES) throw invalidNote('it has too many signatures');
  return { text, signatures: signatures.map(parseSignature) };
}

function parseSignature(line: string): NoteSignature {
  const [, name = '', encoded = ''] = line.split(' ');
  const bytes = strictBase64(encoded);
  if (bytes.length <= HINT_BYTES) throw invalidNote('a signature line is too short');
  return { name, bytes };
}

/** Signature bytes (without the hint) of the lines that this key is said to have made. */
export function signaturesOf(note: SignedNote, key: NoteKey): Buffer[] {
  const hint = keyHint(key);
  const ours = note.signatures.filter(({ name, bytes }) => name === key.name && bytes.subarray(0, HINT_BYTES).equals(hint));
  return ours.map(({ bytes }) => bytes.subarray(HINT_BYTES));
}

/** `absent`: no line of this key; `fails`: one that does not hold. A note that has one of these is worth nothing. */
export function signedBy(note: SignedNote, key: NoteKey): 'holds' | 'absent' | 'fails' {
  const signatures = signaturesOf(note, key);
  if (signatures.length === 0) return 'absent';
  const object = publicKeyObject(key.publicKey);
  return signatures.every((signature) => verify(null, Buffer.from(note.text), object, signature)) ? 'holds' : 'fails';
}

/** A function that signs a text under a name: the line with its line feed. */
export function noteSigner(name: string, signer: Signer): (text: string) => string {
  const hint = keyHint({ name, publicKey: signer.publicKey, type: 0x01 });
  return (text) => signatureLine(name, Buffer.concat([hint, signer.sign(Buffer.from(text))]));
}

export function signatureLine(name: string, bytes: Buffer): string {
  return `— ${name} ${bytes.toString('base64')}\n`;
}

/** The verifier key as C2SP tools take it: `<name>+<hint, hex>+<base64 of type and key>`. */
export function verifierKey(key: NoteKey): string {
  const encoded = Buffer.concat([Buffer.of(key.type), Buffer.from(key.publicKey, 'base64')]).toString('base64');
  return `${key.name}+${keyHint(key).toString('hex')}+${encoded}`;
}

/** Reads what `verifierKey` writes. Throws USAGE. */
export function parseVerifierKey(text: string): NoteKey {
  const [, name = '', hint = '', encoded = ''] = /^([^ +\n]{1,512})\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/.exec(text.trim()) ?? [];
  const bytes = Buffer.from(encoded, 'base64');
  const type = bytes[0];
  if (bytes.length !== 33 || (type !== 0x01 && type !== 0x04)) throw badKey(text);
  const key: NoteKey = { name, publicKey: bytes.subarray(1).toString('base64'), type };
  if (keyHint(key).toString('hex') !== hint) throw badKey(text);
  return key;
}

/** The first four bytes of SHA-256(name, line feed, signature type, key). */
export function keyHint({ name, publicKey, type }: NoteKey): Buffer {
  const digest = createHash('sha256').update(`${name}\n`).update(Buffer.of(type)).update(Buffer.from(publicKey, 'base64'));
  return digest.digest().subarray(0, HINT_BYTES);
}

/** An Ed25519 key from its raw 32 bytes, base64. */
export function publicKeyObject(publicKey: string): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, Buffer.from(publicKey, 'base64')]), format: 'der', type: 'spki' });
}

/** Node reads base64 leniently; only what encodes back to the same text is taken. */
export function strictBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw invalidNote('its base64 is not in canonical form');
  return bytes;
}

export function invalidNote(why: string): InterlockError {
  return new InterlockError('USAGE', `the checkpoint is not valid: ${why}`, {
    hint: 'give the whole text as `interlock ledger verify` printed it, line feeds included',
  });
}

function badKey(text: string): InterlockError {
  return new InterlockError('USAGE', `not a verifier key of a signed note: ${JSON.stringify(text.slice(0, 100))}`, {
    hint: 'expected <name>+<8 hex digits>+<base64>, as the witness or log publishes it',
  });
}
