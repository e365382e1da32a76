// A witness's word on a checkpoint: it saw the ledger with this root at that time, and as a continuation of what it saw before.

import { verify } from 'node:crypto';
import { publicKeyObject, signaturesOf } from './signed-note.ts';
import type { NoteKey, SignedNote } from './signed-note.ts';

const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

/**
 * When the witness signed (seconds since 1970), from the first line of its key that holds; null when there is none.
 * Ed25519 cosignatures of c2sp.org/tlog-cosignature (type 0x04): eight bytes of time, then the signature over a header, the time and the text.
 */
export function cosignedAt(note: SignedNote, witness: NoteKey): number | null {
  const key = publicKeyObject(witness.publicKey);
  for (const bytes of signaturesOf(note, witness)) {
    if (bytes.length !== TIME_BYTES + SIGNATURE_BYTES) continue;
    const time = bytes.readBigUInt64BE(0);
    const message = Buffer.from(`cosignature/v1\ntime ${time}\n${note.text}`);
    if (time <= BigInt(Number.MAX_SAFE_INTEGER) && verify(null, message, key, bytes.subarray(TIME_BYTES))) return Number(time);
  }
  return null;
}
